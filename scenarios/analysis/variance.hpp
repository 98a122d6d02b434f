/// What part of a figure's variance one factor explains, on a complete grid.
#pragma once

#include <cstddef>
#include <optional>

#include "scenarios/analysis/points.hpp"

namespace sigdel::analysis {

struct VarianceShares {
  double first_order = 0;  ///< Var(E[ln y | factor]) / Var(ln y)
  double total = 0;        ///< E[Var(ln y | all other factors)] / Var(ln y)
};

/// Nothing unless every combination of levels is there exactly once with y above zero, and y varies by more than the
/// rounding of its numbers.
std::optional<VarianceShares> variance_shares(const Points& points, std::size_t factor, std::size_t metric);

}  // namespace sigdel::analysis
