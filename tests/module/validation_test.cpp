// The tables of docs/validation.md and docs/systolic.md, recomputed row by row.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "sim/systolic/gemm.hpp"
#include "tests/support/systolic_forms.hpp"

namespace sigdel::systolic {
namespace {

using Cells = std::vector<std::string>;

/// Rows of the Markdown table below that heading of a page, without its own heading; cells without blanks and commas.
std::vector<Cells> table_below(const std::string& page, const std::string& heading) {
  std::ifstream in(std::string(SIGDEL_SOURCE_DIR "/docs/") + page);
  std::vector<Cells> rows;
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("## ")) {
      inside = line == "## " + heading;
    } else if (inside && line.starts_with("| ")) {
      Cells cells;
      std::istringstream text(line.substr(1));
      for (std::string cell; std::getline(text, cell, '|');) {
        std::erase_if(cell, [](char c) { return c == ' ' || c == ','; });
        cells.push_back(cell);
      }
      rows.push_back(cells);
    }
  }
  if (!rows.empty()) {
    rows.erase(rows.begin());
  }
  return rows;
}

std::uint32_t number(const std::string& cell) { return static_cast<std::uint32_t>(std::stoul(cell)); }

/// "12x12" and "output-stationary".
Config config_of(const std::string& array, const std::string& dataflow) {
  Config config;
  const std::size_t x = array.find('x');
  config.rows = number(array.substr(0, x));
  config.columns = number(array.substr(x + 1));
  config.dataflow = from_name<Dataflow>(dataflow).value();
  return config;
}

GemmResult simulate(const test::GemmShape& shape, const Config& config) {
  const std::vector<std::int32_t> a(std::size_t{shape.m} * shape.k, 1);
  const std::vector<std::int32_t> b(std::size_t{shape.k} * shape.n, 1);
  const std::vector<std::int32_t> bias(shape.n);
  Array array(config.rows, config.columns);
  Counts<Port> words;
  return run_gemm(array, config, {}, {shape.m, shape.k, shape.n, a, b, bias}, words);
}

TEST(Validation, TheTableOfLayersIsWhatFormulaAndSimulationGive) {
  const auto rows = table_below("validation.md", "Cycles per layer");
  EXPECT_GE(rows.size(), 10U);
  for (const Cells& row : rows) {
    ASSERT_EQ(row.size(), 10U) << row.front();
    const test::GemmShape shape{number(row[1]), number(row[2]), number(row[3])};
    const Config config = config_of(row[4], row[5]);
    const std::uint64_t formula = test::published_cycles(shape, config);
    const GemmResult result = simulate(shape, config);
    EXPECT_EQ(row[6], std::to_string(result.folds)) << row.front();
    EXPECT_EQ(row[7], std::to_string(formula)) << row.front();
    EXPECT_EQ(row[8], std::to_string(result.counts.cycles.total())) << row.front();
    EXPECT_EQ(row[9], std::to_string(formula - result.counts.cycles.total())) << row.front();
    EXPECT_EQ(formula - result.counts.cycles.total(), test::saved_cycles(shape, config)) << row.front();
  }
}

/// What SCALE-Sim v2 prints follows from its demand matrices: a row per cycle, and the number of the last row.
TEST(Validation, TheCyclesThatScaleSimV2PrintsAreExplained) {
  const auto rows = table_below("validation.md", "What SCALE-Sim v2 prints");
  EXPECT_GE(rows.size(), 4U);
  for (const Cells& row : rows) {
    ASSERT_EQ(row.size(), 8U) << row.front();
    const test::GemmShape shape{number(row[0]), number(row[1]), number(row[2])};
    const Config config = config_of(row[3], row[4]);
    const std::uint64_t formula = test::published_cycles(shape, config);
    const bool keeps_outputs = config.dataflow == Dataflow::kOutputStationary;
    const std::uint64_t lost = keeps_outputs ? config.rows * simulate(shape, config).folds : 0;
    EXPECT_EQ(row[5], std::to_string(formula)) << row.front();
    EXPECT_EQ(row[6], std::to_string(formula - lost - 1)) << row.front();
    EXPECT_EQ(row[7], std::to_string(simulate(shape, config).counts.cycles.total())) << row.front();
  }
}

/// The quickstart's network on arrays of 144 elements.
TEST(Validation, TheTableOfShapesAndBatchesIsWhatTheSimulationGives) {
  constexpr std::array<test::GemmShape, 3> kLayers{{{1, 784, 200}, {1, 200, 200}, {1, 200, 10}}};
  const auto rows = table_below("systolic.md", "Which shape, which dataflow");
  EXPECT_GE(rows.size(), 8U);
  for (const Cells& row : rows) {
    ASSERT_EQ(row.size(), 5U);
    const Config config = config_of(row[0], row[1]);
    const std::uint32_t batch = number(row[2]);
    FoldCounts counts;
    for (const test::GemmShape& layer : kLayers) {
      counts += simulate({batch, layer.k, layer.n}, config).counts;
    }
    const auto cycles = static_cast<double>(counts.cycles.total());
    EXPECT_EQ(row[3], fmt::format("{:.0f}", cycles / batch)) << row[0] << row[1] << batch;
    EXPECT_EQ(row[4],
              fmt::format("{:.1f}", 100 * static_cast<double>(counts.macs) / (cycles * config.rows * config.columns)))
        << row[0] << row[1] << batch;
  }
}

}  // namespace
}  // namespace sigdel::systolic
