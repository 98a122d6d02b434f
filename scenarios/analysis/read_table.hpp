/// A sweep's table (CSV) as points.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/analysis/points.hpp"

namespace sigdel::analysis {

/// Rows of cells as RFC 4180 has them, lines with or without a carriage return; the last one may lack its end. Throws
/// InputError with `name` and the line where a quote is not closed.
std::vector<std::vector<std::string>> read_csv(std::string_view text, const std::string& name);

/// One factor: a column, or several that change together. Its levels are the first one's cells where those tell the
/// rows apart as well as all of them, otherwise all cells with " / " between them.
struct FactorColumns {
  std::string name;
  std::vector<std::string> columns;  ///< at least one
};

/// Which columns of a table are what.
struct TableColumns {
  std::vector<FactorColumns> factors;
  /// What is compared, the last factor: a column, or, if there is none of that name, what stands before the dot in
  /// columns `sigma-delta.full_nj`, of which each row then has several points.
  std::string by;
  std::vector<Metric> metrics;  ///< columns, with or without such a beginning
};

/// The rows as points, levels in the order in which they appear; `[0.75]`, a list of one number, is 0.75. Metrics that
/// are empty, or no number, are unknown. Throws InputError with `name` for a column that is not there (and says which
/// are), a row with too few or too many cells and two points that agree in all factors.
Points read_points(std::string_view text, const TableColumns& columns, const std::string& name);

}  // namespace sigdel::analysis
