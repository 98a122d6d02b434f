// Activity times table: hand-computed energies, the paper's prices, and that nothing is lost or counted twice.
#include "energy/evaluate.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "energy/activity_file.hpp"
#include "energy/price.hpp"
#include "energy/summary.hpp"
#include "models/base/errors.hpp"
#include "tests/support/energy_sample.hpp"

namespace sigdel::energy {
namespace {

using testing::HasSubstr;

using test::horowitz;

TEST(PaperEnergy, DenseMnistAsThePaperPricesIt) {
  Work work;
  work[Tally::kPaperAdds] = 784 * 200 + 200 * 200 + 200 * 10;
  work[Tally::kPaperMultiplies] = work[Tally::kPaperAdds];
  const PaperEnergy energy = paper_energy(work, horowitz());
  EXPECT_EQ(paper_operations(work), 397600U);
  EXPECT_NEAR(energy.full_precision.value, 636160, 1e-6);  // 636.16 nJ
  EXPECT_NEAR(energy.matched.value, 59640, 1e-6);          // 59.64 nJ
}

TEST(PaperEnergy, AddsAloneCostATenthOfAPicojoule) {
  Work work;
  work[Tally::kPaperAdds] = 6361600;  // break-even with dense
  EXPECT_NEAR(paper_energy(work, horowitz()).full_precision.value, 636160, 1e-6);
  EXPECT_EQ(paper_energy(work, horowitz()).full_precision, paper_energy(work, horowitz()).matched);
  EXPECT_EQ(paper_energy(Work{}, horowitz()).matched.value, 0);
}

TEST(Evaluate, HandComputed) {
  const Activity activity{{"core", "a", Action::kAdd, 32, 0, 1000},            // 100 pJ
                          {"core", "a", Action::kMultiply, 8, 0, 10},          // 2 pJ
                          {"core", "a", Action::kWeightRead, 64, 32768, 3},    // 60 pJ
                          {"core", "b", Action::kStateRead, 64, 8192, 4},      // 40 pJ
                          {"core", "b", Action::kStateWrite, 64, 8192, 1},     // 10 pJ
                          {"core", "b", Action::kInboxRead, 64, 0, 100},       // 88 pJ
                          {"r", "b", Action::kLinkTraverse, 64, 0, 100},       // 256 pJ
                          {"host", "", Action::kRouterTraverse, 64, 0, 100}};  // 123 pJ
  const ActivityEnergy energy = evaluate(activity, {"a", "b"}, horowitz());
  EXPECT_DOUBLE_EQ(energy.layers[0][Category::kArithmetic].value, 102);
  EXPECT_DOUBLE_EQ(energy.layers[0][Category::kWeightMemory].value, 60);
  EXPECT_DOUBLE_EQ(energy.layers[1][Category::kStateMemory].value, 50);
  EXPECT_DOUBLE_EQ(energy.layers[1][Category::kQueues].value, 88);
  EXPECT_DOUBLE_EQ(energy.layers[1][Category::kNetwork].value, 256);
  EXPECT_DOUBLE_EQ(energy.unassigned[Category::kNetwork].value, 123);
  EXPECT_DOUBLE_EQ(energy.total.total().value, 102 + 60 + 50 + 88 + 256 + 123);
  EXPECT_DOUBLE_EQ(energy.assumed.value, 88 + 256);
  EXPECT_DOUBLE_EQ(energy.scaled.value, 123);
  EXPECT_EQ(energy.prices.size(), 8U);
}

TEST(Evaluate, OffChipAndStaticHandComputed) {
  const Activity activity{{"dram", "a", Action::kDramRead, 512, 0, 10},           // 8 x 0.69 x 512 pJ each
                          {"dram", "a", Action::kDramActivate, 8192, 0, 2},       // 8 x 0.31 x 8192 pJ each
                          {"core", "", Action::kWeightLeakage, 0, 131072, 1000},  // 128 KiB x 8.55 uW / 500 MHz
                          {"core", "", Action::kLaneClock, 32, 0, 16000},         // 0.05 pJ
                          {"router", "", Action::kRouterLeakage, 64, 0, 1000},    // 6 mW / 500 MHz
                          {"router", "", Action::kRouterClock, 64, 0, 1000}};     // 0.62 pJ
  const ActivityEnergy energy = evaluate(activity, {"a"}, horowitz());
  EXPECT_NEAR(energy.layers[0][Category::kOffChip].value, 8 * 0.69 * 512 * 10 + 8 * 0.31 * 8192 * 2, 1e-6);
  EXPECT_EQ(energy.layers[0][Category::kStatic].value, 0);
  EXPECT_NEAR(energy.unassigned[Category::kStatic].value, 1000 * (128 * 8.55 / 500 + 0.8 + 12 + 0.62), 1e-6);
  EXPECT_EQ(energy.total.dynamic(), energy.layers[0].total());
  EXPECT_NEAR(energy.total.total().value, energy.total.dynamic().value + energy.unassigned[Category::kStatic].value,
              1e-6);
}

TEST(Evaluate, StaticEnergyIsProportionalToThePoweredCycles) {
  const auto energy = [](std::uint64_t cycles) {
    return evaluate(test::static_records(cycles), {}, horowitz()).total[Category::kStatic].value;
  };
  for (const std::uint64_t times : {2U, 3U, 1000U}) {
    EXPECT_NEAR(energy(times * 8000), static_cast<double>(times) * energy(8000), 1e-6 * energy(times * 8000));
  }
}

TEST(Evaluate, EveryActionHasACategoryInOrder) {
  for (const auto& [action, category] :
       {std::pair{Action::kRound, Category::kArithmetic}, std::pair{Action::kWeightRead, Category::kWeightMemory},
        std::pair{Action::kStateRead, Category::kStateMemory}, std::pair{Action::kStateWrite, Category::kStateMemory},
        std::pair{Action::kInboxWrite, Category::kQueues}, std::pair{Action::kRouterQueueRead, Category::kQueues},
        std::pair{Action::kRouterTraverse, Category::kNetwork}, std::pair{Action::kLinkTraverse, Category::kNetwork},
        std::pair{Action::kDramRead, Category::kOffChip}, std::pair{Action::kDramActivate, Category::kOffChip},
        std::pair{Action::kWeightLeakage, Category::kStatic}, std::pair{Action::kRouterClock, Category::kStatic}}) {
    EXPECT_EQ(category_of(action), category) << name_of(action);
  }
}

TEST(PriceModes, EightBitStandsForMultiplicationsAndWeightWords) {
  const ActivityFile file = activity_of(test::sample_report());
  const std::vector<ModeEnergy> modes = price_modes(file, horowitz());
  for (const ModeEnergy& mode : modes) {
    if (!mode.complete()) {
      EXPECT_FALSE(mode.eight_bit.has_value());
      continue;
    }
    const CategoryEnergies& counted = mode.activity.total;
    const CategoryEnergies& matched = mode.eight_bit.value();
    // the sample's weights take a quarter of the words
    EXPECT_NEAR(matched[Category::kWeightMemory].value, counted[Category::kWeightMemory].value / 4, 1e-3);
    for (const Category category : {Category::kStateMemory, Category::kQueues, Category::kNetwork, Category::kStatic}) {
      EXPECT_EQ(matched[category], counted[category]);
    }
    const bool multiplies = mode.mode == Mode::kDense;
    const double saved = multiplies ? 1988000 * (3.1 - 0.2) : 0;
    EXPECT_NEAR(matched[Category::kArithmetic].value, counted[Category::kArithmetic].value - saved, 1e-3);
  }
}

TEST(PriceModes, ARowPerModeAndEngine) {
  ActivityFile file = activity_of(test::sample_report());
  file.modes.push_back(file.modes[0]);
  file.modes.back().engine = Engine::kSystolic;
  file.modes.back().records_8bit.clear();
  const std::vector<ModeEnergy> modes = price_modes(file, horowitz());
  EXPECT_EQ(modes[0].name(), "dense");
  EXPECT_EQ(modes[3].name(), "dense, systolic");
  EXPECT_EQ(modes[3].activity.total, modes[0].activity.total);
  EXPECT_THAT(energy_table(modes, 10), testing::ContainsRegex("\ndense, systolic +636.16 .* -\n"));
}

TEST(Evaluate, NothingIsLost) {
  const Report report = test::sample_report();
  const Table table = horowitz();
  for (const ModeResult& mode : report.modes) {
    double expected = 0;
    for (const ActivityRecord& record : mode.activity) {
      const Price price = price_of(table, record.action, record.bits, record.memory_bytes);
      expected += static_cast<double>(record.count) * price.energy.value;
    }
    const ActivityEnergy energy = evaluate(mode.activity, activity_of(report).layers, table);
    double by_layer = energy.unassigned.total().value;
    double by_category = 0;
    for (const CategoryEnergies& layer : energy.layers) {
      by_layer += layer.total().value;
    }
    for (const Category category : all_of<Category>()) {
      by_category += energy.total[category].value;
    }
    EXPECT_NEAR(energy.total.total().value, expected, 1e-9 * expected);
    EXPECT_NEAR(by_layer, expected, 1e-9 * expected);
    EXPECT_EQ(by_category, energy.total.total().value);
  }
}

TEST(Evaluate, PaperPricesOfLayersSumToTheModes) {
  const Report report = test::sample_report();
  for (const ModeEnergy& mode : price_modes(activity_of(report), horowitz())) {
    PaperEnergy sum;
    for (const PaperEnergy& layer : mode.layers) {
      sum.full_precision += layer.full_precision;
      sum.matched += layer.matched;
    }
    EXPECT_NEAR(sum.full_precision.value, mode.paper.full_precision.value, 1e-9 * sum.full_precision.value);
    EXPECT_NEAR(sum.matched.value, mode.paper.matched.value, 1e-9 * sum.matched.value);
  }
}

TEST(Evaluate, OrderOfRecordsAndSplitOverBlocksDoNotChangeADigit) {
  const Report report = test::sample_report();
  const std::vector<std::string> layers = activity_of(report).layers;
  const ActivityEnergy before = evaluate(report.modes[0].activity, layers, horowitz());
  Activity split;
  for (ActivityRecord record : report.modes[0].activity) {
    const std::uint64_t part = record.count / 3;
    record.count -= part;
    split.push_back(record);
    record.block += "_other";
    record.count = part;
    split.push_back(record);
  }
  std::mt19937 random(1);
  std::shuffle(split.begin(), split.end(), random);
  const ActivityEnergy after = evaluate(split, layers, horowitz());
  EXPECT_EQ(after.layers, before.layers);
  EXPECT_EQ(after.total, before.total);
  EXPECT_EQ(after.assumed, before.assumed);
}

TEST(Evaluate, CountZeroNeedsNoPrice) {
  const ActivityEnergy energy = evaluate({{"c", "a", Action::kAdd, 24, 0, 0}}, {"a"}, horowitz());
  EXPECT_EQ(energy.total.total().value, 0);
  EXPECT_TRUE(energy.prices.empty());
}

TEST(Evaluate, OrphansAreErrors) {
  const auto error = [](const Activity& activity) -> std::string {
    try {
      (void)evaluate(activity, {"a", "b"}, horowitz());
    } catch (const InputError& caught) {
      return caught.what();
    }
    return "no error";
  };
  EXPECT_THAT(error({{"c", "a", Action::kAdd, 24, 0, 1}}), HasSubstr("no coefficient for add of 24 bits"));
  EXPECT_THAT(error({{"c", "z", Action::kAdd, 32, 0, 1}}), HasSubstr("layer 'z'"));
}

TEST(Prices, AllThatEnteredEachOnce) {
  const Table table = horowitz();
  const std::vector<UsedPrice> prices = prices_of(price_modes(activity_of(test::sample_report()), table), table);
  EXPECT_EQ(prices.size(), 26U);  // 17 of work, multiply in 8 bits as well, 8 of static energy
  const std::string assumed = assumed_text(prices);
  for (const char* name : {"shift (32 bits) 0.03 pJ", "compare", "inbox_write", "link_traverse (64 bits) 2.56 pJ"}) {
    EXPECT_THAT(assumed, HasSubstr(name));
  }
  EXPECT_THAT(assumed, testing::Not(HasSubstr("weight_read")));
}

}  // namespace
}  // namespace sigdel::energy
