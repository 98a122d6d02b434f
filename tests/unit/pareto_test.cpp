// The non-dominated set: by hand, and on random tables as its definition has it.
#include "scenarios/analysis/pareto.hpp"

#include <gmock/gmock.h>

#include <numeric>

#include "tests/support/random_points.hpp"

namespace sigdel::analysis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Points with_values(const std::vector<Goal>& goals, std::vector<std::vector<double>> values) {
  Points points;
  for (const Goal goal : goals) {
    points.metrics.push_back({"m", goal});
  }
  points.levels.resize(values.size());
  points.values = std::move(values);
  return points;
}

TEST(Pareto, TwoObjectives) {
  const auto points = with_values({Goal::kLeast, Goal::kLeast}, {{1, 5}, {2, 3}, {3, 3}, {4, 1}, {5, 2}});
  EXPECT_THAT(non_dominated(points, {0, 1}), ElementsAre(0, 1, 3));
  EXPECT_THAT(non_dominated(points, {0}), ElementsAre(0));
}

TEST(Pareto, MoreMayBeBetter) {
  const auto points = with_values({Goal::kLeast, Goal::kMost}, {{1, 5}, {2, 3}, {2, 7}, {9, 7}});
  EXPECT_THAT(non_dominated(points, {0, 1}), ElementsAre(0, 2));
}

TEST(Pareto, DuplicatesStayOrGoTogether) {
  const auto points = with_values({Goal::kLeast, Goal::kLeast}, {{1, 2}, {3, 3}, {1, 2}, {3, 3}});
  EXPECT_THAT(non_dominated(points, {0, 1}), ElementsAre(0, 2));
}

TEST(Pareto, UnknownValuesAreNotInIt) {
  const auto points = with_values({Goal::kLeast, Goal::kLeast}, {{0, kUnknown}, {1, 1}, {kUnknown, 0}});
  EXPECT_THAT(non_dominated(points, {0, 1}), ElementsAre(1));
  EXPECT_THAT(non_dominated(points, {1}), ElementsAre(2));
  EXPECT_THAT(non_dominated(with_values({Goal::kLeast}, {{kUnknown}}), {0}), IsEmpty());
  EXPECT_THAT(non_dominated(with_values({Goal::kLeast}, {}), {0}), IsEmpty());
}

/// The definition, word by word.
std::vector<std::size_t> by_definition(const Points& points, const std::vector<std::size_t>& metrics) {
  const auto better = [&](std::size_t metric, std::size_t a, std::size_t b) {
    const double difference = points.values[a][metric] - points.values[b][metric];
    return points.metrics[metric].goal == Goal::kLeast ? difference < 0 : difference > 0;
  };
  const auto all_known = [&](std::size_t p) {
    return std::all_of(metrics.begin(), metrics.end(), [&](std::size_t m) { return known(points.values[p][m]); });
  };
  std::vector<std::size_t> set;
  for (std::size_t p = 0; p < points.size(); ++p) {
    bool in = all_known(p);
    for (std::size_t q = 0; in && q < points.size(); ++q) {
      const bool never_worse =
          std::none_of(metrics.begin(), metrics.end(), [&](std::size_t m) { return better(m, p, q); });
      const bool once_better =
          std::any_of(metrics.begin(), metrics.end(), [&](std::size_t m) { return better(m, q, p); });
      in = !(all_known(q) && never_worse && once_better);
    }
    if (in) {
      set.push_back(p);
    }
  }
  return set;
}

TEST(Pareto, IsItsDefinitionOnRandomTables) {
  Random random(7);
  std::size_t sizes = 0;
  for (int round = 0; round < 400; ++round) {
    const Points points = test::random_points(random, 0.7, round % 2 == 0);
    std::vector<std::size_t> metrics(points.metrics.size());
    std::iota(metrics.begin(), metrics.end(), std::size_t{0});
    const auto set = non_dominated(points, metrics);
    ASSERT_EQ(set, by_definition(points, metrics)) << round;
    sizes += set.size();
  }
  EXPECT_GT(sizes, 800U);
}

}  // namespace
}  // namespace sigdel::analysis
