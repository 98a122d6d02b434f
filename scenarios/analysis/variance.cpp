#include "scenarios/analysis/variance.hpp"

#include <algorithm>
#include <set>

namespace sigdel::analysis {
namespace {

bool is_complete(const Points& points) {
  std::size_t combinations = 1;
  for (const Factor& factor : points.factors) {
    combinations *= factor.levels.size();
  }
  return combinations == points.size() &&
         std::set<std::vector<std::size_t>>(points.levels.begin(), points.levels.end()).size() == points.size();
}

/// Of the population, not of a sample.
double variance_of(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  double mean = 0;
  for (const double value : values) {
    mean += value / n;
  }
  double variance = 0;
  for (const double value : values) {
    variance += (value - mean) * (value - mean) / n;
  }
  return variance;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) {
    sum += value;
  }
  return sum / static_cast<double>(values.size());
}

}  // namespace

std::optional<VarianceShares> variance_shares(const Points& points, std::size_t factor, std::size_t metric) {
  std::vector<double> log_y;
  for (const auto& values : points.values) {
    if (!known(values[metric]) || values[metric] <= 0) {
      return std::nullopt;
    }
    log_y.push_back(std::log(values[metric]));
  }
  if (log_y.empty() || !is_complete(points)) {
    return std::nullopt;
  }
  constexpr double kRounding = 1e-24;  // (1e-12)^2: a relative difference of 1e-12 in y
  const double variance = variance_of(log_y);
  if (variance < kRounding) {
    return std::nullopt;
  }
  std::vector<std::vector<double>> by_level(points.factors[factor].levels.size());
  for (std::size_t p = 0; p < points.size(); ++p) {
    by_level[points.levels[p][factor]].push_back(log_y[p]);
  }
  std::vector<double> level_means;
  for (const auto& values : by_level) {
    level_means.push_back(mean_of(values));
  }
  std::vector<double> within;
  for (const auto& line : agreeing(points, {factor})) {
    std::vector<double> values;
    for (const std::size_t p : line) {
      values.push_back(log_y[p]);
    }
    within.push_back(variance_of(values));
  }
  return VarianceShares{variance_of(level_means) / variance, mean_of(within) / variance};
}

}  // namespace sigdel::analysis
