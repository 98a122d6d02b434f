// Maps of who wins: by hand, and on random tables against a fine search along every line.
#include "scenarios/analysis/break_even.hpp"

#include <gmock/gmock.h>

#include "tests/support/random_points.hpp"

namespace sigdel::analysis {
namespace {

using test::full_grid;
using test::numeric_factor;

/// Two contenders, a and b, on x in {1, 10, 100} and y in {0, 1}: figures f(contender, x, y).
Points duel(double (*f)(std::size_t, double, double)) {
  Points points = full_grid({numeric_factor("x", {1, 10, 100}), numeric_factor("y", {0, 1}), {"mode", {"a", "b"}, {}}});
  points.metrics = {{"nJ", Goal::kLeast}};
  for (std::size_t p = 0; p < points.size(); ++p) {
    const auto& level = points.levels[p];
    points.values[p] = {f(level[2], points.factors[0].numbers[level[0]], points.factors[1].numbers[level[1]])};
  }
  return points;
}

TEST(BreakEven, PowerLawsMeetWhereTheyAreEqual) {
  // a: x, b: 30 at y = 0 and 3 at y = 1. In ln x and ln f both are straight, so the crossings are exact: 30 and 3.
  const Points points = duel([](std::size_t who, double x, double y) { return who == 0 ? x : y == 0 ? 30.0 : 3.0; });
  const auto maps = break_even(points, {0, 1, 2, 0});
  ASSERT_EQ(maps.size(), 1U);
  const auto& cells = maps[0].cells;
  ASSERT_EQ(cells.size(), 6U);
  EXPECT_EQ(cells[1].x, 1U);
  EXPECT_EQ(cells[1].y, 0U);
  EXPECT_EQ(cells[1].winner, 0U);
  EXPECT_EQ(cells[1].runner_up, 1U);
  EXPECT_DOUBLE_EQ(cells[1].lead, 3);
  EXPECT_EQ(cells[2].winner, 1U);
  std::vector<Crossing> along_x;
  for (const Crossing& crossing : maps[0].crossings) {
    if (crossing.along_x) {
      along_x.push_back(crossing);
    }
  }
  ASSERT_EQ(along_x.size(), 2U);
  EXPECT_NEAR(along_x[0].place, 30, 1e-9);
  EXPECT_EQ(along_x[0].before, 0U);
  EXPECT_EQ(along_x[0].after, 1U);
  EXPECT_NEAR(along_x[1].place, 3, 1e-9);
  EXPECT_EQ(along_x[1].at, 1U);
  // Along y, which has a zero and so is linear: at x = 10 b falls from 30 to 3 and meets 10 where ln does.
  ASSERT_EQ(maps[0].crossings.size(), 3U);
  EXPECT_FALSE(maps[0].crossings[2].along_x);
  EXPECT_NEAR(maps[0].crossings[2].place, std::log(3.0) / std::log(10.0), 1e-12);
}

TEST(BreakEven, WhereMoreIsBetter) {
  Points points = duel([](std::size_t who, double x, double) { return who == 0 ? x : 30.0; });
  points.metrics[0].goal = Goal::kMost;
  const auto map = break_even(points, {0, 1, 2, 0})[0];
  EXPECT_EQ(map.cells[0].winner, 1U);
  EXPECT_DOUBLE_EQ(map.cells[0].lead, 30);
  EXPECT_NEAR(map.crossings[0].place, 30, 1e-9);
}

TEST(BreakEven, EqualFiguresAreTheFirstOnesWithoutALead) {
  const auto map = break_even(duel([](std::size_t, double x, double) { return x; }), {0, 1, 2, 0})[0];
  for (const Cell& cell : map.cells) {
    EXPECT_EQ(cell.winner, 0U);
    EXPECT_EQ(cell.runner_up, 1U);
    EXPECT_DOUBLE_EQ(cell.lead, 1);
  }
  EXPECT_TRUE(map.crossings.empty());
}

TEST(BreakEven, ACrossingOnAGridPointIsFoundOnceAndATouchIsNone) {
  // b is ahead at x = 1, draws at 10, is behind at 100: one crossing at 10, though a is first in the order.
  auto map = break_even(duel([](std::size_t who, double x, double) { return who == 0 ? 10.0 : x; }), {0, 1, 2, 0})[0];
  ASSERT_EQ(map.crossings.size(), 2U);  // one for each y
  EXPECT_NEAR(map.crossings[0].place, 10, 1e-9);
  EXPECT_EQ(map.crossings[0].before, 1U);
  EXPECT_EQ(map.crossings[0].after, 0U);
  // b draws at 10 and falls behind again.
  map = break_even(duel([](std::size_t who, double x, double) { return who == 0 || x == 10 ? 1.0 : 2.0; }),
                   {0, 1, 2, 0})[0];
  EXPECT_TRUE(map.crossings.empty());
}

TEST(BreakEven, OtherFactorsMakeMapsOfTheirOwn) {
  Points points = full_grid({numeric_factor("x", {1, 2}),
                             numeric_factor("y", {1, 2}),
                             {"mode", {"a", "b"}, {}},
                             {"table", {"t1", "t2"}, {}}});
  points.metrics = {{"nJ", Goal::kLeast}};
  for (std::size_t p = 0; p < points.size(); ++p) {
    points.values[p] = {points.levels[p][2] == points.levels[p][3] ? 1.0 : 2.0};
  }
  const auto maps = break_even(points, {0, 1, 2, 0});
  ASSERT_EQ(maps.size(), 2U);
  EXPECT_EQ(maps[0].held[3], 0U);
  EXPECT_EQ(maps[0].cells[0].winner, 0U);
  EXPECT_EQ(maps[1].held[3], 1U);
  EXPECT_EQ(maps[1].cells[0].winner, 1U);
}

/// ln of a figure, less is better; infinite where there is none.
double score(const Points& points, std::vector<std::size_t> levels, std::size_t who) {
  levels[2] = who;
  const auto place = std::find(points.levels.begin(), points.levels.end(), levels);
  if (place == points.levels.end()) {
    return INFINITY;
  }
  const double value = points.values[static_cast<std::size_t>(place - points.levels.begin())][0];
  if (!known(value) || value <= 0) {
    return INFINITY;
  }
  return points.metrics[0].goal == Goal::kLeast ? std::log(value) : -std::log(value);
}

double best(const std::vector<double>& scores) { return *std::min_element(scores.begin(), scores.end()); }

/// Checks one map's cells against every contender's score.
void check_cells(const Points& points, const BreakEven& map) {
  for (const Cell& cell : map.cells) {
    std::vector<double> scores;
    std::vector<std::size_t> levels = map.held;
    levels[0] = cell.x;
    levels[1] = cell.y;
    for (std::size_t who = 0; who < points.factors[2].levels.size(); ++who) {
      scores.push_back(score(points, levels, who));
    }
    ASSERT_DOUBLE_EQ(scores[cell.winner], best(scores));
    const double won = scores[cell.winner];
    scores[cell.winner] = INFINITY;
    ASSERT_EQ(cell.runner_up.has_value(), std::isfinite(best(scores)));
    if (cell.runner_up) {
      ASSERT_NEAR(std::log(cell.lead), best(scores) - won, 1e-12);
      ASSERT_GE(cell.lead, 1);
    }
  }
}

/// Walks along x between two levels in small steps; whoever is ahead must be whom the crossings say.
void check_walk(const Points& points, const BreakEven& map, std::size_t from, std::size_t to, std::size_t at) {
  std::vector<std::size_t> a = map.held;
  a[0] = from;
  a[1] = at;
  std::vector<std::size_t> b = a;
  b[0] = to;
  const auto& numbers = points.factors[0].numbers;
  const bool logarithmic = *std::min_element(numbers.begin(), numbers.end()) > 0;
  std::optional<std::size_t> leader;
  std::vector<Crossing> here;
  for (const Crossing& crossing : map.crossings) {
    if (crossing.along_x && crossing.at == at && crossing.from == from && crossing.to == to) {
      here.push_back(crossing);
    }
  }
  for (int step = 0; step <= 200; ++step) {
    const double share = (step + 0.5) / 201;
    const double x = logarithmic ? numbers[from] * std::pow(numbers[to] / numbers[from], share)
                                 : numbers[from] + share * (numbers[to] - numbers[from]);
    std::vector<double> scores;
    for (std::size_t who = 0; who < points.factors[2].levels.size(); ++who) {
      scores.push_back((1 - share) * score(points, a, who) + share * score(points, b, who));
    }
    leader.reset();
    for (const Crossing& crossing : here) {
      leader = crossing.place <= x ? crossing.after : leader.value_or(crossing.before);
    }
    if (leader) {
      ASSERT_NEAR(scores[*leader], best(scores), 1e-9) << share;
    } else if (std::isfinite(best(scores))) {  // one of them stays ahead all the way
      leader = static_cast<std::size_t>(std::min_element(scores.begin(), scores.end()) - scores.begin());
      ASSERT_LE(score(points, a, *leader) - 1e-12, [&] {
        double least = INFINITY;
        for (std::size_t who = 0; who < scores.size(); ++who) {
          least = std::isfinite(scores[who]) ? std::min(least, score(points, a, who)) : least;
        }
        return least;
      }());
    }
  }
}

TEST(BreakEven, IsWhatAFineSearchFindsOnRandomTables) {
  Random random(5);
  std::size_t crossings = 0;
  for (int round = 0; round < 300; ++round) {
    const Points points = test::random_points(random, 0.85, round % 2 == 0);
    if (points.factors.size() < 3) {
      continue;
    }
    for (const BreakEven& map : break_even(points, {0, 1, 2, 0})) {
      check_cells(points, map);
      for (std::size_t i = 1; points.factors[0].numeric() && i < map.cells.size(); ++i) {
        if (map.cells[i].y == map.cells[i - 1].y) {
          check_walk(points, map, map.cells[i - 1].x, map.cells[i].x, map.cells[i].y);
        }
      }
      crossings += map.crossings.size();
    }
  }
  EXPECT_GT(crossings, 500U);
}

}  // namespace
}  // namespace sigdel::analysis
