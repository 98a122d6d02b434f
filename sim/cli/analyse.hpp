/// What a table of points says: `sigdel analyse`, and behind a sweep.
#pragma once

#include <string>
#include <vector>

#include "scenarios/analysis/read_table.hpp"

namespace sigdel::cli {

struct AnalyseArguments {
  std::string table;                    ///< CSV file
  std::vector<std::string> axes;        ///< columns that were varied
  std::string by = "mode";              ///< column of what is compared
  std::vector<std::string> objectives;  ///< columns, `:max` behind those of which more is better
  std::vector<std::string> break_even;  ///< column along x, along y, objective; empty: no map
  std::string folder;                   ///< for the files; empty: the table's
};

/// Writes the analyses of a table into a folder and returns the names of the files. `name`: the table's, for errors;
/// `break_even`: two axes and a figure, or nothing. Without gnuplot there are no pictures, and a line says so.
std::vector<std::string> write_analyses(const std::string& table, const std::string& name,
                                        const analysis::TableColumns& columns,
                                        const std::vector<std::string>& break_even, const std::string& folder);

/// Reads a table, writes its analyses and prints their names.
void analyse_table(const AnalyseArguments& arguments);

}  // namespace sigdel::cli
