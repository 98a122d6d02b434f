#include "scenarios/analysis/tables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "energy/csv.hpp"
#include "scenarios/analysis/sensitivity.hpp"

namespace sigdel::analysis {
namespace {

using Cells = std::vector<std::string>;

/// A line of CSV. Cells are texts as they are meant, numbers as they are written.
std::string line_of(const Cells& cells) {
  Cells fields;
  for (const std::string& cell : cells) {
    fields.push_back(energy::csv_field(cell));
  }
  return fmt::format("{}\n", fmt::join(fields, ","));
}

std::string derived(std::optional<double> value) { return value ? fmt::format("{:.6g}", *value) : ""; }

/// A figure without unit, of the order of one: what is left of a zero after rounding is a zero.
std::string derived_share(std::optional<double> value) {
  constexpr double kRounding = 1e-12;
  return derived(value && std::abs(*value) < kRounding ? 0.0 : value);
}

/// Factors that a map holds and that have more than one level.
std::vector<std::size_t> held_factors(const Points& points, const BreakEvenAxes& axes) {
  std::vector<std::size_t> held;
  for (std::size_t f = 0; f < points.factors.size(); ++f) {
    if (f != axes.x && f != axes.y && f != axes.who && points.factors[f].levels.size() > 1) {
      held.push_back(f);
    }
  }
  return held;
}

Cells names_of(const Points& points, const std::vector<std::size_t>& factors) {
  Cells names;
  for (const std::size_t f : factors) {
    names.push_back(points.factors[f].name);
  }
  return names;
}

Cells levels_of(const Points& points, const std::vector<std::size_t>& factors, const std::vector<std::size_t>& levels) {
  Cells cells;
  for (const std::size_t f : factors) {
    cells.push_back(points.factors[f].levels[levels[f]]);
  }
  return cells;
}

Cells operator+(Cells a, const Cells& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Cells cells_of(const Sensitivity& found) {
  return {fmt::format("{}", found.lines),
          fmt::format("{}", found.points),
          fmt::format("{}", found.ratio_lines),
          derived(found.difference),
          derived(found.ratio),
          derived(found.least_ratio),
          derived(found.largest_ratio),
          derived(found.span),
          derived_share(found.elasticity),
          derived_share(found.least_elasticity),
          derived_share(found.largest_elasticity),
          derived_share(found.first_order),
          derived_share(found.total),
          derived_share(found.rank_correlation)};
}

}  // namespace

Points at_level(const Points& points, std::size_t factor, std::size_t level) {
  Points some{points.factors, points.metrics, {}, {}};
  some.factors[factor] = {points.factors[factor].name, {points.factors[factor].levels[level]}, {}};
  for (std::size_t p = 0; p < points.size(); ++p) {
    if (points.levels[p][factor] == level) {
      some.levels.push_back(points.levels[p]);
      some.levels.back()[factor] = 0;
      some.values.push_back(points.values[p]);
    }
  }
  return some;
}

std::string points_csv(const Points& points, const std::vector<std::size_t>& set,
                       const std::vector<std::size_t>& metrics) {
  Cells head;
  for (const Factor& factor : points.factors) {
    head.push_back(factor.name);
  }
  for (const std::size_t m : metrics) {
    head.push_back(points.metrics[m].name);
  }
  std::string text = line_of(head);
  for (const std::size_t p : set) {
    Cells cells;
    for (std::size_t f = 0; f < points.factors.size(); ++f) {
      cells.push_back(points.factors[f].levels[points.levels[p][f]]);
    }
    for (const std::size_t m : metrics) {
      const double value = points.values[p][m];
      cells.push_back(known(value) ? fmt::format("{}", value) : "");
    }
    text += line_of(cells);
  }
  return text;
}

std::string sensitivity_csv(const Points& points, std::size_t who) {
  std::string text =
      line_of({points.factors[who].name, "axis", "first", "last", "metric", "lines", "points", "ratio_lines",
               "difference", "ratio", "least_ratio", "largest_ratio", "span", "elasticity", "least_elasticity",
               "largest_elasticity", "first_order", "total", "rank_correlation"});
  for (std::size_t level = 0; level < points.factors[who].levels.size(); ++level) {
    const Points some = at_level(points, who, level);
    for (std::size_t f = 0; f < some.factors.size(); ++f) {
      const Factor& factor = some.factors[f];
      for (std::size_t m = 0; factor.levels.size() > 1 && m < some.metrics.size(); ++m) {
        text += line_of(Cells{points.factors[who].levels[level], factor.name, factor.levels.front(),
                              factor.levels.back(), some.metrics[m].name} +
                        cells_of(sensitivity(some, f, m)));
      }
    }
  }
  return text;
}

std::string break_even_csv(const Points& points, const BreakEvenAxes& axes, const std::vector<BreakEven>& maps) {
  const auto held = held_factors(points, axes);
  const Factor& who = points.factors[axes.who];
  std::string text = line_of(names_of(points, held) + Cells{points.factors[axes.x].name, points.factors[axes.y].name,
                                                            "metric", "winner", "runner_up", "lead"});
  for (const BreakEven& map : maps) {
    for (const Cell& cell : map.cells) {
      text +=
          line_of(levels_of(points, held, map.held) +
                  Cells{points.factors[axes.x].levels[cell.x], points.factors[axes.y].levels[cell.y],
                        points.metrics[axes.metric].name, who.levels[cell.winner],
                        cell.runner_up ? who.levels[*cell.runner_up] : "", cell.runner_up ? derived(cell.lead) : ""});
    }
  }
  return text;
}

std::string crossings_csv(const Points& points, const BreakEvenAxes& axes, const std::vector<BreakEven>& maps) {
  const auto held = held_factors(points, axes);
  const Factor& who = points.factors[axes.who];
  std::string text = line_of(names_of(points, held) +
                             Cells{"along", "from", "to", "held", "at", "metric", "crossing", "before", "after"});
  for (const BreakEven& map : maps) {
    for (const Crossing& crossing : map.crossings) {
      const Factor& along = points.factors[crossing.along_x ? axes.x : axes.y];
      const Factor& across = points.factors[crossing.along_x ? axes.y : axes.x];
      text += line_of(levels_of(points, held, map.held) +
                      Cells{along.name, along.levels[crossing.from], along.levels[crossing.to], across.name,
                            across.levels[crossing.at], points.metrics[axes.metric].name, derived(crossing.place),
                            who.levels[crossing.before], who.levels[crossing.after]});
    }
  }
  return text;
}

}  // namespace sigdel::analysis
