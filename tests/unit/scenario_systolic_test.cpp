// The keys of the systolic array: when there is one, its derived size, and its checks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/check_prices.hpp"
#include "scenarios/describe.hpp"
#include "tests/support/quickstart.hpp"
#include "tests/support/scenario_text.hpp"

namespace sigdel::scenarios {
namespace {

using test::error_of;
using test::plan_of;
using test::read_text;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// The small scenario's mesh has 3 x 2 cores with 16 lanes: 96 multipliers.
systolic::Config array_of(const std::vector<std::string>& overrides) {
  return read_text(test::kSmallScenario, overrides).systolic;
}

std::string resolve_error(const std::vector<std::string>& overrides) {
  return error_of([&] { plan_of(overrides); });
}

TEST(ScenarioSystolic, ThereIsNoneUnlessTheSectionIsThere) {
  EXPECT_FALSE(read_text(test::kSmallScenario).on_systolic());
  EXPECT_TRUE(read_text(test::kSmallScenario, {"machine.systolic.batch=1"}).on_systolic());
  EXPECT_TRUE(read_text(test::kSmallScenario + "  systolic: {}\n").on_systolic());
}

TEST(ScenarioSystolic, RunsTheDenseModesThatTheScenarioHas) {
  const auto modes_of = [](const std::string& modes) {
    return read_text(test::kSmallScenario, {"modes=" + modes, "machine.systolic.batch=1"}).systolic_modes;
  };
  EXPECT_THAT(modes_of("[rounding, zero-skip, dense]"), ElementsAre(Mode::kDense, Mode::kZeroSkip));
  EXPECT_THAT(modes_of("[rounding, zero-skip]"), ElementsAre(Mode::kZeroSkip));
  EXPECT_THAT(resolve_error({"modes=[rounding]", "trace.mode=rounding", "machine.systolic.batch=1"}),
              HasSubstr("machine.systolic.modes: 'dense' is not one of modes; add it there too"));
}

TEST(ScenarioSystolic, KnowsNoStepSemantics) {
  EXPECT_THAT(resolve_error({"machine.systolic.batch=1", "semantics=step", "machine.discipline=barrier"}),
              HasSubstr("--set semantics=step: semantics: the systolic array computes whole frames"));
}

TEST(ScenarioSystolic, IsNotDrivenByARecording) {
  EXPECT_THAT(resolve_error({"machine.systolic.batch=1", "execution=trace", "recording.file=a.sgd"}),
              HasSubstr("--set execution=trace: execution: a recording drives the mesh alone"));
}

TEST(ScenarioSystolic, HasAsManyElementsAsTheMeshHasLanes) {
  const auto square = array_of({"machine.systolic.batch=1"});
  EXPECT_EQ(square.rows, 8U);
  EXPECT_EQ(square.columns, 12U);
  EXPECT_EQ(square.weight_banks, 6U);
  EXPECT_EQ(array_of({"machine.systolic.batch=1", "machine.core.weight_banks=4"}).weight_banks, 24U);
  const auto twelve = plan_of({"machine.systolic.batch=1"}).scenario.systolic;
  EXPECT_EQ(twelve.rows, 12U);
  EXPECT_EQ(twelve.columns, 12U);
  const auto row = array_of({"machine.systolic.rows=1"});
  EXPECT_EQ(row.columns, 96U);
  const auto column = array_of({"machine.systolic.columns=5"});
  EXPECT_EQ(column.rows, 19U);  // rounded down
  const auto large = array_of({"machine.systolic.columns=200"});
  EXPECT_EQ(large.rows, 1U);
  const auto both = array_of({"machine.systolic.rows=3", "machine.systolic.columns=4"});
  EXPECT_EQ(both.rows, 3U);
  EXPECT_EQ(both.columns, 4U);
  const auto prime =
      array_of({"machine.systolic.batch=1", "machine.mesh.columns=1", "machine.mesh.rows=1", "machine.core.lanes=13"});
  EXPECT_EQ(prime.rows, 1U);
  EXPECT_EQ(prime.columns, 13U);
}

TEST(ScenarioSystolic, AMemoryThatIsTooSmallIsRefusedWithNeedCapacityAndKey) {
  // 784 x 200 + 200 x 200 + 200 x 10 weights and 410 biases of 4 bytes; 784 + 200 activations of 2; 10 sums of 4.
  EXPECT_THAT(
      resolve_error({"machine.systolic.weight_memory_kib=778"}),
      AllOf(HasSubstr("--set machine.systolic.weight_memory_kib=778: machine.systolic.weight_memory_kib: 778 KiB"),
            HasSubstr("are 796840 bytes, so at least 779 KiB")));
  EXPECT_NO_THROW(plan_of({"machine.systolic.weight_memory_kib=779"}));
  EXPECT_THAT(resolve_error({"machine.systolic.input_memory_kib=1"}), HasSubstr("are 1968 bytes, so at least 2 KiB"));
  EXPECT_NO_THROW(plan_of({"machine.systolic.input_memory_kib=2"}));
  EXPECT_NO_THROW(plan_of({"machine.systolic.output_memory_kib=1"}));
  const std::vector<std::string> batch{"machine.systolic.dataflow=weight-stationary", "machine.systolic.batch=22",
                                       "machine.systolic.input_memory_kib=43", "machine.systolic.output_memory_kib=1"};
  EXPECT_THAT(resolve_error(batch),
              AllOf(HasSubstr("machine.systolic.output_memory_kib: 1 KiB"),
                    HasSubstr("22 frames together) are 1056 bytes"), Not(HasSubstr("input_memory_kib"))));
}

TEST(ScenarioSystolic, AnArrayBeyondThisProgramsMemoryIsRefused) {
  EXPECT_THAT(resolve_error({"machine.systolic.rows=65536", "machine.systolic.columns=65536"}),
              HasSubstr("machine.systolic.rows: 65536 x 65536 are 4294967296 elements; an array can have 16777216"));
  EXPECT_NO_THROW(plan_of({"machine.systolic.rows=4096", "machine.systolic.columns=4096"}));
}

TEST(ScenarioSystolic, ABankHoldsAWord) {
  EXPECT_THAT(resolve_error({"machine.systolic.weight_banks=262144"}),
              HasSubstr("machine.systolic.weight_banks: 262144 banks of 1024 KiB in all hold no word of 64 bits each"));
  EXPECT_NO_THROW(plan_of({"machine.systolic.weight_banks=131072", "energy.table=horowitz-45nm"}));
}

TEST(ScenarioSystolic, ItsMemoriesArePricedBeforeTheRun) {
  const Plan plan = plan_of({"machine.systolic.weight_memory_kib=900", "machine.systolic.weight_banks=2"});
  const Activity activity = countable_actions(plan);
  const ActivityRecord read{"", "", Action::kWeightRead, 64, 450 * 1024, 1};
  EXPECT_NE(std::find(activity.begin(), activity.end(), read), activity.end());
  EXPECT_THAT(resolve_error({"machine.systolic.word_bits=40"}), HasSubstr("40"));
}

TEST(ScenarioSystolic, ItsKeysAreShownOnlyIfThereIsOne) {
  EXPECT_THAT(describe(plan_of({})), Not(HasSubstr("machine.systolic")));
  EXPECT_THAT(describe(plan_of({"machine.systolic.batch=2"})), HasSubstr("machine.systolic.batch"));
}

}  // namespace
}  // namespace sigdel::scenarios
