// A sweep's table as points: what is read, what is refused, and that random tables come back.
#include "scenarios/analysis/read_table.hpp"

#include <gmock/gmock.h>

#include <numeric>

#include "scenarios/analysis/tables.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/random_points.hpp"

namespace sigdel::analysis {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(AnalysisTable, CellsAndQuotes) {
  EXPECT_THAT(read_csv("a,b\n\"1,\"\"x\n\",\n,2", "t.csv"),
              ElementsAre(ElementsAre("a", "b"), ElementsAre("1,\"x\n", ""), ElementsAre("", "2")));
  EXPECT_THAT(read_csv("a,b\r\n1,\r\n\"2\",\"\r\n\"\r\n", "t.csv"),
              ElementsAre(ElementsAre("a", "b"), ElementsAre("1", ""), ElementsAre("2", "\r\n")));
  EXPECT_TRUE(read_csv("", "t.csv").empty());
  EXPECT_THAT(test::error_of([] { read_csv("a\n\"b", "t.csv"); }), HasSubstr("t.csv: row 2: a quoted cell has no end"));
  EXPECT_THAT(test::error_of([] { read_csv("\"b\"c", "t.csv"); }), HasSubstr("row 1: a quoted cell goes on"));
}

TEST(AnalysisTable, LevelsNumbersAndUnknownValues) {
  const Points points =
      read_points("id,lanes,mode,nj\n1,4,dense,2.5\n2,16,dense,\n3,4,rounding,1e3\n4,16,rounding,failed\n",
                  {{{"lanes", {"lanes"}}}, "mode", {{"nj", Goal::kLeast}}}, "t.csv");
  EXPECT_THAT(points.factors[0].numbers, ElementsAre(4, 16));
  EXPECT_EQ(points.factors[1].name, "mode");
  EXPECT_THAT(points.factors[1].levels, ElementsAre("dense", "rounding"));
  EXPECT_FALSE(points.factors[1].numeric());
  EXPECT_THAT(points.levels, ElementsAre(ElementsAre(0, 0), ElementsAre(1, 0), ElementsAre(0, 1), ElementsAre(1, 1)));
  EXPECT_EQ(points.values[0][0], 2.5);
  EXPECT_EQ(points.values[2][0], 1000);
  EXPECT_FALSE(known(points.values[1][0]));
  EXPECT_FALSE(known(points.values[3][0]));
}

TEST(AnalysisTable, ARowWithAColumnForEachMode) {
  const Points points = read_points(
      "lanes,area,dense.nj,sigma-delta.nj,sigma-delta.cycles,layer.dense.fc1.nj\n4,7,100,10,5,1\n8,9,110,,6,1\n",
      {{{"lanes", {"lanes"}}}, "mode", {{"nj", Goal::kLeast}, {"cycles", Goal::kLeast}, {"area", Goal::kLeast}}},
      "t.csv");
  EXPECT_THAT(points.factors[1].levels, ElementsAre("dense", "sigma-delta"));
  ASSERT_EQ(points.size(), 4U);
  EXPECT_THAT(points.levels[1], ElementsAre(0, 1));
  EXPECT_THAT(points.values[1], ElementsAre(10, 5, 7));
  EXPECT_EQ(points.values[0][0], 100);
  EXPECT_FALSE(known(points.values[0][1]));
  EXPECT_EQ(points.values[2][2], 9);
  EXPECT_FALSE(known(points.values[3][0]));
}

TEST(AnalysisTable, KeysThatChangeTogetherAreOneFactor) {
  const auto levels = [](const char* text) {
    return read_points(text, {{{"shape", {"columns", "rows"}}}, "mode", {{"nj", Goal::kLeast}}}, "t.csv")
        .factors[0]
        .levels;
  };
  EXPECT_THAT(levels("columns,rows,mode,nj\n1,1,a,1\n2,1,a,1\n4,2,a,1\n"), ElementsAre("1", "2", "4"));
  EXPECT_THAT(levels("columns,rows,mode,nj\n1,1,a,1\n2,1,a,1\n2,2,a,1\n"), ElementsAre("1 / 1", "2 / 1", "2 / 2"));
}

TEST(AnalysisTable, AListOfOneNumberIsTheNumber) {
  const auto factors = [](const char* text) {
    return read_points(text, {{{"x", {"x"}}, {"g", {"a", "b"}}}, "mode", {{"nj", Goal::kLeast}}}, "t.csv").factors;
  };
  const auto numbers = factors("x,a,b,mode,nj\n[0.75],1,[2],a,1\n[1],1,[3],a,1\n[-1e2],2,[2],a,1\n");
  EXPECT_THAT(numbers[0].levels, ElementsAre("0.75", "1", "-1e2"));
  EXPECT_THAT(numbers[0].numbers, ElementsAre(0.75, 1, -100));
  EXPECT_THAT(numbers[1].levels, ElementsAre("1 / 2", "1 / 3", "2 / 2"));
  const auto words =
      factors("x,a,b,mode,nj\n[],1,2,a,1\n[unary],1,2,a,1\n\"[1, 2]\",1,2,a,1\n[1,1,2,a,1\n1],1,2,a,1\n");
  EXPECT_THAT(words[0].levels, ElementsAre("[]", "[unary]", "[1, 2]", "[1", "1]"));
  EXPECT_FALSE(words[0].numeric());
}

TEST(AnalysisTable, WhatIsRefused) {
  const TableColumns columns{{{"lanes", {"lanes"}}}, "mode", {{"nj", Goal::kLeast}}};
  const auto error = [&](const char* text) { return test::error_of([&] { read_points(text, columns, "t.csv"); }); };
  EXPECT_THAT(error(""), HasSubstr("t.csv: the table is empty"));
  EXPECT_THAT(error("lane,mode,nj\n"), HasSubstr("there is no column 'lanes'; there are: lane, mode, nj"));
  EXPECT_THAT(error("lanes,mode,j\n1,a,1\n"), HasSubstr("there is no column 'nj'"));
  EXPECT_THAT(error("lanes,nj\n1,2\n"), HasSubstr("neither a column 'mode' nor one that ends with '.nj'; there are: "));
  EXPECT_THAT(error("lanes,mode,nj\n1,a\n"), HasSubstr("row 2 has 2 cells, the first has 3"));
  EXPECT_THAT(error("lanes,mode,nj\n1,a,2\n3,a,4\n1,a,5\n"), HasSubstr("rows 2 and 4 agree in all axes and in 'mode'"));
}

TEST(AnalysisTable, RandomTablesComeBack) {
  Random random(3);
  for (int round = 0; round < 100; ++round) {
    const Points points = test::random_points(random, 0.6, true);
    TableColumns columns{{}, points.factors.back().name, points.metrics};
    for (std::size_t f = 0; f + 1 < points.factors.size(); ++f) {
      columns.factors.push_back({points.factors[f].name, {points.factors[f].name}});
    }
    std::vector<std::size_t> all(points.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    std::vector<std::size_t> metrics(points.metrics.size());
    std::iota(metrics.begin(), metrics.end(), std::size_t{0});
    const std::string text = points_csv(points, all, metrics);
    EXPECT_EQ(points_csv(read_points(text, columns, "t.csv"), all, metrics), text);
  }
}

}  // namespace
}  // namespace sigdel::analysis
