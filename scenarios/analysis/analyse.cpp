#include "scenarios/analysis/analyse.hpp"

#include <algorithm>
#include <numeric>

#include "scenarios/analysis/pareto.hpp"
#include "scenarios/analysis/tables.hpp"

namespace sigdel::analysis {
namespace {

/// Whether another factor than `who` has several levels.
bool varies(const Points& points, std::size_t who) {
  for (std::size_t f = 0; f < points.factors.size(); ++f) {
    if (f != who && points.factors[f].levels.size() > 1) {
      return true;
    }
  }
  return false;
}

}  // namespace

Analyses analyse(const Points& points, const Request& request) {
  std::vector<std::size_t> metrics(points.metrics.size());
  std::iota(metrics.begin(), metrics.end(), std::size_t{0});
  const std::vector<std::size_t> front = non_dominated(points, metrics);
  Analyses analyses;
  analyses.tables = {{"pareto.csv", points_csv(points, front, metrics)},
                     {"sensitivity.csv", sensitivity_csv(points, request.who)}};
  if (metrics.size() > 1) {
    analyses.pictures.push_back({"pareto.svg", pareto_picture(points, front, 0, 1, request.who)});
  }
  if (varies(points, request.who)) {
    analyses.pictures.push_back({"sensitivity.svg", sensitivity_picture(points, request.who)});
  }
  if (request.break_even) {
    const auto maps = break_even(points, *request.break_even);
    analyses.tables.push_back({"breakeven.csv", break_even_csv(points, *request.break_even, maps)});
    analyses.tables.push_back({"crossings.csv", crossings_csv(points, *request.break_even, maps)});
    analyses.pictures.push_back({"breakeven.svg", break_even_picture(points, *request.break_even, maps)});
  }
  return analyses;
}

}  // namespace sigdel::analysis
