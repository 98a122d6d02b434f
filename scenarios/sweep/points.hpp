/// The points of a sweep: every combination of its axes' steps that its constraints let through.
#pragma once

#include <cstddef>
#include <vector>

#include "scenarios/sweep/sweep.hpp"

namespace sigdel::scenarios {

inline constexpr std::size_t kMostCombinations = 10'000'000;
inline constexpr std::size_t kMostPoints = 100'000;

struct Point {
  std::vector<Setting> settings;  ///< in the order of Sweep::keys()
};

/// In their one order: the first axis is the slowest. A function of the file's contents alone. Throws InputError if no
/// point is left, and says which constraints exclude how many; if there are too many; and for a derived value that its
/// key refuses.
std::vector<Point> points_of(const Sweep& sweep);

/// What the point runs. Throws InputError with what is wrong with its values, one by one.
Scenario scenario_of(const Sweep& sweep, const Point& point);

}  // namespace sigdel::scenarios
