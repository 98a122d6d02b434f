#include "scenarios/analysis/pareto.hpp"

#include <algorithm>

namespace sigdel::analysis {
namespace {

/// A point's values, turned so that less is better.
struct Cost {
  std::size_t point = 0;
  std::vector<double> values;
};

std::vector<Cost> costs_of(const Points& points, const std::vector<std::size_t>& metrics) {
  std::vector<Cost> costs;
  for (std::size_t i = 0; i < points.size(); ++i) {
    Cost cost{i, {}};
    for (const std::size_t metric : metrics) {
      const double value = points.values[i][metric];
      cost.values.push_back(points.metrics[metric].goal == Goal::kLeast ? value : -value);
    }
    if (std::all_of(cost.values.begin(), cost.values.end(), known)) {
      costs.push_back(std::move(cost));
    }
  }
  return costs;
}

bool dominates(const std::vector<double>& a, const std::vector<double>& b) {
  bool better = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) {
      return false;
    }
    better = better || a[i] < b[i];
  }
  return better;
}

}  // namespace

std::vector<std::size_t> non_dominated(const Points& points, const std::vector<std::size_t>& metrics) {
  std::vector<Cost> costs = costs_of(points, metrics);
  // In lexicographic order nobody is dominated by somebody behind him, and domination is transitive, so it is enough to
  // compare with the set so far.
  std::stable_sort(costs.begin(), costs.end(), [](const Cost& a, const Cost& b) { return a.values < b.values; });
  std::vector<const Cost*> front;
  for (const Cost& cost : costs) {
    if (std::none_of(front.begin(), front.end(), [&](const Cost* f) { return dominates(f->values, cost.values); })) {
      front.push_back(&cost);
    }
  }
  std::vector<std::size_t> set;
  for (const Cost* cost : front) {
    set.push_back(cost->point);
  }
  std::sort(set.begin(), set.end());
  return set;
}

}  // namespace sigdel::analysis
