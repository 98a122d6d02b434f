/// The barrier discipline: docs/timing.md's closed forms, worked out by hand there, and who fires when.
#include "sim/core/barrier.hpp"

#include <gtest/gtest.h>

#include "sim/core/machine.hpp"
#include "tests/support/small_machine.hpp"

namespace sigdel::sim {
namespace {

MachineConfig with_barrier(std::uint32_t columns, std::uint32_t sync, Semantics semantics = Semantics::kFrame) {
  MachineConfig config = test::row_of_cores(columns);
  config.discipline = Discipline::kBarrier;
  config.semantics = semantics;
  config.sync_cycles = sync;
  return config;
}

RunResult run_dense(const network::IntegerNetwork& network, std::size_t frames, const MachineConfig& config) {
  const auto mapping = test::one_core_per_layer(network);
  const auto events = test::full_frames(network, frames);
  return run_wheel({network, mapping, events, config, Mode::kDense, 0});
}

TEST(Barrier, GatesLayersByTheirDepthInFrameSemantics) {
  const Barrier barrier({3, Semantics::kFrame, {}, {}, 1, {1, 1}, {0, 1}});
  for (std::uint64_t step = 0; step < 8; ++step) {
    EXPECT_EQ(barrier.injects(step), step < 3);
    EXPECT_EQ(barrier.fires(0, step), step >= 1 && step < 4) << step;
    EXPECT_EQ(barrier.fires(1, step), step >= 2 && step < 5) << step;
  }
}

TEST(Barrier, LetsEveryLayerFireInEveryStepInStepSemantics) {
  const Barrier barrier({3, Semantics::kStep, {}, {}, 1, {1, 1}, {0, 1}});
  for (std::uint64_t step = 0; step < 5; ++step) {
    EXPECT_EQ(barrier.fires(0, step), step < 3);
    EXPECT_EQ(barrier.fires(1, step), step < 3);
  }
}

TEST(Barrier, BeginsTheNextStepAfterTheLastActionAndTheSynchronisation) {
  Barrier barrier({2, Semantics::kFrame, Cycles{5}, {}, 1, {1}, {0}});
  barrier.add(2);
  barrier.done(Cycles{10});
  barrier.done(Cycles{12});
  EXPECT_EQ(barrier.begun(Cycles{12}), 1U) << "the injection is not over";
  barrier.done(Cycles{12});
  EXPECT_EQ(barrier.begun(Cycles{12}), 1U);
  EXPECT_EQ(barrier.begun(Cycles{17}), 1U);
  EXPECT_EQ(barrier.begun(Cycles{18}), 2U);
}

TEST(Barrier, WaitsForTheFramePeriodWhileFramesEnter) {
  Barrier barrier({2, Semantics::kFrame, {}, Cycles{100}, 1, {1}, {0}});
  barrier.done(Cycles{3});
  EXPECT_EQ(barrier.begun(Cycles{99}), 1U);
  EXPECT_EQ(barrier.begun(Cycles{100}), 2U);
  barrier.done(Cycles{103});
  barrier.done(Cycles{104});
  EXPECT_EQ(barrier.begun(Cycles{105}), 3U) << "no third frame enters";
}

struct OneCore {
  std::uint64_t inputs;
  std::uint64_t neurons;
  std::uint32_t sync;
  std::size_t frames;
};

/// In a step that begins in b the host injects from b on, the engine takes the first spike in b + 2 and is done with
/// the last in b + 2 + E S; the scan reads neuron i in b + i and the host takes its output in b + i + 3. So a step
/// takes until the later of both, the next one begins 1 + sync cycles later, and frame t leaves in step t + 1.
TEST(Barrier, OneCoreHasItsClosedForm) {
  for (const OneCore& c : std::vector<OneCore>{{1, 1, 0, 1}, {5, 3, 0, 4}, {2, 40, 7, 5}, {30, 100, 1, 3}}) {
    const auto network =
        test::plain_chain({static_cast<std::uint32_t>(c.inputs), static_cast<std::uint32_t>(c.neurons)});
    const MachineConfig config = with_barrier(1, c.sync);
    const RunResult result = run_dense(network, c.frames, config);
    const std::uint64_t service = (c.neurons + config.core.lanes - 1) / config.core.lanes;
    std::uint64_t begin = 0;
    for (std::uint64_t step = 0; step <= c.frames; ++step) {
      std::uint64_t end = 0;
      if (step < c.frames) {
        EXPECT_EQ(result.frames[step].entered.value, begin);
        end = begin + 2 + c.inputs * service;
      }
      if (step > 0) {
        EXPECT_EQ(result.frames[step - 1].left.value, begin + c.neurons + 2);
        end = std::max(end, begin + c.neurons + 2);
      }
      begin = end + 1 + c.sync;
    }
    EXPECT_EQ(result.total.value, begin - c.sync) << c.inputs << " inputs, " << c.neurons << " neurons";
    EXPECT_EQ(result.traffic.tokens_sent, 0U) << "a barrier needs no tokens";
  }
}

TEST(Barrier, AFrameIsInThePipelineForAsManyStepsAsThereAreLayers) {
  const auto network = test::plain_chain({2, 2, 2, 2});
  const RunResult result = run_dense(network, 4, with_barrier(3, 0));
  for (std::size_t t = 0; t + 3 < 4; ++t) {
    EXPECT_GT(result.frames[t].left, result.frames[t + 3].entered);
    EXPECT_LT(result.frames[t].left.value, result.frames[t + 3].entered.value + 8);
  }
}

/// What comes in step t answers the input of step t - 3; the first three steps only know of biases.
TEST(Barrier, StepSemanticsAnswersLaterByAStepPerLayer) {
  const auto network = test::plain_chain({2, 2, 2, 2});
  const RunResult steps = run_dense(network, 7, with_barrier(3, 0, Semantics::kStep));
  const RunResult frames = run_dense(network, 7, with_barrier(3, 0));
  ASSERT_EQ(steps.outputs.size(), 7U * 2U);
  for (std::size_t t = 3; t < 7; ++t) {
    EXPECT_EQ(steps.outputs[t * 2], frames.outputs[(t - 3) * 2]);
    EXPECT_NE(steps.outputs[t * 2], 0);
  }
  EXPECT_EQ(steps.outputs[0], 0);
}

TEST(Barrier, APartThatCollectsAndFiresAtTheSameTimeIsCountedOnce) {
  const auto network = test::plain_chain({10, 64});
  const RunResult result = run_dense(network, 6, with_barrier(1, 3));
  const PartCounts& counts = result.layers[0].counts;
  EXPECT_EQ(counts.time.total(), result.total.value);
  EXPECT_EQ(counts.scan.value, 6U * 64U);
  EXPECT_LT(counts.time[PartState::kScan], counts.scan.value) << "while it also integrates it integrates";
}

}  // namespace
}  // namespace sigdel::sim
