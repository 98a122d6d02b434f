/// What the machine records beside its work: powered cycles, and the second count with 8-bit weights.
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/core/machine.hpp"
#include "sim/core/result_io.hpp"
#include "tests/support/small_machine.hpp"

namespace sigdel::sim {
namespace {

RunResult run_chain(double period_us, std::uint32_t columns = 4) {
  const auto network = test::plain_chain({20, 12, 5});
  MachineConfig config = test::row_of_cores(columns);
  config.frame_period_us = period_us;
  config.core.lanes = 7;
  const mapping::Mapping mapping = test::one_core_per_layer(network);
  const FrameEvents frames = test::full_frames(network, 3);
  return run_wheel({network, mapping, frames, config, Mode::kDense, 0});
}

std::uint64_t count_of(const Activity& activity, const std::string& block, Action action) {
  const auto found = std::find_if(activity.begin(), activity.end(), [&](const ActivityRecord& record) {
    return record.block == block && record.action == action;
  });
  return found == activity.end() ? 0 : found->count;
}

TEST(StaticActivity, EveryCoreAndRouterIsPoweredForTheWholeRun) {
  const RunResult run = run_chain(0);
  EXPECT_EQ(run.powered, run.total);
  for (const char* place : {"0_0", "0_1", "0_2", "0_3"}) {  // two of the four cores hold a layer
    const std::string core = std::string("core_") + place;
    const std::string router = std::string("router_") + place;
    for (const Action action :
         {Action::kWeightLeakage, Action::kStateLeakage, Action::kCoreLeakage, Action::kCoreClock}) {
      EXPECT_EQ(count_of(run.activity, core, action), run.total.value) << place << name_of(action);
    }
    for (const Action action : {Action::kLaneLeakage, Action::kLaneClock}) {
      EXPECT_EQ(count_of(run.activity, core, action), 7 * run.total.value) << place << name_of(action);
    }
    for (const Action action : {Action::kRouterLeakage, Action::kRouterClock}) {
      EXPECT_EQ(count_of(run.activity, router, action), run.total.value) << place << name_of(action);
    }
  }
}

TEST(StaticActivity, RecordsCarryTheirMemoryAndWidth) {
  for (const ActivityRecord& record : run_chain(0).activity) {
    if (category_of(record.action) == Category::kStatic) {
      EXPECT_EQ(record.layer, "");
    }
    const std::uint64_t bytes = record.action == Action::kWeightLeakage  ? 262144
                                : record.action == Action::kStateLeakage ? 65536
                                                                         : record.memory_bytes;
    EXPECT_EQ(record.memory_bytes, bytes);
    EXPECT_EQ(record.bits != 0, needs_width(record.action)) << name_of(record.action);
    EXPECT_EQ(record.memory_bytes != 0, needs_memory_size(record.action)) << name_of(record.action);
  }
}

TEST(StaticActivity, AFramePeriodLongerThanTheWorkIsPaidInFull) {
  const RunResult back_to_back = run_chain(0);
  ASSERT_LT(back_to_back.total.value, 3 * 500U);
  EXPECT_EQ(run_chain(5).powered.value, 3 * 500U);  // 5 us at 100 MHz, three frames
  EXPECT_EQ(run_chain(50).powered.value, 3 * 5000U);
  const RunResult shorter = run_chain(0.02);  // two cycles: frames wait for the machine, not the other way round
  EXPECT_EQ(shorter.powered, shorter.total);
}

TEST(StaticActivity, SurvivesTheWayBackFromAWorker) {
  const RunResult run = run_chain(5);
  const RunResult copy = from_bytes(to_bytes(run));
  EXPECT_EQ(copy.powered, run.powered);
  EXPECT_EQ(copy.activity, run.activity);
  EXPECT_EQ(copy.activity_8bit, run.activity_8bit);
}

/// Weights of 8 bits already: the second count is the first. 20 events of fan-out 12: 2 words of 64 bits each, and 12
/// biases of 32 bits, 6 words, per scan; of the multiplications only the width changes.
TEST(EightBitCount, EqualsTheFirstWithEightBitWeights) {
  const RunResult run = run_chain(0);
  for (const char* core : {"core_0_0", "core_0_1"}) {
    for (const Action action : {Action::kWeightRead, Action::kMultiply}) {
      EXPECT_EQ(count_of(run.activity_8bit, core, action), count_of(run.activity, core, action));
    }
  }
  EXPECT_EQ(count_of(run.activity_8bit, "core_0_0", Action::kWeightRead), 3 * (20 * 2 + 6));
  EXPECT_EQ(count_of(run.activity_8bit, "core_0_0", Action::kMultiply), 3 * 20 * 12);
}

TEST(EightBitCount, OfWiderWeightsIsThatOfAnEightBitMachine) {
  auto network = test::plain_chain({20, 12, 5});
  for (network::IntegerLayer& layer : network.layers) {
    const network::Synapses& narrow = layer.synapses.front();
    layer.synapses.front() = {narrow.tensor(), narrow.projection().shape(), 32, narrow.values()};
  }
  const mapping::Mapping mapping = test::one_core_per_layer(network);
  const FrameEvents frames = test::full_frames(network, 3);
  const RunResult wide = run_wheel({network, mapping, frames, test::row_of_cores(4), Mode::kDense, 0});
  const RunResult narrow = run_chain(0);
  EXPECT_EQ(wide.activity_8bit, narrow.activity_8bit);
  EXPECT_EQ(count_of(wide.activity, "core_0_0", Action::kWeightRead), 3 * (20 * 6 + 6));
}

}  // namespace
}  // namespace sigdel::sim
