// Who wins and why, and the areas behind it, by hand.
#include "energy/verdict.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "energy/writers.hpp"
#include "models/base/errors.hpp"
#include "tests/support/energy_sample.hpp"

namespace sigdel::energy {
namespace {

using testing::HasSubstr;

ModeEnergy mode_of(Mode mode, Engine engine, double weights, double states, double in_8bit) {
  ModeEnergy energy;
  energy.mode = mode;
  energy.engine = engine;
  energy.activity.total[Category::kWeightMemory] = {weights};
  energy.activity.total[Category::kStateMemory] = {states};
  CategoryEnergies eight;
  eight[Category::kWeightMemory] = {in_8bit};
  energy.eight_bit = eight;
  return energy;
}

TEST(Verdict, FactorAndDecidingCategory) {
  const auto verdicts = verdicts_of(std::vector{mode_of(Mode::kDense, Engine::kMachine, 700, 200, 300),
                                                mode_of(Mode::kSigmaDelta, Engine::kMachine, 100, 200, 100)});
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_EQ(verdicts[0].ours, Mode::kSigmaDelta);
  EXPECT_EQ(verdicts[0].opponent, Mode::kDense);
  EXPECT_DOUBLE_EQ(verdicts[0].energy, 3);
  EXPECT_DOUBLE_EQ(verdicts[0].energy_8bit.value(), 3);
  EXPECT_EQ(verdicts[0].decided_by, Category::kWeightMemory);
  EXPECT_DOUBLE_EQ(verdicts[0].share, 1);
  EXPECT_THAT(verdict_text(verdicts), HasSubstr("sigma-delta beats dense by 3.00 (8b: 3.00), 100 % of it "
                                                "weight-memory\n"));
}

TEST(Verdict, ALossIsSaidAndMayTurnAtEightBits) {
  const auto verdicts = verdicts_of(std::vector{mode_of(Mode::kDense, Engine::kSystolic, 100, 10, 80),
                                                mode_of(Mode::kSigmaDelta, Engine::kMachine, 50, 500, 40)});
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_DOUBLE_EQ(verdicts[0].energy, 0.2);
  EXPECT_EQ(verdicts[0].decided_by, Category::kStateMemory);
  EXPECT_NEAR(verdicts[0].share, 490.0 / 440, 1e-12);  // weights go the other way
  EXPECT_THAT(verdict_text(verdicts), HasSubstr("sigma-delta loses to dense, systolic by 5.00 (8b: wins 2.00),"
                                                " 111 % of it state-memory\n"));
}

TEST(Verdict, RoundingStandsInAndExecutorsDoNotCount) {
  auto modes = std::vector{mode_of(Mode::kRounding, Engine::kMachine, 1, 1, 1),
                           mode_of(Mode::kZeroSkip, Engine::kMachine, 4, 2, 1),
                           mode_of(Mode::kDense, Engine::kExecutor, 9, 9, 9)};
  const auto verdicts = verdicts_of(modes);
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_EQ(verdicts[0].ours, Mode::kRounding);
  EXPECT_EQ(verdicts[0].opponent, Mode::kZeroSkip);
  modes.push_back(mode_of(Mode::kSigmaDelta, Engine::kMachine, 1, 0, 1));
  EXPECT_EQ(verdicts_of(modes)[0].ours, Mode::kSigmaDelta);
  modes[0].engine = modes[3].engine = Engine::kExecutor;
  EXPECT_TRUE(verdicts_of(modes).empty());
  EXPECT_EQ(verdict_text({}), "");
}

/// 4 cores of 16 lanes, 320 KiB and a router each.
Report sample_with_shape() {
  Report report = test::sample_report();
  report.shape = MeshShape{4, 16, 32, 64, 327680};
  report.grid_multiply_bits = 32;
  return report;
}

TEST(Area, OfTheMeshByHand) {
  const double adders = 4 * (16 * 137 + 320 * 5700 + 15000);
  const auto area = area_of(inventory_of({4, 16, 32, 64, 327680}, 0, ""), test::horowitz());
  EXPECT_DOUBLE_EQ(area.value().um2, adders);
  const auto multipliers = area_of(inventory_of({4, 16, 32, 64, 327680}, 32, ""), test::horowitz());
  EXPECT_DOUBLE_EQ(multipliers.value().um2, adders + 64 * 3495);
  EXPECT_DOUBLE_EQ(multipliers.value().assumed_um2, multipliers.value().um2);
  EXPECT_FALSE(area_of(inventory_of({4, 16, 24, 64, 327680}, 0, ""), test::horowitz()).has_value());
}

TEST(Area, CyclesAtEqualAreaAreTheRatioTimesTheAreas) {
  Report report = sample_with_shape();
  report.modes[0].machine->total = {320000};
  report.modes[2].machine->total = {80000};
  const auto verdicts = verdicts_of(report, price_modes(activity_of(report), test::horowitz()), test::horowitz());
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_DOUBLE_EQ(verdicts[0].cycles.value(), 4);
  const double adders = 4 * (16 * 137 + 320 * 5700 + 15000);
  EXPECT_NEAR(verdicts[0].cycles_equal_area.value(), 4 * (adders + 64 * 3495) / adders, 1e-12);
  report.scaled_multiply_bits = 32;  // graded spikes need the multipliers too
  const auto graded = verdicts_of(report, price_modes(activity_of(report), test::horowitz()), test::horowitz());
  EXPECT_DOUBLE_EQ(graded[0].cycles_equal_area.value(), 4);
}

TEST(Area, ReportsHaveItOnlyWhereTheTableHas) {
  const Report report = sample_with_shape();
  const auto json = nlohmann::json::parse(write_json(report, test::horowitz()));
  EXPECT_EQ(json["verdicts"].size(), 1U);
  EXPECT_EQ(json["verdicts"][0]["opponent"], "dense");
  EXPECT_GT(json["verdicts"][0]["energy_ratio"].get<double>(), 1);
  EXPECT_NEAR(json["area"]["multiplier_lanes_um2"].get<double>() - json["area"]["adder_lanes_um2"].get<double>(),
              64 * 3495, 1e-6);
  EXPECT_THAT(write_text(report, test::horowitz()), HasSubstr("Area at 45 nm: mesh with adder lanes 7.36 mm2"));
  Table without = test::horowitz();
  without.areas.clear();
  EXPECT_TRUE(nlohmann::json::parse(write_json(report, without))["area"]["adder_lanes_um2"].is_null());
  EXPECT_EQ(area_text(report, without), "");
}

}  // namespace
}  // namespace sigdel::energy
