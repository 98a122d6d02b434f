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

Table horowitz() { return read_table("horowitz-45nm", SIGDEL_SOURCE_DIR "/energy/tables"); }

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
  EXPECT_EQ(prices.size(), 18U);  // the sample's 17 actions, multiply in 32 bits and, for the matched price, in 8
  const std::string assumed = assumed_text(prices);
  for (const char* name : {"shift (32 bits) 0.03 pJ", "compare", "inbox_write", "link_traverse (64 bits) 2.56 pJ"}) {
    EXPECT_THAT(assumed, HasSubstr(name));
  }
  EXPECT_THAT(assumed, testing::Not(HasSubstr("weight_read")));
}

}  // namespace
}  // namespace sigdel::energy
