// Every kind of key, and every range at its edges: not just outside, yes on the edge.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "scenarios/keys.hpp"
#include "tests/support/scenario_text.hpp"

namespace sigdel::scenarios {
namespace {

using test::error_of_text;
using test::kSmallScenario;
using test::read_text;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Scenario with(const std::string& override_text) { return read_text(kSmallScenario, {override_text}); }

bool accepts(const Key& key, const std::string& value) {
  try {
    read_text(kSmallScenario, {std::string(key.path) + "=" + value});
    return true;
  } catch (const InputError&) {
    return false;
  }
}

std::vector<const Key*> keys_of(Item item) {
  std::vector<const Key*> found;
  for (const Key& key : keys()) {
    if (key.item == item) {
      found.push_back(&key);
    }
  }
  return found;
}

TEST(ScenarioKeys, AreDeclaredOnceWithMeaningAndField) {
  std::set<std::string_view> paths;
  for (const Key& key : keys()) {
    EXPECT_TRUE(paths.insert(key.path).second) << key.path;
    EXPECT_FALSE(key.meaning.empty()) << key.path;
    EXPECT_TRUE(key.field.get && key.field.set) << key.path;
    EXPECT_FALSE(is_section(key.path)) << key.path;
    EXPECT_EQ(find_key(key.path), &key);
  }
}

TEST(ScenarioKeys, ConstantDefaultsPassTheirOwnChecks) {
  for (const Key& key : keys()) {
    if (key.need == Need::kOptional && key.derived.empty()) {
      EXPECT_TRUE(accepts(key, default_text(key))) << key.path << ": " << default_text(key);
    }
  }
}

TEST(ScenarioKeys, IntegersAtTheEdges) {
  for (const Key* key : keys_of(Item::kInteger)) {
    if (!key->choices.empty() || key->is_list()) {
      continue;
    }
    const auto low = static_cast<std::int64_t>(key->limits.low);
    const auto high = static_cast<std::int64_t>(key->limits.high);
    EXPECT_FALSE(accepts(*key, std::to_string(low - 1))) << key->path;
    EXPECT_TRUE(accepts(*key, std::to_string(low))) << key->path;
    EXPECT_TRUE(accepts(*key, std::to_string(high))) << key->path;
    EXPECT_FALSE(accepts(*key, std::to_string(high + 1))) << key->path;
  }
}

TEST(ScenarioKeys, IntegersOfFewValues) {
  const Key& key = *find_key("network.weight_bits");
  for (const int bits : {8, 16, 32}) {
    EXPECT_TRUE(accepts(key, std::to_string(bits)));
  }
  EXPECT_THAT(error_of_text(kSmallScenario, {"network.weight_bits=12"}),
              HasSubstr("expected one of 8, 16, 32, found '12'"));
}

TEST(ScenarioKeys, RealsAtTheEdges) {
  for (const Key* key : keys_of(Item::kReal)) {
    const double below_low = std::nextafter(key->limits.low, -1e300);
    const double above_high = std::nextafter(key->limits.high, 1e300);
    EXPECT_TRUE(accepts(*key, fmt::format("{}", key->limits.low))) << key->path;
    EXPECT_FALSE(accepts(*key, fmt::format("{}", below_low))) << key->path;
    EXPECT_TRUE(accepts(*key, fmt::format("{}", key->limits.high))) << key->path;
    EXPECT_FALSE(accepts(*key, fmt::format("{}", above_high))) << key->path;
    EXPECT_FALSE(accepts(*key, "-1")) << key->path;
  }
}

TEST(ScenarioKeys, NoLanesNoClockAndNegativeScalesAreRefused) {
  EXPECT_THAT(error_of_text(kSmallScenario, {"machine.core.lanes=0"}), HasSubstr("an integer of 1 to 4096, found '0'"));
  EXPECT_THAT(error_of_text(kSmallScenario, {"machine.clock_mhz=0"}),
              HasSubstr("expected a number of 0.001 to 100000, found '0'"));
  EXPECT_THAT(error_of_text(kSmallScenario, {"scales=[2, -1]"}),
              HasSubstr("expected a list, each a number of 1e-06 to 1000000, found '-1' as item 2"));
}

class StrictNumber : public ::testing::TestWithParam<std::string> {};

TEST_P(StrictNumber, IsNoInteger) {
  EXPECT_THAT(error_of_text(kSmallScenario, {"machine.core.lanes=" + GetParam()}), HasSubstr("expected an integer"));
}
INSTANTIATE_TEST_SUITE_P(All, StrictNumber,
                         ::testing::Values("many", "12abc", "16.0", "1e3", "0x10", "+4", "1_000", "1,000", "\"16\"",
                                           "'16'", "true", "", "~", "[16]", "{a: 1}", "99999999999999999999", "1 2",
                                           ".nan"));

class StrictReal : public ::testing::TestWithParam<std::string> {};

TEST_P(StrictReal, IsNoReal) {
  EXPECT_THAT(error_of_text(kSmallScenario, {"machine.clock_mhz=" + GetParam()}), HasSubstr("expected a number"));
}
INSTANTIATE_TEST_SUITE_P(All, StrictReal,
                         ::testing::Values("fast", "5x", "nan", ".nan", "inf", ".inf", "-inf", "1e999", "0x1p3",
                                           "\"5\"", "", "500 MHz", "5,5"));

TEST(ScenarioKeys, RealsTakeExponentsAndIntegers) {
  EXPECT_EQ(with("machine.clock_mhz=1e3").machine.clock_mhz, 1000);
  EXPECT_EQ(with("machine.clock_mhz=250").machine.clock_mhz, 250);
  EXPECT_EQ(with("machine.clock_mhz=0.5").machine.clock_mhz, 0.5);
}

TEST(ScenarioKeys, BooleansAreTrueAndFalseOnly) {
  EXPECT_TRUE(with("trace.enabled=true").trace.enabled);
  EXPECT_FALSE(with("trace.enabled=false").trace.enabled);
  for (const char* text : {"yes", "True", "1", "on", "\"true\"", ""}) {
    EXPECT_THAT(error_of_text(kSmallScenario, {std::string("trace.enabled=") + text}),
                HasSubstr("expected true or false"));
  }
}

TEST(ScenarioKeys, ChoicesAreByName) {
  EXPECT_EQ(with("machine.encoding=shift-add").machine.core.encoding, Encoding::kShiftAdd);
  EXPECT_THAT(error_of_text(kSmallScenario, {"machine.encoding=binary"}),
              HasSubstr("expected one of unary, graded, shift-add, found 'binary'"));
}

TEST(ScenarioKeys, ListsKeepTheirOrder) {
  EXPECT_THAT(with("modes=[sigma-delta, dense]").modes, ElementsAre(Mode::kSigmaDelta, Mode::kDense));
  EXPECT_THAT(with("scales=[1, 2.5]").scales, ElementsAre(1.0, 2.5));
  EXPECT_THAT(with("trace.frames=[3, 7]").trace.frames, ElementsAre(3, 7));
  EXPECT_THAT(with("trace.blocks=[host, core_1_*]").trace.blocks, ElementsAre("host", "core_1_*"));
}

TEST(ScenarioKeys, OneItemNeedsNoBrackets) {
  EXPECT_THAT(with("scales=2.5").scales, ElementsAre(2.5));
  EXPECT_THAT(with("modes=dense").modes, ElementsAre(Mode::kDense));
}

TEST(ScenarioKeys, ListsAreOfTheRightLength) {
  EXPECT_THAT(error_of_text(kSmallScenario, {"trace.frames=[1]"}), HasSubstr("expected a list of 2 items"));
  EXPECT_THAT(error_of_text(kSmallScenario, {"trace.frames=1"}), HasSubstr("expected a list of 2 items"));
  EXPECT_THAT(error_of_text(kSmallScenario, {"trace.frames=[1, 2, 3]"}), HasSubstr("found 3 items"));
  EXPECT_THAT(error_of_text(kSmallScenario, {"scales=[]"}), HasSubstr("found 0 items"));
  EXPECT_THAT(error_of_text(kSmallScenario, {"modes=[dense, dense]"}), HasSubstr("'dense' stands there twice"));
  EXPECT_THAT(error_of_text(kSmallScenario, {"scales=[1, [2]]"}), HasSubstr("found a list as item 2"));
}

TEST(ScenarioKeys, HostPortsAreAnEdgeAndAPosition) {
  using sim::Edge;
  EXPECT_THAT(with("machine.encoding=unary").machine.host_ports, ElementsAre(sim::HostPort{Edge::kWest, 0}));
  EXPECT_THAT(
      with("machine.host_ports=[north_1, east_0, south_12]").machine.host_ports,
      ElementsAre(sim::HostPort{Edge::kNorth, 1}, sim::HostPort{Edge::kEast, 0}, sim::HostPort{Edge::kSouth, 12}));
  for (const char* text : {"west", "west_", "_1", "up_0", "west_01", "west_-1", "west_+1", "West_0", "west_0_0",
                           "west 0", "west_4294967296", "0"}) {
    EXPECT_THAT(
        error_of_text(kSmallScenario, {std::string("machine.host_ports=[") + text + "]"}),
        HasSubstr("expected a list, each a host port: west_<row>, east_<row>, north_<column> or south_<column>"))
        << text;
  }
  EXPECT_THAT(error_of_text(kSmallScenario, {"machine.host_ports=[west_0, east_0, west_0]"}),
              HasSubstr("'west_0' stands there twice"));
}

TEST(ScenarioKeys, NamesCannotLeaveTheirFolder) {
  for (const char* name : {"a/b", "..", ".", "\"\"", "\"a\\nb\""}) {
    EXPECT_THAT(error_of_text(kSmallScenario, {std::string("name=") + name}), HasSubstr("expected a name without '/'"));
  }
  EXPECT_EQ(with("name=my run 2").name, "my run 2");
}

TEST(ScenarioKeys, KibibytesBecomeBytes) {
  const Scenario scenario = with("machine.core.weight_memory_kib=3");
  EXPECT_EQ(scenario.machine.core.weight_memory_bytes, 3072U);
  EXPECT_EQ(scenario.machine.core.state_memory_bytes, 65536U);
}

}  // namespace
}  // namespace sigdel::scenarios
