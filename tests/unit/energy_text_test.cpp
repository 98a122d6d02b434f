// Plain text: tables align, the run's report says everything that it must.
#include <gmock/gmock.h>

#include <sstream>

#include "energy/text_table.hpp"
#include "energy/writers.hpp"
#include "tests/support/energy_sample.hpp"

namespace sigdel::energy {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

using test::horowitz;

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(line);
  }
  return lines;
}

/// The lines of the table whose headings begin with `heading`: from the line above it to the next empty line.
std::vector<std::string> table_in(const std::string& text, const std::string& heading) {
  const std::vector<std::string> lines = lines_of(text);
  std::vector<std::string> table;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].starts_with(heading)) {
      table.push_back(lines[i - 1]);
      for (; i < lines.size() && !lines[i].empty() && !lines[i].starts_with("Static"); ++i) {
        table.push_back(lines[i]);
      }
    }
  }
  return table;
}

TEST(TextTable, LinesUpItsColumnsAndTrimsLines) {
  TextTable table({{"", "name"}, {"a long heading for one", "x"}, {"two", "first"}, {"two", "second"}});
  table.add_row({"short", "1", "2", "3"});
  table.add_rule();
  table.add_row({"a longer name", "123456.75", "-"});
  const std::vector<std::string> lines = lines_of(table.text());
  ASSERT_EQ(lines.size(), 6U);
  EXPECT_EQ(lines[0], "               - a long heading for one -  ---- two ----");
  EXPECT_EQ(lines[1], "name                                    x  first  second");
  EXPECT_EQ(lines[3], "short                                   1      2       3");
  EXPECT_EQ(lines[5], "a longer name                   123456.75      -");
}

TEST(TextTable, WithoutGroupsThereIsNoGroupLine) {
  TextTable table({{"", "a"}, {"", "b"}});
  table.add_row({"x", "1"});
  EXPECT_EQ(table.text(), "a  b\n----\nx  1\n");
}

TEST(Text, Fixed) {
  EXPECT_EQ(fixed(1.005e3, 2), "1005.00");
  EXPECT_EQ(fixed(kNothing, 2), "-");
}

TEST(Text, WrappedKeepsLinesShort) {
  const std::string text = wrapped("Items:", std::vector<std::string>(50, "an item"));
  for (const std::string& line : lines_of(text)) {
    EXPECT_LE(line.size(), 110U);
  }
  EXPECT_THAT(text, HasSubstr("\n  an item, an item"));
  EXPECT_THAT(text, testing::EndsWith(" an item\n"));
}

TEST(Text, ShortenedKeepsBothEnds) {
  EXPECT_EQ(shortened("fc1", 8), "fc1");
  EXPECT_EQ(shortened("abcdefghijkl", 8), "abc..jkl");
}

TEST(WriteText, SaysWhatWasRun) {
  const std::string text = write_text(test::sample_report(), horowitz());
  for (const char* part :
       {"sigdel 0.1.0", "scenario sample", "10 frames with labels", "(784-200-200-10)", "2 x 2 cores at 500 MHz",
        "encoding unary", "horowitz-45nm", "2.5, 1.5, 1.25", "clamped at 2047", "How to read it", "nothing power-gated",
        "Nothing off chip", "Assumed coefficients"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(WriteText, LinesFitAWideTerminalAndTablesAlign) {
  const std::string text = write_text(test::sample_report(), horowitz());
  for (const std::string& line : lines_of(text)) {
    EXPECT_LE(line.size(), 120U) << line;
  }
  for (const char* heading : {"mode / layer", "modes, per frame", "energy, nJ per frame", "speed on this host"}) {
    const std::vector<std::string> table = table_in(text, heading);
    ASSERT_GE(table.size(), 6U) << heading;
    for (const std::string& line : table) {
      EXPECT_LE(line.size(), table[1].size()) << line;  // the rule
      EXPECT_NE(line.back(), ' ') << line;
    }
  }
}

TEST(WriteText, HasEveryModeAndLayer) {
  const std::string text = write_text(test::sample_report(), horowitz());
  // spikes, operations: paper's, adds, mults; energy: paper, dynamic; cycles, engine, stall, lanes, bottleneck
  EXPECT_THAT(text, ContainsRegex("dense +1184\\.0 +397\\.60 +198\\.80 +198\\.80 +636\\.16 +"
                                  "[0-9.]+ +8000 +10\\.9 +0\\.4 +75\\.0"));
  EXPECT_THAT(text, ContainsRegex("  fc1 +784\\.0 +313\\.60 +156\\.80 .* 501\\.76 +[0-9]+\\.[0-9] +"
                                  "25\\.0 +0\\.5 +75\\.0 +lanes\n"));
  EXPECT_THAT(text, ContainsRegex("  fc2 +200\\.0 .* 75\\.0 +fc1: lanes\n"));
  EXPECT_THAT(text, ContainsRegex("temporal-difference +240\\.0 .* 111\\.04 +- +- +- +- +-"));
  EXPECT_THAT(text, ContainsRegex("sigma-delta +130\\.0 +20\\.30 +20\\.30 +0\\.00 +2\\.03 "));
}

TEST(WriteText, ComparesTheModes) {
  const std::string text = write_text(test::sample_report(), horowitz());
  EXPECT_THAT(text,
              ContainsRegex("dense +397\\.60 +1\\.0000 +397\\.60 +2\\.50 +97\\.50 +0\\.50 +8000\\.0 +62500 +1234\\.5 "
                            "+2345"));
  EXPECT_THAT(text, ContainsRegex("sigma-delta +20\\.30 +0\\.0511 +20\\.30 "));
  EXPECT_THAT(text, ContainsRegex("float32 network +1\\.90 %"));
  EXPECT_THAT(text, HasSubstr("0.25 at most, 0.01 on average; other class in 1 of 10 frames"));
}

TEST(WriteText, ChecksPassedOrNamed) {
  Report report = test::sample_report();
  EXPECT_THAT(write_text(report, horowitz()), HasSubstr("2 checks passed"));
  report.checks[1].passed = false;
  const std::string text = write_text(report, horowitz());
  EXPECT_THAT(text, HasSubstr("1 of 2 FAILED"));
  EXPECT_THAT(text, HasSubstr("FAILED  flits injected = flits ejected: 23680 = 23680"));
  EXPECT_THAT(text, Not(HasSubstr("outputs equal")));
}

TEST(WriteText, NamesThePricesOfMemoryWords) {
  EXPECT_THAT(
      write_text(test::sample_report(), horowitz()),
      HasSubstr("\nMemory words: weights (64 bits of 256 KiB) 52.5 pJ scaled, states (64 bits of 64 KiB) 27.6 pJ "
                "scaled\n"));
  Table dear = horowitz();
  for (Coefficient& row : dear.coefficients) {
    row.energy = row.action == Action::kStateWrite ? 2 * row.energy : row.energy;
  }
  EXPECT_THAT(write_text(test::sample_report(), dear), HasSubstr("states read (64 bits of 64 KiB) 27.6 pJ scaled,"));
  EXPECT_THAT(write_text(test::sample_report(), dear),
              HasSubstr("states written (64 bits of 64 KiB) 55.2 pJ scaled\n"));
}

TEST(WriteText, SpeedPerSecondOfProcessorTime) {
  // 11,840 packets, 11,840 spikes, 23,680 hops, 1,988,000 synaptic operations and 80,000 cycles in 0.125 s
  EXPECT_THAT(write_text(test::sample_report(), horowitz()),
              ContainsRegex("dense +0\\.125 +94\\.7 +94\\.7 +189\\.4 +15\\.90 +640\\.0 +0\\.500 +20"));
}

TEST(WriteText, WithoutLabelsAndMachine) {
  Report report = test::sample_report();
  report.labelled = false;
  report.accuracy.float_class_error.reset();
  report.modes = {report.modes[1]};
  report.modes[0].class_error.reset();
  const std::string text = write_text(report, horowitz());
  EXPECT_THAT(text, HasSubstr("10 frames, no labels"));
  EXPECT_THAT(text, HasSubstr("none: no mode ran on it"));
  EXPECT_THAT(text, Not(HasSubstr("Class error of the float32 network")));
  EXPECT_THAT(text, ContainsRegex("temporal-difference +69\\.40 +- +69\\.40 +- +97\\.50"));
  EXPECT_THAT(text, Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace sigdel::energy
