// Node scaling: the published products, what gets which factor, and that it is never silent.
#include "energy/node_scaling.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "energy/evaluate.hpp"
#include "energy/price.hpp"
#include "tests/support/energy_sample.hpp"
#include "tests/support/error_of.hpp"

namespace sigdel::energy {
namespace {

using sigdel::test::error_of;
using testing::HasSubstr;

TEST(NodeScaling, PublishedProductsFrom45Nm) {
  struct Case {
    double nm, volts, factor;
  };
  for (const Case& to :
       {Case{45, 0.9, 1}, Case{32, 0.9, 0.654}, Case{20, 0.9, 0.287}, Case{16, 0.8, 0.172}, Case{7, 0.7, 0.068}}) {
    EXPECT_NEAR(scaling_factor({45, 0.9, to.nm, to.volts}, ScalingClass::kLogic), to.factor, 0.0006) << to.nm;
  }
}

TEST(NodeScaling, FactorsMultiplyAlongAChain) {
  for (const ScalingClass which : {ScalingClass::kLogic, ScalingClass::kSram, ScalingClass::kWires}) {
    const double once = scaling_factor({65, 1.1, 7, 0.7}, which);
    const double twice = scaling_factor({65, 1.1, 20, 0.9}, which) * scaling_factor({20, 0.9, 7, 0.7}, which);
    EXPECT_NEAR(once, twice, 1e-12);
  }
}

TEST(NodeScaling, SramAndWiresHitTheirKnownPairAt22Nm) {
  // logic at 22 nm and 0.8 V, on a straight line in log-log between 20 and 32 nm: 0.260
  const double at20 = scaling_factor({45, 0.9, 20, 0.8}, ScalingClass::kLogic);
  const double at32 = scaling_factor({45, 0.9, 32, 0.8}, ScalingClass::kLogic);
  const double logic = at20 * std::pow(at32 / at20, std::log(22.0 / 20) / std::log(32.0 / 20));
  EXPECT_NEAR(logic, 0.260, 0.0005);
  EXPECT_NEAR(std::pow(logic, 0.93), 0.286, 0.001);
  EXPECT_NEAR(std::pow(logic, 0.40), 0.58, 0.005);
}

TEST(NodeScaling, EachActionByItsClassAndFromItsOwnVoltage) {
  const Table before = test::horowitz();
  const Table after = scaled_to(before, 7, 0.7);
  const double logic = scaling_factor({45, 0.9, 7, 0.7}, ScalingClass::kLogic);
  const double from_1v = scaling_factor({45, 1.0, 7, 0.7}, ScalingClass::kLogic);
  EXPECT_LT(from_1v, logic);
  const auto ratio = [&](Action action, std::uint32_t bits, std::uint64_t bytes) {
    return price_of(after, action, bits, bytes).energy.value / price_of(before, action, bits, bytes).energy.value;
  };
  EXPECT_NEAR(ratio(Action::kAdd, 32, 0), logic, 1e-12);
  EXPECT_NEAR(ratio(Action::kRouterTraverse, 64, 0), from_1v, 1e-12);
  EXPECT_NEAR(ratio(Action::kRouterClock, 64, 0), from_1v, 1e-12);
  EXPECT_NEAR(ratio(Action::kWeightRead, 64, 131072), std::pow(logic, 0.93), 1e-12);
  EXPECT_NEAR(ratio(Action::kLinkTraverse, 64, 0), std::pow(from_1v, 0.40), 1e-12);
  EXPECT_EQ(ratio(Action::kDramRead, 512, 0), 1);
  EXPECT_EQ(ratio(Action::kWeightLeakage, 0, 8192), 1);
}

TEST(NodeScaling, KindsAndSourcesTellOfIt) {
  const Table table = scaled_to(test::horowitz(), 16, 0);
  EXPECT_EQ(table.scaling, (NodeScaling{45, 0.9, 16, 0.8}));
  const Price add = price_of(table, Action::kAdd, 32, 0);
  EXPECT_EQ(add.kind, Kind::kScaled);
  EXPECT_THAT(add.source, HasSubstr("Horowitz"));
  EXPECT_THAT(add.source, HasSubstr("times 0.172 from 45 nm 0.9 V to 16 nm 0.8 V (Stillmaker and Baas 2017"));
  for (const Price& price :
       {price_of(table, Action::kWeightRead, 64, 8192), price_of(table, Action::kLinkTraverse, 64, 0),
        price_of(table, Action::kRouterLeakage, 32, 0)}) {
    EXPECT_EQ(price.kind, Kind::kAssumed);
    EXPECT_THAT(price.source, HasSubstr("(assumed)"));
  }
  EXPECT_EQ(price_of(table, Action::kDramRead, 512, 0).source,
            price_of(test::horowitz(), Action::kDramRead, 512, 0).source);
  const auto modes = price_modes(activity_of(test::sample_report()), table);
  EXPECT_THAT(shares_text(modes, table, 1),
              HasSubstr("Scaled from 45 nm 0.9 V to 16 nm 0.8 V: logic x 0.172; assumed: SRAM x 0.19"));
  EXPECT_THAT(shares_text(modes, test::horowitz(), 1), testing::Not(HasSubstr("Scaled")));
}

TEST(NodeScaling, RefusesUnknownNodesAndVoltages) {
  EXPECT_THAT(error_of([] { (void)scaled_to(test::horowitz(), 22, 0); }),
              HasSubstr("no scaling coefficients for 22 nm; there are some for 65, 45, 32, 20, 16, 10, 7 nm"));
  Table chip = test::horowitz();
  chip.technology_nm = 14;
  EXPECT_THAT(error_of([&] { (void)scaled_to(chip, 7, 0.7); }),
              HasSubstr("no scaling coefficients for 14 nm, the node of table 'horowitz-45nm'; there are some for 65"));
  EXPECT_THAT(error_of([] { (void)scaled_to(test::horowitz(), 7, 2); }), HasSubstr("2 V is outside the scaling model"));
  // 65 nm: f has its minimum at 4.398 / 7.51 = 0.586 V
  EXPECT_THAT(error_of([] { (void)scaled_to(test::horowitz(), 65, 0.58); }), HasSubstr("0.59 to 1.3 V"));
  EXPECT_NO_THROW((void)scaled_to(test::horowitz(), 65, 0.6));
}

}  // namespace
}  // namespace sigdel::energy
