#include "scenarios/analysis/sensitivity.hpp"

#include <algorithm>
#include <numeric>

#include "scenarios/analysis/variance.hpp"

namespace sigdel::analysis {
namespace {

/// Points of one line in the order of the factor's levels.
using Line = std::vector<std::size_t>;

/// One factor and one metric of a table.
struct View {
  const Points& points;
  std::size_t factor = 0;
  std::size_t metric = 0;

  [[nodiscard]] double y(std::size_t point) const { return points.values[point][metric]; }
  [[nodiscard]] std::size_t level(std::size_t point) const { return points.levels[point][factor]; }
  [[nodiscard]] double x(std::size_t point) const { return points.factors[factor].numbers[level(point)]; }
};

std::vector<Line> lines_of(const View& view) {
  std::vector<Line> lines = agreeing(view.points, {view.factor});
  for (Line& line : lines) {
    line.erase(std::remove_if(line.begin(), line.end(), [&](std::size_t p) { return !known(view.y(p)); }), line.end());
    std::stable_sort(line.begin(), line.end(),
                     [&](std::size_t a, std::size_t b) { return view.level(a) < view.level(b); });
  }
  const auto no_line = [&](const Line& line) {
    return line.empty() || view.level(line.front()) == view.level(line.back());
  };
  lines.erase(std::remove_if(lines.begin(), lines.end(), no_line), lines.end());
  return lines;
}

/// Sum, least and largest of what lines give.
struct Collected {
  std::size_t count = 0;
  double sum = 0;
  double least = 0;
  double largest = 0;

  void add(double value) {
    least = count == 0 ? value : std::min(least, value);
    largest = count == 0 ? value : std::max(largest, value);
    sum += value;
    ++count;
  }
  [[nodiscard]] double mean() const { return sum / static_cast<double>(count); }
};

/// Sums of squares and products around the mean of one line, of ln x and ln y.
struct Moments {
  double xx = 0;
  double xy = 0;
};

Moments moments_of(const View& view, const Line& line) {
  const auto n = static_cast<double>(line.size());
  double x_mean = 0;
  double y_mean = 0;
  for (const std::size_t p : line) {
    x_mean += std::log(view.x(p)) / n;
    y_mean += std::log(view.y(p)) / n;
  }
  Moments moments;
  for (const std::size_t p : line) {
    const double dx = std::log(view.x(p)) - x_mean;
    moments.xx += dx * dx;
    moments.xy += dx * (std::log(view.y(p)) - y_mean);
  }
  return moments;
}

void measure_elasticity(const View& view, const std::vector<Line>& lines, Sensitivity& found) {
  const Factor& factor = view.points.factors[view.factor];
  if (!factor.numeric() || *std::min_element(factor.numbers.begin(), factor.numbers.end()) <= 0 || lines.empty()) {
    return;
  }
  Moments all;
  Collected alone;
  for (const Line& line : lines) {
    const Moments moments = moments_of(view, line);
    all.xx += moments.xx;
    all.xy += moments.xy;
    alone.add(moments.xy / moments.xx);
  }
  found.elasticity = all.xy / all.xx;
  found.least_elasticity = alone.least;
  found.largest_elasticity = alone.largest;
}

void measure_ratios(const View& view, const std::vector<Line>& lines, Sensitivity& found) {
  if (lines.empty()) {
    return;
  }
  Collected change;
  Collected span;
  for (const Line& line : lines) {
    change.add(std::log(view.y(line.back()) / view.y(line.front())));
    const auto [least, largest] = std::minmax_element(
        line.begin(), line.end(), [&](std::size_t a, std::size_t b) { return view.y(a) < view.y(b); });
    span.add(std::log(view.y(*largest) / view.y(*least)));
  }
  found.ratio = std::exp(change.mean());
  found.least_ratio = std::exp(change.least);
  found.largest_ratio = std::exp(change.largest);
  found.span = std::exp(span.mean());
}

/// Ranks from 1, equal values with the mean of theirs.
std::vector<double> ranks_of(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin;
    while (end < order.size() && values[order[end]] == values[order[begin]]) {
      ++end;
    }
    for (std::size_t i = begin; i < end; ++i) {
      ranks[order[i]] = static_cast<double>(begin + 1 + end) / 2;
    }
    begin = end;
  }
  return ranks;
}

/// Pearson's of two lists of ranks; nothing if one of them is all ties.
std::optional<double> correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const double mean = (static_cast<double>(a.size()) + 1) / 2;
  double aa = 0;
  double bb = 0;
  double ab = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    aa += (a[i] - mean) * (a[i] - mean);
    bb += (b[i] - mean) * (b[i] - mean);
    ab += (a[i] - mean) * (b[i] - mean);
  }
  return aa == 0 || bb == 0 ? std::nullopt : std::optional(ab / std::sqrt(aa * bb));
}

std::optional<double> rank_correlation_of(const View& view) {
  if (!view.points.factors[view.factor].numeric()) {
    return std::nullopt;
  }
  std::vector<double> x;
  std::vector<double> y;
  for (std::size_t p = 0; p < view.points.size(); ++p) {
    if (known(view.y(p))) {
      x.push_back(view.x(p));
      y.push_back(view.y(p));
    }
  }
  return correlation(ranks_of(x), ranks_of(y));
}

}  // namespace

Sensitivity sensitivity(const Points& points, std::size_t factor, std::size_t metric) {
  const View view{points, factor, metric};
  std::vector<Line> lines = lines_of(view);
  Sensitivity found;
  Collected difference;
  for (const Line& line : lines) {
    found.points += line.size();
    difference.add(view.y(line.back()) - view.y(line.front()));
  }
  found.lines = lines.size();
  if (found.lines > 0) {
    found.difference = difference.mean();
  }
  const auto not_positive = [&](const Line& line) {
    return std::any_of(line.begin(), line.end(), [&](std::size_t p) { return view.y(p) <= 0; });
  };
  lines.erase(std::remove_if(lines.begin(), lines.end(), not_positive), lines.end());
  found.ratio_lines = lines.size();
  measure_ratios(view, lines, found);
  measure_elasticity(view, lines, found);
  if (const auto shares = variance_shares(points, factor, metric)) {
    found.first_order = shares->first_order;
    found.total = shares->total;
  }
  found.rank_correlation = rank_correlation_of(view);
  return found;
}

}  // namespace sigdel::analysis
