/// How much a figure depends on one of the things that were varied.
#pragma once

#include <cstddef>
#include <optional>

#include "scenarios/analysis/points.hpp"

namespace sigdel::analysis {

/// One metric along one factor. A *line* is a set of points that agree in every other factor and differ in this one; y
/// is the metric, x the factor. Points whose y is unknown are left out, and then lines with less than two points.
/// Measures of ratios look only at lines on which every y is above zero.
struct Sensitivity {
  std::size_t lines = 0;
  std::size_t points = 0;       ///< on those lines
  std::size_t ratio_lines = 0;  ///< those of the lines on which every y is above zero

  /// Mean over the lines of y at a line's last level less y at its first, in the metric's unit.
  std::optional<double> difference;
  /// y at a line's last level over y at its first: geometric mean over the lines, the least, the largest.
  std::optional<double> ratio;
  std::optional<double> least_ratio;
  std::optional<double> largest_ratio;
  /// Largest y of a line over its smallest: geometric mean over the lines. 1: the factor does nothing.
  std::optional<double> span;

  /// d ln y / d ln x: least squares over all lines together, each with a level of its own (the within estimator of
  /// panel data: Wooldridge, "Econometric Analysis of Cross Section and Panel Data", 2nd ed., 10.5). Only of factors
  /// whose numbers are all above zero. -1: doubling x halves y.
  std::optional<double> elasticity;
  /// The same for each line alone: the least and the largest. Far apart: it depends on the other factors.
  std::optional<double> least_elasticity;
  std::optional<double> largest_elasticity;

  /// Shares of the variance of ln y, 0 to 1: the part that the mean over everything else explains, and the part that is
  /// left when everything else is held, interactions included. Sobol's first-order and total index over the levels as
  /// equally likely values (Saltelli et al., "Global Sensitivity Analysis: The Primer", 2008, 1.2 and 4.5). Only if
  /// every combination of levels is there exactly once with y above zero, and y is not the same everywhere.
  std::optional<double> first_order;
  std::optional<double> total;

  /// Spearman's rank correlation of x and y over all points with a known y, ties with their mean rank; of numeric
  /// factors. The one measure that also works for random samples, which have no lines.
  std::optional<double> rank_correlation;
};

/// `factor` and `metric` are indices into `points`.
Sensitivity sensitivity(const Points& points, std::size_t factor, std::size_t metric);

}  // namespace sigdel::analysis
