/// Random convolutional graphs: every mode against plain loops that gather, in values, events and counts.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "models/network/neuron_block.hpp"
#include "models/reference/executor.hpp"
#include "models/reference/float_graph.hpp"
#include "tests/support/plain_network.hpp"
#include "tests/support/random_images.hpp"

namespace sigdel {
namespace {

using network::Event;
using network::IntegerNetwork;
using network::Synapses;
using reference::Executor;
using reference::FrameEncoder;
using test::PlainFrame;
using test::RandomCase;

constexpr std::uint64_t kCasesPerTest = 20;

/// What a tensor's neurons send in a frame.
std::vector<Event> sent(Mode mode, const std::vector<std::int64_t>& now, const std::vector<std::int64_t>* before) {
  std::vector<Event> events;
  for (std::uint32_t i = 0; i < now.size(); ++i) {
    const std::int64_t value = now[i] - (sends_changes(mode) && before != nullptr ? (*before)[i] : 0);
    if (value != 0 || mode == Mode::kDense) {
      events.push_back({i, static_cast<std::int32_t>(value)});
    }
  }
  return events;
}

/// Additions per event and unit of magnitude in the paper's convention.
std::uint64_t paper_targets(const Synapses& synapses, std::uint64_t true_targets) {
  const network::Convolved& shape = synapses.projection().shape();
  const bool same = shape.window.stride == network::Window::Pair{1, 1} &&
                    shape.to.rows == shape.from.rows * shape.repeat[0] &&
                    shape.to.columns == shape.from.columns * shape.repeat[1];
  const std::int64_t all = shape.to.channels / shape.groups * shape.window.kernel[0] * shape.window.kernel[1] *
                           shape.repeat[0] * shape.repeat[1];
  return shape.is_identity ? 0 : same ? static_cast<std::uint64_t>(all) : true_targets;
}

/// What layer l receives, counted by brute force; only what depends on events.
Work received(Mode mode, const network::IntegerLayer& layer, const PlainFrame& now, const PlainFrame* before) {
  Work work;
  for (std::size_t i = 0; i < layer.synapses.size(); ++i) {
    const Synapses& synapses = layer.synapses[i];
    const std::uint32_t tensor = synapses.tensor();
    const test::Targets targets = test::count_targets(layer, i);
    for (const Event& event : sent(mode, now.tensors[tensor], before == nullptr ? nullptr : &before->tensors[tensor])) {
      const auto magnitude = static_cast<std::uint64_t>(std::abs(event.value));
      const std::uint64_t paper = paper_targets(synapses, targets.all[event.source]);
      work[Tally::kEvents] += 1;
      work[Tally::kMagnitude] += magnitude;
      work[Tally::kUpdates] += targets.pooled[event.source];
      work[Tally::kPaperAdds] += (is_quantised(mode) ? magnitude : 1) * paper;
      work[Tally::kPaperMultiplies] += is_quantised(mode) ? 0 : paper;
    }
  }
  return work;
}

constexpr std::array kOfEvents{Tally::kEvents, Tally::kMagnitude, Tally::kUpdates, Tally::kPaperMultiplies};

class RandomImage : public testing::TestWithParam<std::uint64_t> {};

/// One mode of one case, frame after frame against the plain loops.
void check_mode(const RandomCase& random, Mode mode, Scan scan, unsigned threads,
                const std::vector<PlainFrame>& frames) {
  FrameEncoder encoder(random.network, mode);
  Executor executor(random.network, mode, {.scan = scan, .threads = threads});
  for (std::size_t t = 0; t < frames.size(); ++t) {
    SCOPED_TRACE(t);
    const PlainFrame* before = t == 0 ? nullptr : &frames[t - 1];
    const auto outputs = executor.run(encoder.encode(random.frame(t)));
    ASSERT_TRUE(std::equal(outputs.begin(), outputs.end(), frames[t].outputs.begin(), frames[t].outputs.end()));
    for (std::size_t l = 0; l < random.network.layers.size(); ++l) {
      SCOPED_TRACE(random.network.layers[l].name);
      const network::IntegerLayer& layer = random.network.layers[l];
      Work expected = received(mode, layer, frames[t], before);
      for (const Tally tally : kOfEvents) {
        ASSERT_EQ(executor.work()[l][tally], expected[tally]) << name_of(tally);
      }
      expected[Tally::kPaperAdds] += mode == Mode::kRounding && layer.has_product() ? layer.sums.size() : 0;
      ASSERT_EQ(executor.work()[l][Tally::kPaperAdds], expected[Tally::kPaperAdds]);
      ASSERT_EQ(executor.work()[l][Tally::kSaturations], frames[t].saturations[l]);
    }
  }
}

/// So sigma-delta equals rounding, and temporal-difference and zero-skip equal dense, bit for bit.
TEST_P(RandomImage, EveryModeEqualsPlainLoopsAndBruteForceCounts) {
  for (std::uint64_t seed = GetParam() * kCasesPerTest; seed < (GetParam() + 1) * kCasesPerTest; ++seed) {
    SCOPED_TRACE(seed);
    const RandomCase random = test::random_image_case(seed);
    std::vector<PlainFrame> frames;
    for (std::size_t t = 0; t < random.frame_count(); ++t) {
      frames.push_back(test::run_plainly(random.network, random.frame(t)));
    }
    for (const Mode mode : kModesOfAnyNetwork) {
      for (const Scan scan : all_of<Scan>()) {
        SCOPED_TRACE(std::string(name_of(mode)) + ", scan " + std::string(name_of(scan)));
        check_mode(random, mode, scan, 1 + static_cast<unsigned>(seed % 3), frames);
        if (HasFatalFailure()) {
          return;
        }
      }
    }
  }
}

/// Layers send what changed on the tensor that they write, pixel by pixel; visiting only what was touched sends the
/// same.
TEST_P(RandomImage, LayersSendTheChangesOfTheirTensorsInOrder) {
  for (std::uint64_t seed = GetParam() * kCasesPerTest; seed < (GetParam() + 1) * kCasesPerTest; ++seed) {
    SCOPED_TRACE(seed);
    const RandomCase random = test::random_image_case(seed);
    FrameEncoder encoder(random.network, Mode::kSigmaDelta);
    Executor all(random.network, Mode::kSigmaDelta, {.scan = Scan::kAll});
    Executor touched(random.network, Mode::kSigmaDelta, {.scan = Scan::kTouched});
    std::vector<PlainFrame> frames;
    for (std::size_t t = 0; t < random.frame_count(); ++t) {
      const std::vector<Event> input = encoder.encode(random.frame(t));
      all.run(input);
      touched.run(input);
      frames.push_back(test::run_plainly(random.network, random.frame(t)));
      for (const network::IntegerLayer& layer : random.network.layers) {
        const auto here = all.sent(layer.id.value);
        const auto there = touched.sent(layer.id.value);
        ASSERT_TRUE(std::equal(here.begin(), here.end(), there.begin(), there.end()));
        if (layer.is_output) {
          continue;
        }
        auto expected = sent(Mode::kSigmaDelta, frames[t].tensors[layer.tensor],
                             t == 0 ? nullptr : &frames[t - 1].tensors[layer.tensor]);
        expected.erase(std::remove_if(expected.begin(), expected.end(),
                                      [&](const Event& event) {
                                        const std::uint32_t channel = event.source % layer.written.channels;
                                        return channel < layer.first_channel ||
                                               channel >= layer.first_channel + layer.values.channels;
                                      }),
                       expected.end());
        ASSERT_TRUE(std::equal(here.begin(), here.end(), expected.begin(), expected.end()));
      }
    }
  }
}

/// Integrates one event after the other and looks at every accumulator in between.
void integrate_within_bound(const std::vector<std::vector<Event>>& on_tensors, network::NeuronBlock& block) {
  for (std::size_t i = 0; i < block.layer().synapses.size(); ++i) {
    for (const Event& event : on_tensors[block.layer().synapses[i].tensor()]) {
      block.integrate(i, event);
      for (const std::int64_t accumulator : block.accumulators()) {
        ASSERT_LE(std::abs(accumulator), block.layer().bound);
      }
    }
  }
}

TEST_P(RandomImage, NoAccumulatorEverExceedsItsBound) {
  for (std::uint64_t seed = GetParam() * kCasesPerTest; seed < (GetParam() + 1) * kCasesPerTest; ++seed) {
    SCOPED_TRACE(seed);
    const RandomCase random = test::random_image_case(seed, {.most_blocks = 2, .largest_side = 5, .frames = 4});
    for (const Mode mode : {Mode::kDense, Mode::kSigmaDelta}) {
      FrameEncoder encoder(random.network, mode);
      std::vector<network::NeuronBlock> blocks;
      for (const auto& layer : random.network.layers) {
        blocks.emplace_back(layer, mode, network::whole(layer.values));
      }
      std::vector<std::vector<Event>> on_tensors(random.network.tensors.size());
      for (std::size_t t = 0; t < random.frame_count(); ++t) {
        for (auto& events : on_tensors) {
          events.clear();
        }
        on_tensors[0] = encoder.encode(random.frame(t));
        for (network::NeuronBlock& block : blocks) {
          ASSERT_NO_FATAL_FAILURE(integrate_within_bound(on_tensors, block));
          block.fire(on_tensors[block.layer().tensor]);
        }
      }
    }
  }
}

/// With fine scales the integers are close to the float graph, which was never lowered: the graph was understood.
TEST_P(RandomImage, ApproachesTheFloatGraph) {
  for (std::uint64_t seed = GetParam() * kCasesPerTest; seed < (GetParam() + 1) * kCasesPerTest; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const network::Graph graph = test::random_image_graph(random);
    const quantise::WeightLayers layers = quantise::weight_layers(graph);
    const std::vector<double> scales(layers.scales(), 500.0);
    const IntegerNetwork integers = quantise::fold(layers, scales, 4095, {}, "scaled");
    const auto frame = test::random_frames(random, integers.frame().size(), 1);
    std::vector<float> expected;
    const std::size_t output = layers.tensors.back().node;
    const bool has_softmax = std::holds_alternative<network::Softmax>(graph.nodes.back().operation);
    reference::run_graph(graph, frame, 1, [&](std::size_t node, std::size_t, std::span<const float> values) {
      if (node == (has_softmax ? graph.nodes.size() - 2 : output)) {
        expected.assign(values.begin(), values.end());
      }
    });
    Executor executor(integers, Mode::kRounding);
    const auto outputs = executor.run(FrameEncoder(integers, Mode::kRounding).encode(frame));
    ASSERT_EQ(outputs.size(), expected.size());
    const network::Volume& shape = integers.tensors.back().shape;
    for (std::uint32_t i = 0; i < outputs.size(); ++i) {
      const double value = outputs[shape.number_of_element(i)] * integers.output_unit();
      // A rounding is off by 0.001; six layers and their pools with weights of two at most in sum make 32 times that.
      ASSERT_NEAR(value, static_cast<double>(expected[i]), 0.03);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomImage, testing::Range(std::uint64_t{0}, std::uint64_t{6}));

/// The cases above are worth something only if the clamp of some layers and of some frames changes values.
TEST(RandomImages, MakeTheClampWork) {
  std::uint64_t in_layers = 0;  // cases
  std::uint64_t in_frames = 0;
  for (std::uint64_t seed = 0; seed < 10 * kCasesPerTest; ++seed) {
    const RandomCase random = test::random_image_case(seed);
    const PlainFrame frame = test::run_plainly(random.network, random.frame(random.frame_count() - 1));
    in_layers += std::accumulate(frame.saturations.begin(), frame.saturations.end(), std::uint64_t{0}) > 0 ? 1U : 0U;
    in_frames += frame.input_saturations > 0 ? 1U : 0U;
  }
  EXPECT_GT(in_layers, 3U);
  EXPECT_GT(in_frames, 3U);
}

/// Every weight has a place of its own.
TEST(Synapses, GiveBackTheirWeights) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Random random(seed);
    const auto layers = quantise::weight_layers(test::random_image_graph(random));
    for (const quantise::WeightLayer& layer : layers.layers) {
      for (const quantise::LinearMap& map : layer.maps) {
        for (const int bits : {8, 16, 32}) {
          std::vector<std::int32_t> values(map.weights.size());
          std::generate(values.begin(), values.end(),
                        [&] { return static_cast<std::int32_t>(random.between(-100, 100)); });
          const Synapses synapses(map.tensor, map.shape, bits, values);
          ASSERT_EQ(synapses.values(), values);
          ASSERT_EQ(synapses.bytes(), values.size() * static_cast<std::size_t>(bits / 8));
        }
      }
    }
  }
}

}  // namespace
}  // namespace sigdel
