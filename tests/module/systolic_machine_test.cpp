// Networks on the systolic array: the sentences of machine.hpp.
#include <gtest/gtest.h>

#include <map>
#include <utility>

#include "models/reference/executor.hpp"
#include "sim/systolic/machine.hpp"
#include "sim/systolic/need.hpp"
#include "tests/support/random_network.hpp"
#include "tests/support/systolic_forms.hpp"

namespace sigdel::systolic {
namespace {

/// A random network of the dense family with its frames, and what the executor makes of them in a mode.
struct NetworkCase {
  test::RandomCase data;
  network::IntegerNetwork network;
  Config config;

  explicit NetworkCase(std::uint64_t seed) : data(test::random_case(seed)), network(data.network) {
    Random random(seed);
    config.rows = static_cast<std::uint32_t>(1 + random.below(9));
    config.columns = static_cast<std::uint32_t>(1 + random.below(9));
    config.batch = static_cast<std::uint32_t>(1 + random.below(4));
    config.dataflow = random.below(2) == 0 ? Dataflow::kOutputStationary : Dataflow::kWeightStationary;
  }

  [[nodiscard]] FrameEvents events(Mode mode) const {
    reference::FrameEncoder encoder(network, mode);
    FrameEvents frames;
    for (std::size_t t = 0; t < data.frame_count(); ++t) {
      frames.push_back(encoder.encode(data.frame(t)));
    }
    return frames;
  }
  [[nodiscard]] Result run(Mode mode, Cycles period = {}) const {
    const FrameEvents frames = events(mode);
    return systolic::run({network, frames, config, period});
  }
};

class SystolicMachine : public testing::TestWithParam<std::uint64_t> {};

TEST_P(SystolicMachine, GivesTheExecutorsOutputsAndOperationCounts) {
  const NetworkCase test_case(GetParam());
  for (const Mode mode : {Mode::kDense, Mode::kZeroSkip}) {
    reference::Executor executor(test_case.network, mode);
    std::vector<std::int32_t> outputs;
    std::vector<Work> work(test_case.network.layers.size());
    for (const auto& frame : test_case.events(mode)) {
      const auto output = executor.run(frame);
      outputs.insert(outputs.end(), output.begin(), output.end());
      for (std::size_t l = 0; l < work.size(); ++l) {
        work[l] += executor.work()[l];
      }
    }
    const Result result = test_case.run(mode);
    EXPECT_EQ(result.outputs, outputs);
    for (std::size_t l = 0; l < work.size(); ++l) {
      work[l][Tally::kEvents] = 0;
      work[l][Tally::kMagnitude] = 0;
      EXPECT_EQ(work_of(result.layers[l], test_case.network.layers[l], mode), work[l]) << name_of(mode) << l;
    }
  }
}

TEST_P(SystolicMachine, RunsLayersAndBatchesOneAfterTheOther) {
  const NetworkCase test_case(GetParam());
  const Result result = test_case.run(Mode::kDense);
  std::uint64_t expected = 0;
  const std::size_t frames = test_case.data.frame_count();
  for (std::size_t first = 0; first < frames; first += test_case.config.batch) {
    const auto batch = static_cast<std::uint32_t>(std::min<std::size_t>(test_case.config.batch, frames - first));
    for (const network::IntegerLayer& layer : test_case.network.layers) {
      const test::GemmShape shape{batch, layer.inputs(), layer.outputs()};
      expected += test::published_cycles(shape, test_case.config) - test::saved_cycles(shape, test_case.config);
    }
  }
  EXPECT_EQ(result.total.value, expected);
}

TEST_P(SystolicMachine, ZeroSkipTakesTheSameCyclesAndWordsAsDense) {
  const NetworkCase test_case(GetParam());
  const Result dense = test_case.run(Mode::kDense);
  const Result gated = test_case.run(Mode::kZeroSkip);
  EXPECT_EQ(dense.total, gated.total);
  for (std::size_t l = 0; l < dense.layers.size(); ++l) {
    EXPECT_EQ(dense.layers[l].words, gated.layers[l].words);
    EXPECT_EQ(dense.layers[l].counts.switched, gated.layers[l].counts.switched);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, SystolicMachine, testing::Range<std::uint64_t>(0, 40));

/// A small network and the first of its frames.
struct SmallNetwork {
  NetworkCase data{3};
  FrameEvents frames;

  explicit SmallNetwork(std::size_t count) : frames(data.events(Mode::kDense)) {
    frames.resize(count, frames.front());
    data.config.batch = 1;
  }
  [[nodiscard]] Result run(Cycles period = {}) const {
    return systolic::run({data.network, frames, data.config, period});
  }
};

TEST(SystolicFrames, BackToBackEachTakesAsLongAsOneAlone) {
  const Cycles one = SmallNetwork(1).run().total;
  const Result five = SmallNetwork(5).run();
  EXPECT_EQ(five.total.value, 5 * one.value);
  EXPECT_EQ(five.latency_worst, one);
  EXPECT_DOUBLE_EQ(five.latency_mean, static_cast<double>(one.value));
}

TEST(SystolicFrames, WaitUntilTheyAreDue) {
  const SmallNetwork five(5);
  const Cycles one = SmallNetwork(1).run().total;
  const Result late = five.run(one + Cycles{7});
  EXPECT_EQ(late.total.value, 4 * (one.value + 7) + one.value);
  EXPECT_EQ(late.latency_worst, one);
  const Result exactly = five.run(one);
  EXPECT_EQ(exactly.total.value, 5 * one.value);
  EXPECT_EQ(exactly.latency_worst, one);
  const Result early = five.run(one - Cycles{1});  // each frame begins a cycle later after its due time
  EXPECT_EQ(early.total.value, 5 * one.value);
  EXPECT_EQ(early.latency_worst.value, one.value + 4);
}

TEST(SystolicFrames, ABatchWaitsForItsLastFrame) {
  SmallNetwork network(5);
  network.data.config.batch = 2;
  const Cycles period{100000};
  const Result result = network.run(period);
  SmallNetwork pair(2);
  pair.data.config.batch = 2;
  const Cycles two = pair.run().total;
  const Cycles one = SmallNetwork(1).run().total;
  EXPECT_EQ(result.total, Cycles{4 * period.value} + one);  // the fifth is alone
  EXPECT_EQ(result.latency_worst, period + two);            // the first of a batch waits for the second
}

TEST(SystolicFrames, TellsHowManyAreDoneAfterEveryBatch) {
  SmallNetwork network(5);
  network.data.config.batch = 2;
  std::vector<std::uint64_t> told;
  systolic::run({network.data.network, network.frames, network.data.config, {}},
                [&](std::uint64_t frames) { told.push_back(frames); });
  EXPECT_EQ(told, (std::vector<std::uint64_t>{2, 4, 5}));
}

/// Counts by (block, action), over layers.
std::map<std::pair<std::string, Action>, std::uint64_t> sums_of(const Activity& activity) {
  std::map<std::pair<std::string, Action>, std::uint64_t> sums;
  for (const ActivityRecord& record : activity) {
    sums[{record.block, record.action}] += record.count;
  }
  return sums;
}

TEST(SystolicActivity, HoldsEveryWordAndOperationOnce) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const NetworkCase test_case(seed);
    const Result result = test_case.run(Mode::kDense);
    for (const Mode mode : {Mode::kDense, Mode::kZeroSkip}) {
      auto sums = sums_of(activity_of(result, test_case.network, test_case.config, mode));
      Counts<Port> words;
      std::uint64_t frame_words = 0;
      Work work;
      for (std::size_t l = 0; l < result.layers.size(); ++l) {
        words += result.layers[l].words;
        frame_words += result.layers[l].frame_words;
        work += work_of(result.layers[l], test_case.network.layers[l], mode);
      }
      for (const ArithmeticAction& row : kArithmeticActions) {
        EXPECT_EQ((sums[{"systolic", row.action}]), work[row.tally]);
      }
      EXPECT_EQ((sums[{"systolic.weights", Action::kWeightRead}]), words[Port::kWeightRead] + words[Port::kBiasRead]);
      EXPECT_EQ((sums[{"systolic.input", Action::kStateRead}]), words[Port::kActivationRead]);
      EXPECT_EQ((sums[{"systolic.output", Action::kStateRead}]), words[Port::kPartialSumRead]);
      EXPECT_EQ((sums[{"systolic.input", Action::kStateWrite}] + sums[{"systolic.output", Action::kStateWrite}]),
                words[Port::kPartialSumWrite] + words[Port::kResultWrite] + frame_words);
      EXPECT_EQ(frame_words, test_case.data.frame_count() *
                                 test::ceil_div(std::uint64_t{test_case.network.layers.front().inputs()} *
                                                    static_cast<unsigned>(test_case.network.activation_bits),
                                                test_case.config.word_bits));
    }
  }
}

TEST(SystolicActivity, NamesTheMemoryThatAWordIsPricedAs) {
  NetworkCase test_case(5);
  test_case.config.weight_memory_bytes = 9000;
  test_case.config.weight_banks = 9;
  const Result result = test_case.run(Mode::kDense);
  const std::map<std::string, std::uint64_t> bytes{{"systolic", 0},
                                                   {"systolic.weights", 1000},
                                                   {"systolic.input", test_case.config.input_memory_bytes},
                                                   {"systolic.output", test_case.config.output_memory_bytes}};
  for (const ActivityRecord& record : activity_of(result, test_case.network, test_case.config, Mode::kDense)) {
    EXPECT_EQ(record.memory_bytes, bytes.at(record.block));
  }
}

/// Count of an action in a block, for no layer.
std::uint64_t static_count(const Activity& activity, const std::string& block, Action action) {
  std::uint64_t count = 0;
  for (const ActivityRecord& record : activity) {
    count += record.block == block && record.action == action && record.layer.empty() ? record.count : 0;
  }
  return count;
}

TEST(SystolicActivity, LeaksAndIsClockedForAllPoweredCycles) {
  SmallNetwork network(5);
  network.data.config.rows = 3;
  network.data.config.columns = 4;
  network.data.config.weight_banks = 7;
  const Cycles one = SmallNetwork(1).run().total;
  const Cycles slow{one.value + 1000};
  const Result waiting = network.run(slow);
  EXPECT_EQ(waiting.powered.value, 5 * slow.value);  // the last period, too
  const Result busy = network.run();
  EXPECT_EQ(busy.powered, busy.total);
  const Activity activity = activity_of(waiting, network.data.network, network.data.config, Mode::kZeroSkip);
  const std::uint64_t cycles = waiting.powered.value;
  EXPECT_EQ(static_count(activity, "systolic.weights", Action::kWeightLeakage), 7 * cycles);
  EXPECT_EQ(static_count(activity, "systolic.input", Action::kStateLeakage), cycles);
  EXPECT_EQ(static_count(activity, "systolic.output", Action::kStateLeakage), cycles);
  for (const Action action : {Action::kLaneLeakage, Action::kLaneClock}) {
    EXPECT_EQ(static_count(activity, "systolic", action), 12 * cycles);
  }
  for (const Action action : {Action::kCoreLeakage, Action::kCoreClock}) {
    EXPECT_EQ(static_count(activity, "systolic", action), cycles);
  }
}

/// A run whose weights have 8 bits counts what the second count of another run says.
TEST(SystolicActivity, SecondCountIsThatOfWeightsOf8Bits) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const NetworkCase test_case(seed);
    const Result result = test_case.run(Mode::kZeroSkip);
    auto sums = sums_of(activity_8bit_of(result, test_case.network, test_case.config, Mode::kZeroSkip));
    std::uint64_t words = 0;
    std::uint64_t multiplies = 0;
    for (std::size_t l = 0; l < result.layers.size(); ++l) {
      const network::IntegerLayer& layer = test_case.network.layers[l];
      multiplies += result.layers[l].counts.switched;
      const std::size_t frames = test_case.data.frame_count();
      for (std::size_t first = 0; first < frames; first += test_case.config.batch) {
        const auto batch = static_cast<std::uint32_t>(std::min<std::size_t>(test_case.config.batch, frames - first));
        const Widths widths{16, 8, static_cast<std::uint32_t>(test_case.network.accumulator_bits), 16};
        const auto closed = test::closed_words({batch, layer.inputs(), layer.outputs()}, test_case.config, widths);
        words += closed[Port::kWeightRead] + closed[Port::kBiasRead];
      }
    }
    EXPECT_EQ((sums[{"systolic.weights", Action::kWeightRead}]), words);
    EXPECT_EQ((sums[{"systolic", Action::kMultiply}]), multiplies);
    EXPECT_EQ(sums.size(), multiplies == 0 ? 1U : 2U);
  }
}

TEST(SystolicNeed, IsWhatTheNeediestLayerHolds) {
  const NetworkCase test_case(0);
  const auto& layers = test_case.network.layers;
  ASSERT_GE(layers.size(), 1U);
  Config config;
  config.rows = 1;
  config.columns = 2;
  config.batch = 3;
  config.dataflow = Dataflow::kWeightStationary;
  const Need need = need_of(test_case.network, config);
  std::uint64_t weights = 0;
  std::uint64_t input_bits = 0;
  for (const auto& layer : layers) {
    weights += (std::uint64_t{layer.inputs()} * layer.outputs() * static_cast<unsigned>(layer.weight_bits()) +
                std::uint64_t{layer.outputs()} * static_cast<unsigned>(test_case.network.accumulator_bits)) /
               8;
    const std::uint64_t neurons = layer.inputs() + (layer.is_output ? 0 : layer.outputs());
    input_bits = std::max(input_bits, 3 * neurons * static_cast<unsigned>(test_case.network.activation_bits));
  }
  EXPECT_EQ(need.weights, weights);
  EXPECT_EQ(need.input, input_bits / 8);
  const std::uint64_t sum_bytes = static_cast<unsigned>(test_case.network.accumulator_bits) / 8;
  std::uint64_t output = 0;
  for (const auto& layer : layers) {
    const std::uint64_t sums = layer.inputs() > 1 ? std::min(2U, layer.outputs()) : 0;
    output = std::max(output, 3 * sum_bytes * (layer.is_output ? layer.outputs() : sums));
  }
  EXPECT_EQ(need.output, output);
}

}  // namespace
}  // namespace sigdel::systolic
