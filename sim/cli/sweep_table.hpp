/// All points of a sweep as a table.
#pragma once

#include <map>
#include <string>

#include "sim/cli/sweep_folder.hpp"
#include "sim/cli/sweep_work.hpp"

namespace sigdel::cli {

struct SweepTable {
  std::string csv;
  std::string json_lines;
  std::size_t done = 0;
  std::size_t failed = 0;
  std::map<std::string, std::size_t> failures;  ///< messages of points that failed, and how many have each
  std::size_t missing = 0;                      ///< points without a result
};

/// A row for each point, in their order: number (from 1), status, the keys that vary, the columns that the sweep keeps,
/// and the message of a point that failed. Throws InputError if a pattern of `outputs` keeps no column.
SweepTable make_table(const SweepWork& work, const SweepFolder& folder);

/// Writes it as table.csv and table.jsonl into the folder.
void write_table(const SweepTable& table, const SweepFolder& folder);

/// A key's value as the table shows it.
std::string cell_text(const scenarios::Setting& setting);

}  // namespace sigdel::cli
