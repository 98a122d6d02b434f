#include "scenarios/analysis/break_even.hpp"

#include <algorithm>
#include <map>

namespace sigdel::analysis {
namespace {

/// ln(figure), turned so that less is better; nothing: not there.
using Scores = std::vector<std::optional<double>>;
/// [{level of y, level of x}][level of who]
using Grid = std::map<std::pair<std::size_t, std::size_t>, Scores>;

Grid grid_of(const Points& points, const BreakEvenAxes& axes, const std::vector<std::size_t>& set) {
  const bool least = points.metrics[axes.metric].goal == Goal::kLeast;
  Grid grid;
  for (const std::size_t p : set) {
    const auto& level = points.levels[p];
    const double value = points.values[p][axes.metric];
    if (known(value) && value > 0) {
      Scores& scores = grid[{level[axes.y], level[axes.x]}];
      scores.resize(points.factors[axes.who].levels.size());
      scores[level[axes.who]] = least ? std::log(value) : -std::log(value);
    }
  }
  return grid;
}

/// The smallest score but that of `except`; of equal ones the first.
std::optional<std::size_t> best_of(const Scores& scores, std::optional<std::size_t> except) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (scores[i] && i != except && (!best || *scores[i] < *scores[*best])) {
      best = i;
    }
  }
  return best;
}

Cell cell_of(std::size_t x, std::size_t y, const Scores& scores) {
  Cell cell{x, y, best_of(scores, std::nullopt).value(), std::nullopt, 1};
  cell.runner_up = best_of(scores, cell.winner);
  if (cell.runner_up) {
    cell.lead = std::exp(*scores[*cell.runner_up] - *scores[cell.winner]);
  }
  return cell;
}

/// A change of the leader on the way from one cell to the next; `share` of the way, 0 to 1.
struct Change {
  double share = 0;
  std::size_t before = 0;
  std::size_t after = 0;
};

/// Who is ahead right after the start: `so_far` if he is among the best, otherwise the best; of equal ones the
/// steepest.
std::optional<std::size_t> leader_of(const Scores& start, const Scores& end, std::optional<std::size_t> so_far) {
  std::optional<std::size_t> best = best_of(start, std::nullopt);
  if (best && so_far && start[*so_far] == start[*best]) {
    return so_far;
  }
  for (std::size_t i = 0; best && i < start.size(); ++i) {
    if (start[i] && *start[i] == *start[*best] && *end[i] < *end[*best]) {
      best = i;
    }
  }
  return best;
}

/// The next who is ahead of the leader, on straight lines from `start` to `end`; nothing: the leader stays so.
std::optional<Change> next_change(const Scores& start, const Scores& end, std::size_t leader, double share) {
  std::optional<Change> next;
  for (std::size_t i = 0; i < start.size(); ++i) {
    if (!start[i] || *end[i] >= *end[leader]) {
      continue;
    }
    const double gap = *start[i] - *start[leader];
    const double meets = std::clamp(gap / (gap + *end[leader] - *end[i]), share, 1.0);
    // Of several that meet the leader in the same place, the steepest stays ahead.
    if (!next || meets < next->share || (meets == next->share && *end[i] < *end[next->after])) {
      next = Change{meets, leader, i};
    }
  }
  return next;
}

/// The lower envelope of straight lines from a to b. `leader` is who was ahead before, and then who is at the end.
std::vector<Change> changes_between(const Scores& a, const Scores& b, std::optional<std::size_t>& leader) {
  Scores start = a;
  for (std::size_t i = 0; i < start.size(); ++i) {
    start[i] = b[i] ? a[i] : std::nullopt;
  }
  leader = leader_of(start, b, leader);
  std::vector<Change> changes;
  double share = 0;
  while (const auto next = leader ? next_change(start, b, *leader, share) : std::nullopt) {
    changes.push_back(*next);
    leader = next->after;
    share = next->share;
  }
  return changes;
}

double between(const Factor& factor, std::size_t from, std::size_t to, double share) {
  const double a = factor.numbers[from];
  const double b = factor.numbers[to];
  const bool logarithmic = *std::min_element(factor.numbers.begin(), factor.numbers.end()) > 0;
  return logarithmic ? a * std::pow(b / a, share) : a + share * (b - a);
}

/// Crossings along one factor, with the other one held in turn.
void add_crossings(const Points& points, const BreakEvenAxes& axes, bool along_x, const Grid& grid,
                   std::vector<Crossing>& crossings) {
  const Factor& along = points.factors[along_x ? axes.x : axes.y];
  if (!along.numeric()) {
    return;
  }
  const auto order = order_of(along);
  for (const std::size_t at : order_of(points.factors[along_x ? axes.y : axes.x])) {
    const Scores* previous = nullptr;
    std::size_t from = 0;
    std::optional<std::size_t> leader;
    for (const std::size_t level : order) {
      const auto cell = grid.find(along_x ? std::pair{at, level} : std::pair{level, at});
      if (cell == grid.end()) {
        continue;
      }
      if (previous != nullptr) {
        for (const Change& change : changes_between(*previous, cell->second, leader)) {
          crossings.push_back({along_x, from, level, at, change.share, between(along, from, level, change.share),
                               change.before, change.after});
        }
      }
      previous = &cell->second;
      from = level;
    }
  }
}

BreakEven map_of(const Points& points, const BreakEvenAxes& axes, const std::vector<std::size_t>& set) {
  BreakEven map;
  map.held = points.levels[set.front()];
  const Grid grid = grid_of(points, axes, set);
  for (const std::size_t y : order_of(points.factors[axes.y])) {
    for (const std::size_t x : order_of(points.factors[axes.x])) {
      const auto cell = grid.find({y, x});
      if (cell != grid.end()) {
        map.cells.push_back(cell_of(x, y, cell->second));
      }
    }
  }
  add_crossings(points, axes, true, grid, map.crossings);
  add_crossings(points, axes, false, grid, map.crossings);
  return map;
}

}  // namespace

std::vector<BreakEven> break_even(const Points& points, const BreakEvenAxes& axes) {
  std::vector<BreakEven> maps;
  for (const auto& set : agreeing(points, {axes.x, axes.y, axes.who})) {
    maps.push_back(map_of(points, axes, set));
  }
  return maps;
}

}  // namespace sigdel::analysis
