/// `sigdel analyse`: what a table of points says.
#pragma once

#include <string>
#include <vector>

namespace sigdel::cli {

struct AnalyseArguments {
  std::string table;                    ///< CSV file
  std::vector<std::string> axes;        ///< columns that were varied
  std::string by = "mode";              ///< column of what is compared
  std::vector<std::string> objectives;  ///< columns, `:max` behind those of which more is better
  std::vector<std::string> break_even;  ///< column along x, along y, objective; empty: no map
  std::string folder;                   ///< for the files; empty: the table's
};

/// Writes the tables and pictures of scenarios/analysis and prints their names. Without gnuplot there are no pictures,
/// and it says so.
void analyse_table(const AnalyseArguments& arguments);

}  // namespace sigdel::cli
