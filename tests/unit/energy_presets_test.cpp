// The shipped tables of chips: complete for what a run counts, and a tiny activity priced by hand.
#include <gmock/gmock.h>

#include "energy/evaluate.hpp"
#include "models/base/errors.hpp"
#include "tests/support/energy_sample.hpp"

namespace sigdel::energy {
namespace {

Table shipped(const std::string& name) {
  return at_conditions(read_table(name, SIGDEL_SOURCE_DIR "/energy/tables"), {SramCells::kLop, 320, 500});
}

/// One of each of these.
const Activity kTiny{{"c", "a", Action::kAdd, 32, 0, 1},
                     {"c", "a", Action::kSubtract, 32, 0, 1},
                     {"c", "a", Action::kMultiply, 32, 0, 1},
                     {"c", "a", Action::kCompare, 32, 0, 1},
                     {"c", "a", Action::kRound, 32, 0, 1},
                     {"c", "a", Action::kWeightRead, 64, 131072, 1},
                     {"c", "a", Action::kStateRead, 64, 8192, 1},
                     {"c", "a", Action::kStateWrite, 64, 8192, 1},
                     {"c", "a", Action::kInboxWrite, 64, 0, 1},
                     {"c", "a", Action::kInboxRead, 64, 0, 1},
                     {"c", "a", Action::kOutboxWrite, 64, 0, 1},
                     {"c", "a", Action::kOutboxRead, 64, 0, 1},
                     {"r", "a", Action::kRouterTraverse, 64, 0, 1},
                     {"r", "a", Action::kLinkTraverse, 64, 0, 1}};

TEST(Presets, SenecaByHand) {
  const CategoryEnergies energy = evaluate(kTiny, {"a"}, shipped("seneca-22nm")).total;
  EXPECT_NEAR(energy[Category::kArithmetic].value, 2.8 + 2.8 + 5.6 + 2.4 + 2.8, 1e-9);
  EXPECT_NEAR(energy[Category::kWeightMemory].value, 4 * 3.7, 1e-9);
  EXPECT_NEAR(energy[Category::kStateMemory].value, 4 * 3.7 + 4 * 3.9, 1e-9);
  EXPECT_NEAR(energy[Category::kQueues].value, 11.6 + 1.6, 1e-9);
  EXPECT_NEAR(energy[Category::kNetwork].value, 4, 1e-9);
}

TEST(Presets, LoihiByHand) {
  const CategoryEnergies energy = evaluate(kTiny, {"a"}, shipped("loihi-14nm")).total;
  EXPECT_NEAR(energy[Category::kArithmetic].value, 35.5 + 35.5 + 3.1 + 0 + 72.8, 1e-9);
  EXPECT_EQ(energy[Category::kWeightMemory].value, 0);
  EXPECT_EQ(energy[Category::kStateMemory].value, 0);
  EXPECT_NEAR(energy[Category::kQueues].value, 69.3 + 111, 1e-9);
  EXPECT_NEAR(energy[Category::kNetwork].value, 3.6, 1e-9);
}

class Presets : public testing::TestWithParam<const char*> {};

TEST_P(Presets, PriceWhatARunCounts) {
  const Table table = shipped(GetParam());
  EXPECT_EQ(table.name, GetParam());
  for (const Action action : all_of<Action>()) {
    if (category_of(action) == Category::kOffChip) {
      continue;  // nothing counts it yet
    }
    const std::uint64_t bytes = needs_memory_size(action) ? 100000 : 0;
    const std::vector<std::uint32_t> widths = !needs_width(action)                           ? std::vector{0U}
                                              : category_of(action) == Category::kArithmetic ? std::vector{8U, 16U, 32U}
                                              : action == Action::kLaneClock || action == Action::kLaneLeakage
                                                  ? std::vector{16U, 32U}
                                                  : std::vector{64U};
    for (const std::uint32_t bits : widths) {
      const Price price = price_of(table, action, bits, bytes);
      EXPECT_GE(price.energy.value, 0);
      EXPECT_TRUE(price.energy.value > 0 || price.source.find("included in") != std::string::npos)
          << name_of(action) << ": " << price.source;
    }
  }
}

TEST_P(Presets, StaticFiguresOfAChipAreAssumed) {
  for (const Coefficient& row : shipped(GetParam()).coefficients) {
    if (category_of(row.action) == Category::kStatic && std::string(GetParam()) != "horowitz-45nm") {
      EXPECT_EQ(row.kind, Kind::kAssumed) << name_of(row.action);
    }
    EXPECT_FALSE(row.source.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(All, Presets, testing::Values("horowitz-45nm", "seneca-22nm", "loihi-14nm"),
                         [](const auto& test) { return std::string(test.param).substr(0, 5); });

}  // namespace
}  // namespace sigdel::energy
