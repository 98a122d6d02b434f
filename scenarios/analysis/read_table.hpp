/// A sweep's table (CSV) as points.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/analysis/points.hpp"

namespace sigdel::analysis {

/// Rows of cells as RFC 4180 has them; the last line may lack its end. Throws InputError with `name` and the line where
/// a quote is not closed.
std::vector<std::vector<std::string>> read_csv(std::string_view text, const std::string& name);

/// Which columns of a table are what.
struct TableColumns {
  std::vector<std::string> factors;  ///< the axes, and the mode
  std::vector<Metric> metrics;
};

/// The rows as points, levels in the order in which they appear. Metrics that are empty, or no number, are unknown.
/// Throws InputError with `name` for a column that is not there (and says which are), a row with too few or too many
/// cells and two rows that agree in all factors.
Points read_points(std::string_view text, const TableColumns& columns, const std::string& name);

}  // namespace sigdel::analysis
