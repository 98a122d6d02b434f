/// Random tables of points, for tests of the analyses.
#pragma once

#include "models/base/random.hpp"
#include "scenarios/analysis/points.hpp"

namespace sigdel::test {

/// Two to four factors of one to five levels, numeric and not, in any order of numbers; one to four metrics. `present`:
/// the share of combinations that are there, in random order. Values are small whole numbers, so that ties happen; with
/// `gaps` some are unknown, zero or negative.
analysis::Points random_points(Random& random, double present, bool gaps);

/// A factor of numeric levels.
analysis::Factor numeric_factor(std::string name, const std::vector<double>& numbers);

/// Every combination of the factors' levels once, the last factor fastest; no metric.
analysis::Points full_grid(std::vector<analysis::Factor> factors);

}  // namespace sigdel::test
