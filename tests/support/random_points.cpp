#include "tests/support/random_points.hpp"

#include <fmt/format.h>

#include <utility>

namespace sigdel::test {
namespace {

analysis::Factor random_factor(Random& random, std::size_t n) {
  std::vector<double> numbers;
  double number = random.below(3) == 0 ? -2.0 : 0.5;
  const std::uint64_t levels = 1 + random.below(5);
  for (std::uint64_t i = 0; i < levels; ++i) {
    numbers.push_back(number);
    number += 0.25 + random.unit();
  }
  for (std::size_t i = numbers.size(); i > 1; --i) {
    std::swap(numbers[i - 1], numbers[random.below(i)]);
  }
  analysis::Factor factor = numeric_factor(fmt::format("f{}", n), numbers);
  if (random.below(4) == 0) {
    factor.numbers.clear();
  }
  return factor;
}

double random_value(Random& random, bool gaps) {
  if (gaps && random.below(8) == 0) {
    return random.below(2) == 0 ? analysis::kUnknown : static_cast<double>(random.between(-2, 0));
  }
  return static_cast<double>(random.between(1, 6));
}

}  // namespace

analysis::Factor numeric_factor(std::string name, const std::vector<double>& numbers) {
  analysis::Factor factor{std::move(name), {}, numbers};
  for (const double number : numbers) {
    factor.levels.push_back(fmt::format("{}", number));
  }
  return factor;
}

analysis::Points full_grid(std::vector<analysis::Factor> factors) {
  analysis::Points points;
  points.levels.emplace_back();
  for (const analysis::Factor& factor : factors) {
    std::vector<std::vector<std::size_t>> longer;
    for (const auto& levels : points.levels) {
      for (std::size_t level = 0; level < factor.levels.size(); ++level) {
        longer.push_back(levels);
        longer.back().push_back(level);
      }
    }
    points.levels = std::move(longer);
  }
  points.factors = std::move(factors);
  points.values.resize(points.size());
  return points;
}

analysis::Points random_points(Random& random, double present, bool gaps) {
  std::vector<analysis::Factor> factors;
  const std::size_t count = 2 + random.below(3);
  for (std::size_t n = 0; n < count; ++n) {
    factors.push_back(random_factor(random, n));
  }
  const analysis::Points all = full_grid(std::move(factors));
  analysis::Points points;
  points.factors = all.factors;
  const std::uint64_t metrics = 1 + random.below(4);
  for (std::uint64_t m = 0; m < metrics; ++m) {
    points.metrics.push_back(
        {fmt::format("m{}", m), random.below(2) == 0 ? analysis::Goal::kLeast : analysis::Goal::kMost});
  }
  for (const auto& levels : all.levels) {
    if (random.unit() < present) {
      const auto place = static_cast<std::ptrdiff_t>(random.below(points.size() + 1));
      points.levels.insert(points.levels.begin() + place, levels);
    }
  }
  for (std::size_t p = 0; p < points.size(); ++p) {
    points.values.emplace_back();
    for (std::size_t m = 0; m < points.metrics.size(); ++m) {
      points.values.back().push_back(random_value(random, gaps));
    }
  }
  return points;
}

}  // namespace sigdel::test
