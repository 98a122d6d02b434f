/// The analyses as CSV. Values of points are written so that they read back to the same double, what is derived from
/// them with six digits; what does not exist is an empty cell.
#pragma once

#include <string>
#include <vector>

#include "scenarios/analysis/break_even.hpp"
#include "scenarios/analysis/points.hpp"

namespace sigdel::analysis {

/// The given points: factors, then those metrics.
std::string points_csv(const Points& points, const std::vector<std::size_t>& set,
                       const std::vector<std::size_t>& metrics);

/// A row for each level of `who` (the mode), other factor and metric; factors with one level are left out.
std::string sensitivity_csv(const Points& points, std::size_t who);

/// A row for each cell of each map; held factors first, those with one level left out.
std::string break_even_csv(const Points& points, const BreakEvenAxes& axes, const std::vector<BreakEven>& maps);

/// A row for each crossing.
std::string crossings_csv(const Points& points, const BreakEvenAxes& axes, const std::vector<BreakEven>& maps);

/// The points at one level of a factor.
Points at_level(const Points& points, std::size_t factor, std::size_t level);

}  // namespace sigdel::analysis
