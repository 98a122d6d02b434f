// Reports of runs in which only one family's modes ran: what belongs to the other one is null, never zero.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "energy/writers.hpp"
#include "tests/support/energy_sample.hpp"

namespace sigdel::energy {
namespace {

using ::testing::HasSubstr;

const Table& table() {
  static const Table kTable = test::horowitz();
  return kTable;
}

Report dense_alone() {
  Report report = test::sample_report();
  report.modes.resize(1);
  report.accuracy.integer_to_float_rounding.reset();
  for (LayerInfo& layer : report.layers) {
    layer.scaled.reset();
  }
  return report;
}

Report sigma_delta_alone() {
  Report report = test::sample_report();
  report.modes.erase(report.modes.begin(), report.modes.begin() + 2);
  report.accuracy.integer_to_float_dense.reset();
  for (LayerInfo& layer : report.layers) {
    layer.grid.reset();
  }
  return report;
}

TEST(OneFamily, NullInJsonWhereTheOtherWouldBe) {
  const auto dense = nlohmann::json::parse(write_json(dense_alone(), table()));
  const auto ours = nlohmann::json::parse(write_json(sigma_delta_alone(), table()));
  for (const std::string key : {"scale", "fraction_bits", "bound"}) {
    for (std::size_t l = 0; l < 3; ++l) {
      const auto& of_dense = dense["network"]["layers"][l];
      const auto& of_ours = ours["network"]["layers"][l];
      EXPECT_TRUE(of_dense.at(key).is_null() && of_dense.at("grid_" + key).is_number()) << key;
      EXPECT_TRUE(of_ours.at(key).is_number() && of_ours.at("grid_" + key).is_null()) << key;
    }
  }
  EXPECT_TRUE(dense["accuracy"].at("integer_to_float_rounding").is_null());
  EXPECT_EQ(dense["accuracy"]["integer_to_float_dense"]["largest"], 0.0012);
  EXPECT_TRUE(ours["accuracy"].at("integer_to_float_dense").is_null());
  EXPECT_EQ(ours["accuracy"]["integer_to_float_rounding"]["other_class_frames"], 1);
}

TEST(OneFamily, ADashInTheText) {
  const std::string dense = write_text(dense_alone(), table());
  EXPECT_THAT(dense, HasSubstr("Scales    - (rounding and sigma-delta"));
  EXPECT_THAT(dense, HasSubstr("Integer rounding against float32's  - (no mode with these integers ran)\n"));
  const std::string ours = write_text(sigma_delta_alone(), table());
  EXPECT_THAT(ours, HasSubstr("Scales    2.5, 1.5, 1.25 (rounding and sigma-delta"));
  EXPECT_THAT(ours, HasSubstr("Integer dense against float32       - (no mode with these integers ran)\n"));
}

TEST(OneFamily, LayersCsvHasTheScaleOfTheFamilyThatRan) {
  EXPECT_THAT(write_csv(dense_alone(), table()), HasSubstr("dense,fc1,machine,10,784,200,32767,"));
  EXPECT_THAT(write_csv(sigma_delta_alone(), table()), HasSubstr("sigma-delta,fc1,machine,10,784,200,2.5,"));
}

}  // namespace
}  // namespace sigdel::energy
