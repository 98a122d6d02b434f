/// The points that no other point beats in everything.
#pragma once

#include <cstddef>
#include <vector>

#include "scenarios/analysis/points.hpp"

namespace sigdel::analysis {

/// Indices of the non-dominated points, ascending. a dominates b if it is at least as good in every one of `metrics`
/// (indices into Points::metrics, at least one) and better in one. Points that are equal in all of them do not
/// dominate each other: either all of them are in the set or none. A point with an unknown value is not in it and
/// dominates nothing.
std::vector<std::size_t> non_dominated(const Points& points, const std::vector<std::size_t>& metrics);

}  // namespace sigdel::analysis
