// The analyses as CSV and as scripts for gnuplot.
#include <gmock/gmock.h>

#include "scenarios/analysis/analyse.hpp"
#include "scenarios/analysis/tables.hpp"
#include "tests/support/random_points.hpp"

namespace sigdel::analysis {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// a: x, b: 30 / y; a second metric that nobody knows for b.
Points sample() {
  Points points = test::full_grid({test::numeric_factor("lanes", {100, 1, 10}),
                                   test::numeric_factor("banks", {1, 2}),
                                   {"mode", {"dense", "sigma-delta"}, {}},
                                   {"table", {"one, two"}, {}}});
  points.metrics = {{"energy_nj", Goal::kLeast}, {"frames_per_second", Goal::kMost}};
  for (std::size_t p = 0; p < points.size(); ++p) {
    const auto& level = points.levels[p];
    const double x = points.factors[0].numbers[level[0]];
    points.values[p] = {level[2] == 0 ? x : 30 / points.factors[1].numbers[level[1]], level[2] == 0 ? x : kUnknown};
  }
  return points;
}

TEST(AnalysisTables, Points) {
  const Points points = sample();
  EXPECT_EQ(points_csv(points, {0, 9}, {0, 1}),
            "lanes,banks,mode,table,energy_nj,frames_per_second\n"
            "100,1,dense,\"one, two\",100,100\n"
            "10,1,sigma-delta,\"one, two\",30,\n");
}

TEST(AnalysisTables, Sensitivity) {
  const std::string text = sensitivity_csv(sample(), 2);
  EXPECT_THAT(text, HasSubstr("mode,axis,first,last,metric,lines,"));
  EXPECT_THAT(text, HasSubstr("dense,lanes,100,10,energy_nj,2,6,2,-90,0.1,0.1,0.1,100,1,1,1,1,1,1\n"));
  EXPECT_THAT(text, HasSubstr("sigma-delta,banks,1,2,energy_nj,3,6,3,-15,0.5,0.5,0.5,2,-1,-1,-1,1,1,-1\n"));
  EXPECT_THAT(text, HasSubstr("sigma-delta,banks,1,2,frames_per_second,0,0,0,,,,,,,,,,,\n"));
  EXPECT_THAT(text, Not(HasSubstr("table")));  // one level
}

TEST(AnalysisTables, WhatRoundingLeavesOfZeroIsZero) {
  Points points = test::full_grid({test::numeric_factor("a", {1, 3, 7}), {"mode", {"dense"}, {}}});
  points.metrics = {{"y", Goal::kLeast}};
  points.values = {{1536.07}, {1536.07}, {1536.07}};
  EXPECT_THAT(sensitivity_csv(points, 1), HasSubstr("dense,a,1,7,y,1,3,1,0,1,1,1,1,0,0,0,,,\n"));
}

TEST(AnalysisTables, BreakEven) {
  const Points points = sample();
  const BreakEvenAxes axes{0, 1, 2, 0};
  const auto maps = break_even(points, axes);
  EXPECT_EQ(break_even_csv(points, axes, maps),
            "lanes,banks,metric,winner,runner_up,lead\n"
            "1,1,energy_nj,dense,sigma-delta,30\n"
            "10,1,energy_nj,dense,sigma-delta,3\n"
            "100,1,energy_nj,sigma-delta,dense,3.33333\n"
            "1,2,energy_nj,dense,sigma-delta,15\n"
            "10,2,energy_nj,dense,sigma-delta,1.5\n"
            "100,2,energy_nj,sigma-delta,dense,6.66667\n");
  EXPECT_EQ(crossings_csv(points, axes, maps),
            "along,from,to,held,at,metric,crossing,before,after\n"
            "lanes,10,100,banks,1,energy_nj,30,dense,sigma-delta\n"
            "lanes,10,100,banks,2,energy_nj,15,dense,sigma-delta\n");
}

TEST(AnalysisTables, AtLevelKeepsTheRest) {
  const Points dense = at_level(sample(), 2, 0);
  EXPECT_EQ(dense.size(), 6U);
  EXPECT_EQ(dense.factors[2].levels, std::vector<std::string>{"dense"});
  EXPECT_EQ(dense.values[0], (std::vector<double>{100, 100}));
}

std::vector<std::string> names_of(const Analyses& analyses) {
  std::vector<std::string> names;
  for (const NamedText& table : analyses.tables) {
    names.push_back(table.name);
  }
  for (const NamedPicture& picture : analyses.pictures) {
    names.push_back(picture.name);
  }
  return names;
}

TEST(Analyse, WhatIsMadeDependsOnWhatIsThere) {
  const Points all = sample();
  EXPECT_THAT(names_of(analyse(all, {2, BreakEvenAxes{0, 1, 2, 0}})),
              ElementsAre("pareto.csv", "sensitivity.csv", "breakeven.csv", "crossings.csv", "pareto.svg",
                          "sensitivity.svg", "breakeven.svg"));
  Points one = at_level(at_level(all, 0, 0), 1, 0);
  one.metrics.pop_back();
  for (auto& values : one.values) {
    values.pop_back();
  }
  EXPECT_THAT(names_of(analyse(one, {2, std::nullopt})), ElementsAre("pareto.csv", "sensitivity.csv"));
}

TEST(AnalysisPictures, ScriptsHoldTheDataAndQuoteWords) {
  Points points = sample();
  points.factors[0].name = R"(a "b" \ c)";
  const BreakEvenAxes axes{0, 1, 2, 0};
  const std::string map = break_even_picture(points, axes, break_even(points, axes)).script;
  EXPECT_THAT(map, HasSubstr(R"(set xlabel "a \"b\" \\ c")"));
  EXPECT_THAT(map, HasSubstr("0 0 8947848 30.00\n"));  // lanes 1, banks 1: dense, in full colour
  EXPECT_THAT(map, HasSubstr("1.4771 -0.5 0 1\n"));    // ln 30 / ln 10 = 1.4771 of the way from 1 over 10
  EXPECT_THAT(sensitivity_picture(points, 2).script, HasSubstr("0.1 2.175 0.1 0.1\n"));
  const std::string front = pareto_picture(points, {1, 2}, 0, 1, 2).script;
  EXPECT_THAT(front, HasSubstr("$best0 << EOD\n100 100\nEOD"));
  EXPECT_THAT(front, HasSubstr("$best1 << EOD\nNaN NaN\nEOD"));
}

}  // namespace
}  // namespace sigdel::analysis
