// Entries of the systolic array in the report's writers and in the activity file.
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "energy/activity_file.hpp"
#include "energy/price.hpp"
#include "energy/summary.hpp"
#include "energy/systolic_text.hpp"
#include "energy/verdict.hpp"
#include "energy/writers.hpp"
#include "models/base/errors.hpp"
#include "tests/support/energy_sample.hpp"

namespace sigdel::energy {
namespace {

using Json = nlohmann::json;
using test::horowitz;
using testing::HasSubstr;
using testing::Not;

/// 12 x 12 elements; layer l takes 1000 (l + 1) cycles over ten frames.
SystolicResult sample_array() {
  SystolicResult array{12, 12, "output-stationary", 1, 2048, 500, {6000}, {7000}, 600.5, {700}, 83333, {}, 0.25};
  for (const std::uint64_t l : {1U, 2U, 3U}) {
    array.layers.push_back(
        {10 * l, {100 * l}, {800 * l}, {100 * l}, 72000 * l, 500 * l, 40 * l, 3000 * l, 20 * l, 30 * l});
  }
  return array;
}

/// The sample with a last entry: `dense` on the array.
Report report_with_array() {
  Report report = test::sample_report();
  report.shape = MeshShape{4, 16, 32, 64, 327680};
  report.grid_multiply_bits = 32;
  ModeResult entry = report.modes.front();
  entry.activity_engine = Engine::kSystolic;
  entry.activity = {{"systolic", "fc1", Action::kMultiply, 32, 0, 1000},
                    {"systolic.weights", "fc1", Action::kWeightRead, 64, 131072, 500}};
  entry.activity_8bit.clear();
  entry.machine.reset();
  entry.frames.clear();
  entry.systolic = sample_array();
  report.modes.push_back(entry);
  return report;
}

TEST(EnergySystolic, UtilisationIsMacsOverCyclesAndElements) {
  const SystolicResult array = sample_array();
  EXPECT_DOUBLE_EQ(utilisation_of(array, array.layers[1]), 144000.0 / (2000.0 * 144.0));
  EXPECT_DOUBLE_EQ(utilisation_of(array), 0.5);
}

TEST(EnergySystolic, JsonHoldsTheArrayAndItsLayers) {
  const Json json = Json::parse(write_json(report_with_array(), horowitz()));
  const Json& entry = json["modes"].back();
  EXPECT_EQ(entry["engine"], "systolic");
  EXPECT_TRUE(entry["machine"].is_null());
  EXPECT_EQ(entry["systolic"], (Json{{"rows", 12},
                                     {"columns", 12},
                                     {"dataflow", "output-stationary"},
                                     {"batch", 1},
                                     {"memory_bytes", 2048},
                                     {"clock_mhz", 500.0},
                                     {"total_cycles", 6000},
                                     {"powered_cycles", 7000},
                                     {"cycles_per_frame", 600.0},
                                     {"latency_mean_cycles", 600.5},
                                     {"latency_worst_cycles", 700},
                                     {"throughput_frames_per_second", 83333.0},
                                     {"utilisation", 0.5}}));
  EXPECT_EQ(entry["layers"][2]["systolic"], (Json{{"cycles", 3000},
                                                  {"fill_cycles", 300},
                                                  {"stream_cycles", 2400},
                                                  {"drain_cycles", 300},
                                                  {"folds", 30},
                                                  {"macs", 216000},
                                                  {"utilisation", 0.5},
                                                  {"input_reads", 1500},
                                                  {"input_writes", 120},
                                                  {"weight_reads", 9000},
                                                  {"output_reads", 60},
                                                  {"output_writes", 90}}));
  EXPECT_FALSE(entry["energy"]["full_pj"].is_null());
  EXPECT_TRUE(json["modes"][0]["systolic"].is_null());
  EXPECT_TRUE(json["modes"][0]["layers"][0]["systolic"].is_null());
  EXPECT_EQ(json["timing"]["systolic_cpu_seconds"], 0.25);
  EXPECT_EQ(json["timing"]["modes"].size(), json["modes"].size() - 1);
}

TEST(EnergySystolic, EveryKeyIsDescribed) {
  const Json json = Json::parse(write_json(report_with_array(), horowitz()));
  std::ifstream stream(SIGDEL_SOURCE_DIR "/docs/formats/report.md");
  std::ostringstream text;
  text << stream.rdbuf();
  const Json& entry = json["modes"].back();
  for (const Json& object : {entry["systolic"], entry["layers"][0]["systolic"], json["timing"]}) {
    for (const auto& item : object.items()) {
      EXPECT_THAT(text.str(), HasSubstr("`" + item.key() + "`"));
    }
  }
}

TEST(EnergySystolic, TextHasATableOfItsOwnAndRowsInTheOthers) {
  const std::string text = write_text(report_with_array(), horowitz());
  EXPECT_THAT(text, HasSubstr("Systolic array of 12 x 12 elements, output-stationary, 1 frame together, at 500 MHz\n"));
  EXPECT_THAT(text, testing::ContainsRegex(
                        "\nfc2 +2\\.0 +200\\.0 +20\\.0 +160\\.0 +20\\.0 +50\\.0 +108\\.0 +600\\.0 +10\\.0 "));
  EXPECT_THAT(text, testing::ContainsRegex(
                        "\nall +6\\.0 +600\\.0 +60\\.0 +480\\.0 +60\\.0 +50\\.0 +324\\.0 +1800\\.0 +30\\.0 "));
  EXPECT_THAT(text,
              testing::ContainsRegex("\ndense, systolic .* 600\\.0 +83333 +600\\.5 +700\n"));  // cycles and latency
  EXPECT_EQ(systolic_text(test::sample_report(), {}), "");
  EXPECT_THAT(write_text(test::sample_report(), horowitz()), Not(HasSubstr("Systolic array of")));
}

TEST(EnergySystolic, TheVerdictComparesWithTheArrayToo) {
  const Report report = report_with_array();
  const Table table = horowitz();
  const auto modes = price_modes(activity_of(report), table);
  const auto verdicts = verdicts_of(report, modes, table);
  ASSERT_FALSE(verdicts.empty());
  const Verdict& verdict = verdicts.back();
  EXPECT_EQ(verdict.engine, Engine::kSystolic);
  EXPECT_EQ(verdict.cycles, 6000.0 / 80000.0);
  const auto um2 = [&](AreaPart part, std::uint32_t bits) {
    const auto found = std::find_if(table.areas.begin(), table.areas.end(),
                                    [&](const AreaFigure& row) { return row.part == part && row.bits == bits; });
    return found->um2;
  };
  const double array = 144 * (um2(AreaPart::kAdder, 32) + um2(AreaPart::kMultiplier, report.grid_multiply_bits)) +
                       2 * um2(AreaPart::kSramKib, 0);
  const double mesh = area_of(inventory_of(report.shape.value(), report.scaled_multiply_bits, ""), table)->um2;
  EXPECT_DOUBLE_EQ(verdict.cycles_equal_area.value(), 6000.0 / 80000.0 * array / mesh);
  EXPECT_THAT(verdict_text(verdicts), HasSubstr("dense, systolic by "));
}

TEST(EnergySystolic, CsvHasRowsForIt) {
  const std::string csv = write_csv(report_with_array(), horowitz());
  EXPECT_THAT(csv, HasSubstr(",array_cycles,array_folds,array_utilisation\r\n"));
  EXPECT_THAT(csv, testing::ContainsRegex("\ndense,fc2,systolic,10,.*,2000,20,0\\.5\r\n"));
  EXPECT_THAT(csv, testing::ContainsRegex("\ndense,fc2,machine,10,.*,,,\r\n"));
}

TEST(EnergySystolic, AModeIsInTheActivityOncePerEngine) {
  const ActivityFile file = activity_of(report_with_array());
  const ActivityFile read = parse_activity(write_activity(file), "activity.json");
  EXPECT_EQ(read, file);
  const auto modes = price_modes(read, horowitz());
  EXPECT_EQ(modes.back().name(), "dense, systolic");
  EXPECT_EQ(modes.front().name(), "dense");
  EXPECT_DOUBLE_EQ(modes.back().activity.layers[0][Category::kArithmetic].value, 3100);
  EXPECT_GT(modes.back().activity.layers[0][Category::kWeightMemory].value, 0);
  ActivityFile twice = file;
  twice.modes.push_back(twice.modes.back());
  EXPECT_THROW(parse_activity(write_activity(twice), "activity.json"), InputError);
}

}  // namespace
}  // namespace sigdel::energy
