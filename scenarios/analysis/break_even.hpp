/// Maps of who wins: over two factors, which level of a third (the mode) has the best figure, and where that changes.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "scenarios/analysis/points.hpp"

namespace sigdel::analysis {

/// Indices of factors and of the metric. `x` and `y` are numeric or not; `who` is what is compared.
struct BreakEvenAxes {
  std::size_t x = 0;
  std::size_t y = 0;
  std::size_t who = 0;
  std::size_t metric = 0;
};

/// One place of the map. Levels are indices into Factor::levels.
struct Cell {
  std::size_t x = 0;
  std::size_t y = 0;
  std::size_t winner = 0;                ///< the best; of several that are equal the first in the order of levels
  std::optional<std::size_t> runner_up;  ///< the best of the others; nothing if there is no other
  double lead = 1;                       ///< by how much the winner is better: a ratio, at least 1
};

/// A place between two neighbouring cells where the winner changes.
struct Crossing {
  bool along_x = true;     ///< between two levels of x at one of y; otherwise the other way round
  std::size_t from = 0;    ///< level before the crossing, along the line
  std::size_t to = 0;      ///< the next level on the line
  std::size_t at = 0;      ///< level of the factor that is held
  double share = 0;        ///< of the way from one level to the next, 0 to 1
  double place = 0;        ///< value of the factor there
  std::size_t before = 0;  ///< winners on both sides
  std::size_t after = 0;
};

struct BreakEven {
  std::vector<std::size_t> held;  ///< level of every factor; those of x, y and who mean nothing
  std::vector<Cell> cells;        ///< by y, then by x, in the order of the numbers (of levels if there are none)
  std::vector<Crossing> crossings;
};

/// A map for each combination of the other factors. Points whose figure is unknown or not above zero are left out.
///
/// Between two neighbouring cells the logarithm of everybody's figure is taken to be linear in x (in ln x where all of
/// the factor's numbers are above zero), so two contenders meet where the logarithm of their ratio is zero. A contender
/// that is missing at one of the two cells is not in the game between them. Who only draws level takes no lead.
/// Factors without numbers have no crossings.
std::vector<BreakEven> break_even(const Points& points, const BreakEvenAxes& axes);

}  // namespace sigdel::analysis
