// Sensitivities: of laws whose answer is known, and on random tables as their definitions have it.
#include "scenarios/analysis/sensitivity.hpp"

#include <gmock/gmock.h>

#include "tests/support/random_points.hpp"

namespace sigdel::analysis {
namespace {

using test::full_grid;
using test::numeric_factor;

/// y = f(numbers of the levels) on every combination of a in {1, 2, 4}, b in {1, 10}.
Points law(double (*f)(double, double)) {
  Points points = full_grid({numeric_factor("a", {1, 2, 4}), numeric_factor("b", {1, 10})});
  points.metrics = {{"y", Goal::kLeast}};
  for (std::size_t p = 0; p < points.size(); ++p) {
    points.values[p] = {
        f(points.factors[0].numbers[points.levels[p][0]], points.factors[1].numbers[points.levels[p][1]])};
  }
  return points;
}

TEST(Sensitivity, OfAPowerLawIsItsExponent) {
  const Points points = law([](double a, double b) { return 3 * std::pow(a, -0.5) * b * b; });
  const Sensitivity a = sensitivity(points, 0, 0);
  EXPECT_EQ(a.lines, 2U);
  EXPECT_EQ(a.points, 6U);
  EXPECT_EQ(a.ratio_lines, 2U);
  EXPECT_NEAR(a.elasticity.value(), -0.5, 1e-12);
  EXPECT_NEAR(a.least_elasticity.value(), -0.5, 1e-12);
  EXPECT_NEAR(a.largest_elasticity.value(), -0.5, 1e-12);
  EXPECT_NEAR(a.ratio.value(), 0.5, 1e-12);
  EXPECT_NEAR(a.span.value(), 2, 1e-12);
  EXPECT_NEAR(a.difference.value(), (-1.5 - 150) / 2, 1e-9);
  const Sensitivity b = sensitivity(points, 1, 0);
  EXPECT_NEAR(b.elasticity.value(), 2, 1e-12);
  EXPECT_NEAR(a.first_order.value() + b.first_order.value(), 1, 1e-12);  // ln y is a sum: nothing interacts
  EXPECT_NEAR(a.total.value(), a.first_order.value(), 1e-12);
  EXPECT_NEAR(b.rank_correlation.value(), 0.87831, 1e-5);  // b's ranks 2, 2, 2, 5, 5, 5 against 1 to 6: sqrt(27 / 35)
}

TEST(Sensitivity, AnInteractionIsInTheTotalOnly) {
  // a matters only where b is 10: ln y = 0 or ln a.
  const Points points = law([](double a, double b) { return b > 1 ? a : 1.0; });
  const Sensitivity a = sensitivity(points, 0, 0);
  EXPECT_NEAR(a.least_elasticity.value(), 0, 1e-12);
  EXPECT_NEAR(a.largest_elasticity.value(), 1, 1e-12);
  EXPECT_NEAR(a.elasticity.value(), 0.5, 1e-12);
  // In units of (ln 2)^2: Var(y) of {0, 0, 0, 0, 1, 2} = 7/12, of a's means {0, .5, 1} = 1/6, within a's lines 0 and
  // 2/3.
  EXPECT_NEAR(a.first_order.value(), (1.0 / 6) / (7.0 / 12), 1e-12);
  EXPECT_NEAR(a.total.value(), (1.0 / 3) / (7.0 / 12), 1e-12);
}

TEST(Sensitivity, WhatDoesNothing) {
  const Sensitivity a = sensitivity(law([](double, double b) { return b; }), 0, 0);
  EXPECT_DOUBLE_EQ(a.span.value(), 1);
  EXPECT_DOUBLE_EQ(a.ratio.value(), 1);
  EXPECT_NEAR(a.elasticity.value(), 0, 1e-12);
  EXPECT_NEAR(a.first_order.value(), 0, 1e-12);
  const Sensitivity constant = sensitivity(law([](double, double) { return 0.3; }), 0, 0);
  EXPECT_FALSE(constant.first_order);  // 0 / 0
  EXPECT_FALSE(constant.rank_correlation);
}

TEST(Sensitivity, ZerosAndUnknownsAreLeftOutOfRatios) {
  Points points = law([](double a, double b) { return a * b; });
  points.values[0] = {0};         // a = 1, b = 1
  points.values[5] = {kUnknown};  // a = 4, b = 10
  const Sensitivity a = sensitivity(points, 0, 0);
  EXPECT_EQ(a.lines, 2U);
  EXPECT_EQ(a.points, 5U);
  EXPECT_EQ(a.ratio_lines, 1U);
  EXPECT_NEAR(a.ratio.value(), 2, 1e-12);       // b = 10: 10 to 20
  EXPECT_NEAR(a.difference.value(), 7, 1e-12);  // 0 to 4 and 10 to 20
  EXPECT_FALSE(a.first_order);
}

TEST(Sensitivity, WordsHaveNoElasticity) {
  Points points = law([](double a, double b) { return a * b; });
  points.factors[0].numbers.clear();
  const Sensitivity a = sensitivity(points, 0, 0);
  EXPECT_FALSE(a.elasticity);
  EXPECT_FALSE(a.rank_correlation);
  EXPECT_NEAR(a.ratio.value(), 4, 1e-12);
  EXPECT_TRUE(a.first_order);
  points.factors[1].numbers = {0, 1};  // nor has zero a logarithm
  EXPECT_FALSE(sensitivity(points, 1, 0).elasticity);
  EXPECT_TRUE(sensitivity(points, 1, 0).rank_correlation);
}

TEST(Sensitivity, ARandomSampleHasNoLines) {
  Points points;
  points.factors = {numeric_factor("a", {1, 2, 3}), numeric_factor("b", {1, 2, 3})};
  points.metrics = {{"y", Goal::kLeast}};
  points.levels = {{0, 0}, {1, 2}, {2, 1}};
  points.values = {{1}, {8}, {9}};
  const Sensitivity a = sensitivity(points, 0, 0);
  EXPECT_EQ(a.lines, 0U);
  EXPECT_FALSE(a.ratio);
  EXPECT_FALSE(a.difference);
  EXPECT_DOUBLE_EQ(a.rank_correlation.value(), 1);
}

/// ln(last / first) and ln(largest / smallest) of one line, found by looking at every pair of points.
struct Line {
  std::size_t points = 0;
  std::size_t first = 0;
  std::size_t last = 0;
  double least = 0;
  double largest = 0;
};

std::vector<Line> lines_by_definition(const Points& points, std::size_t factor) {
  std::vector<Line> lines;
  std::vector<bool> done(points.size());
  const auto agree = [&](std::size_t p, std::size_t q) {
    for (std::size_t f = 0; f < points.factors.size(); ++f) {
      if (f != factor && points.levels[p][f] != points.levels[q][f]) {
        return false;
      }
    }
    return true;
  };
  for (std::size_t p = 0; p < points.size(); ++p) {
    Line line{0, p, p, points.values[p][0], points.values[p][0]};
    for (std::size_t q = 0; q < points.size(); ++q) {
      const double y = points.values[q][0];
      if (done[q] || done[p] || !known(points.values[p][0]) || !known(y) || !agree(p, q)) {
        continue;
      }
      ++line.points;
      line.first = points.levels[q][factor] < points.levels[line.first][factor] ? q : line.first;
      line.last = points.levels[q][factor] > points.levels[line.last][factor] ? q : line.last;
      line.least = std::min(line.least, y);
      line.largest = std::max(line.largest, y);
    }
    for (std::size_t q = 0; q < points.size(); ++q) {
      done[q] = done[q] || (known(points.values[p][0]) && agree(p, q));
    }
    if (line.points > 1) {
      lines.push_back(line);
    }
  }
  return lines;
}

TEST(Sensitivity, IsItsDefinitionOnRandomTables) {
  Random random(11);
  std::size_t looked_at = 0;
  for (int round = 0; round < 400; ++round) {
    const Points points = test::random_points(random, 0.8, round % 2 == 0);
    for (std::size_t factor = 0; factor < points.factors.size(); ++factor) {
      const Sensitivity found = sensitivity(points, factor, 0);
      const std::vector<Line> lines = lines_by_definition(points, factor);
      ASSERT_EQ(found.lines, lines.size()) << round;
      double ratios = 0;
      double spans = 0;
      std::size_t positive = 0;
      for (const Line& line : lines) {
        if (line.least > 0) {
          ratios += std::log(points.values[line.last][0] / points.values[line.first][0]);
          spans += std::log(line.largest / line.least);
          ++positive;
        }
      }
      ASSERT_EQ(found.ratio_lines, positive);
      if (positive > 0) {
        EXPECT_NEAR(std::log(found.ratio.value()), ratios / static_cast<double>(positive), 1e-12);
        EXPECT_NEAR(std::log(found.span.value()), spans / static_cast<double>(positive), 1e-12);
        ++looked_at;
      }
    }
  }
  EXPECT_GT(looked_at, 500U);
}

}  // namespace
}  // namespace sigdel::analysis
