/// The functional executor in step semantics on the published PilotNet SDNN: every published and derived vector,
/// integers, no tolerance; and how each change of one rule is seen.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "models/import/lava.hpp"
#include "models/reference/executor.hpp"
#include "tests/support/lava_data.hpp"
#include "tests/support/npy.hpp"

namespace sigdel {
namespace {

using network::Event;
using network::Graph;
using network::IntegerNetwork;
using test::lava_folder;

/// Runs a network step by step on frames, the last of which stays.
class Replay {
 public:
  Replay(const IntegerNetwork& network, std::vector<std::vector<float>> frames, Semantics semantics = Semantics::kStep)
      : network_(network),
        frames_(std::move(frames)),
        encoder_(network_, Mode::kThreshold),
        executor_(network_, Mode::kThreshold, {.semantics = semantics}) {}

  std::int32_t step() {
    input_ = encoder_.encode(frames_[std::min(step_, frames_.size() - 1)]);
    ++step_;
    return executor_.run(input_).front();
  }
  /// Of layer l as it will fire in the next step: without its bias.
  [[nodiscard]] std::vector<std::int32_t> sigma(std::size_t l) const {
    const network::IntegerLayer& layer = network_.layers[l];
    const auto states = executor_.accumulators(l);
    std::vector<std::int32_t> sigma(states.begin(), states.end());
    for (std::size_t i = 0; i < sigma.size(); ++i) {
      sigma[i] -= layer.bias[i % layer.sums.channels];
    }
    return sigma;
  }
  /// What the layer before l sent: the input layer's for l = 0.
  [[nodiscard]] std::span<const Event> sent(std::size_t l) const { return l == 0 ? input_ : executor_.sent(l - 1); }
  [[nodiscard]] const reference::Executor& executor() const { return executor_; }

 private:
  IntegerNetwork network_;
  std::vector<std::vector<float>> frames_;
  reference::FrameEncoder encoder_;
  reference::Executor executor_;
  std::vector<Event> input_;
  std::size_t step_ = 0;
};

class LavaGolden : public test::LavaDataTest {
 protected:
  static Graph published() { return import::read_lava(lava_folder() + "pilotnet_sdnn.net"); }
  static Graph driving() { return import::read_lava(lava_folder() + "pilotnet_sdnn_netx.net"); }
  static std::vector<std::vector<float>> frames(const Graph& graph, const std::string& file) {
    return test::lava_frames(test::read_npy(lava_folder() + file), graph.input_shape());
  }
  /// Nine outputs of the published network, as changed.
  static std::vector<std::int32_t> outputs(const IntegerNetwork& network, Semantics semantics = Semantics::kStep) {
    Replay replay(network, frames(published(), "input.npy"), semantics);
    std::vector<std::int32_t> outputs(9);
    for (std::int32_t& output : outputs) {
      output = replay.step();
    }
    return outputs;
  }
};

/// Element (x, y, c) at step t of a file of (x, y, c, steps), for the neuron of a volume.
float at(const std::vector<float>& values, const network::Volume& volume, std::uint32_t neuron, std::size_t t) {
  const network::Position p = volume.position_of(neuron);
  const std::size_t steps = values.size() / volume.size();
  return values[((std::size_t{p.column} * volume.rows + p.row) * volume.channels + p.channel) * steps + t];
}

TEST_F(LavaGolden, MessagesOfTheInputLayer) {
  const IntegerNetwork network = test::thresholds_of(published());
  Replay replay(network, frames(published(), "input.npy"));
  const std::vector<float> golden = test::read_npy(lava_folder() + "act0.npy");
  for (std::size_t t = 0; t < 20; ++t) {
    replay.step();
    std::vector<std::int32_t> messages(network.frame().size());
    for (const Event& event : replay.sent(0)) {
      messages[event.source] = event.value;
    }
    for (std::uint32_t i = 0; i < messages.size(); ++i) {
      ASSERT_EQ(static_cast<float>(messages[i]), at(golden, network.frame(), i, t)) << "step " << t << " neuron " << i;
    }
  }
}

/// sigma at step t is what all messages up to t - 1 make of it.
TEST_F(LavaGolden, SigmaOfTheFirstTwoLayers) {
  const IntegerNetwork network = test::thresholds_of(published());
  for (const std::size_t layer : {0U, 1U}) {
    Replay replay(network, frames(published(), "input.npy"));
    const auto golden = test::read_npy(lava_folder() + (layer == 0 ? "sigma1.npy" : "sigma2.npy"));
    const network::Volume& volume = network.layers[layer].sums;
    for (std::size_t t = 0; t < 20; ++t) {
      const std::vector<std::int32_t> sigma = replay.sigma(layer);
      for (std::uint32_t i = 0; i < sigma.size(); ++i) {
        ASSERT_EQ(static_cast<float>(sigma[i]), at(golden, volume, i, t)) << "step " << t << " neuron " << i;
      }
      replay.step();
    }
  }
}

TEST_F(LavaGolden, Output) {
  const std::vector<float> golden = test::read_npy(lava_folder() + "output.npy");
  const std::vector<std::int32_t> found = outputs(test::thresholds_of(published()));
  EXPECT_EQ(std::vector<float>(found.begin(), found.end()), golden);
  EXPECT_EQ(found.back(), -31026);
}

/// Counts and sums of every layer's messages and states at every step, and synaptic operations.
void compare_replay(const Graph& graph, std::vector<std::vector<float>> frames, const std::string& file) {
  const auto golden = nlohmann::json::parse(std::ifstream(lava_folder() + file));
  const IntegerNetwork network = test::thresholds_of(graph);
  Replay replay(network, std::move(frames));
  for (std::size_t t = 0; t < golden["steps"]; ++t) {
    std::vector<std::vector<std::int32_t>> sigmas;
    for (std::size_t l = 0; l < network.layers.size(); ++l) {
      sigmas.push_back(replay.sigma(l));
    }
    const std::int32_t output = replay.step();
    EXPECT_EQ(output, golden["output"][t]) << t;
    for (std::size_t l = 0; l < network.layers.size(); ++l) {
      const auto& sender = golden["layers"][l];
      std::int64_t sum = 0;
      std::int64_t l1 = 0;
      for (const Event& event : replay.sent(l)) {
        sum += event.value;
        l1 += std::abs(event.value);
      }
      EXPECT_EQ(replay.sent(l).size(), sender["sent_nonzero"][t]) << "layer " << l << " step " << t;
      EXPECT_EQ(sum, sender["sent_sum"][t]) << "layer " << l << " step " << t;
      EXPECT_EQ(l1, sender["sent_l1"][t]) << "layer " << l << " step " << t;
      const auto& reader = golden["layers"][l + 1];
      std::int64_t sigma_sum = 0;
      std::int64_t sigma_l1 = 0;
      for (const std::int32_t sigma : sigmas[l]) {
        sigma_sum += sigma;
        sigma_l1 += std::abs(std::int64_t{sigma});
      }
      EXPECT_EQ(sigma_sum, reader["sigma_sum"][t]) << "layer " << l << " step " << t;
      EXPECT_EQ(sigma_l1, reader["sigma_l1"][t]) << "layer " << l << " step " << t;
      EXPECT_EQ(replay.executor().work()[l][Tally::kUpdates], reader["synaptic_ops"][t]) << l << " step " << t;
    }
  }
}

TEST_F(LavaGolden, EveryLayerOfThePublishedTest) {
  compare_replay(published(), frames(published(), "input.npy"), "gts_replay.json");
}

TEST_F(LavaGolden, EveryLayerOnMovingFrames) {
  compare_replay(driving(), frames(driving(), "netx_driving_input_i8.npy"), "netx_driving_replay.json");
}

TEST_F(LavaGolden, TheVariantThatKeepsDroppedBitsOnMovingFrames) {
  const auto golden = nlohmann::json::parse(std::ifstream(lava_folder() + "netx_driving_replay.json"));
  Replay replay(test::thresholds_of(driving(), {0, network::Residue::kAll}),
                frames(driving(), "netx_driving_input_i8.npy"));
  for (const auto& output : golden["output_of_the_residue_corrected_variant"]) {
    EXPECT_EQ(replay.step(), output);
  }
}

/// The table of the data's README, section 4: the last output of the published test with one rule changed.
class LavaRules : public LavaGolden {
 protected:
  template <class Change>
  static std::int32_t with_thresholds(const Change& change) {
    IntegerNetwork network = test::thresholds_of(published());
    change(network.tensors.front().threshold->level);
    for (network::IntegerLayer& layer : network.layers) {
      if (layer.threshold) {
        change(layer.threshold->level);
      }
    }
    return outputs(network).back();
  }
  template <class Change>
  static std::int32_t with_layers(const Change& change) {
    IntegerNetwork network = test::thresholds_of(published());
    for (network::IntegerLayer& layer : network.layers) {
      change(layer);
    }
    return outputs(network).back();
  }
  /// Every kernel's weights of one pair of channels, row by row, 3 x 3.
  template <class Change>
  static std::int32_t with_kernels(const Change& change) {
    Graph graph = published();
    for (network::Node& node : graph.nodes) {
      if (auto* map = std::get_if<network::Convolution>(&node.operation)) {
        for (std::size_t i = 0; i < map->weights.size(); i += 9) {
          change(map->weights.begin() + static_cast<std::ptrdiff_t>(i));
        }
      }
    }
    return outputs(test::thresholds_of(graph)).back();
  }
};

TEST_F(LavaRules, MoreThanTheThresholdInPlaceOfAtLeast) {
  EXPECT_EQ(with_thresholds([](std::int32_t& level) { level += 1; }), -31012);
}

TEST_F(LavaRules, NoThresholds) {
  EXPECT_EQ(with_thresholds([](std::int32_t& level) { level = 0; }), -1604);
}

TEST_F(LavaRules, ThresholdsShiftedBySix) {
  EXPECT_EQ(with_thresholds([](std::int32_t& level) { level >>= 6; }), -1606);
}

TEST_F(LavaRules, WhatWasNotSentIsForgotten) {
  EXPECT_EQ(outputs(test::thresholds_of(published(), {0, network::Residue::kForgotten})).back(), 80776);
}

TEST_F(LavaRules, DroppedBitsAreKept) {
  EXPECT_EQ(outputs(test::thresholds_of(published(), {0, network::Residue::kAll})).back(), -31426);
}

TEST_F(LavaRules, BiasesAreNotShifted) {
  EXPECT_EQ(with_layers([](network::IntegerLayer& layer) {
              for (std::int32_t& bias : layer.bias) {
                bias >>= 12;
              }
            }),
            0);
}

/// Messages then need more than 16 bits.
TEST_F(LavaRules, NoRelu) {
  EXPECT_EQ(with_layers([](network::IntegerLayer& layer) {
              layer.relu = false;
              if (layer.threshold) {
                layer.threshold->message_bits = 24;
              }
            }),
            -6071498);
}

/// What a layer sends reaches the next one in the same step.
TEST_F(LavaRules, NoDelayBetweenLayers) {
  EXPECT_EQ(outputs(test::thresholds_of(published()), Semantics::kFrame).back(), 0);
}

TEST_F(LavaRules, KernelAxesExchanged) {
  EXPECT_EQ(with_kernels([](auto kernel) {
              std::swap(kernel[1], kernel[3]);
              std::swap(kernel[2], kernel[6]);
              std::swap(kernel[5], kernel[7]);
            }),
            -115652);
}

TEST_F(LavaRules, KernelsFlipped) {
  EXPECT_EQ(with_kernels([](auto kernel) { std::reverse(kernel, kernel + 9); }), 255598);
}

TEST_F(LavaRules, FlattenedColumnByColumn) {
  Graph graph = published();
  for (network::Node& node : graph.nodes) {
    auto* map = std::get_if<network::FullyConnected>(&node.operation);
    if (map == nullptr || map->inputs != 2560) {
      continue;
    }
    const std::vector<float> weights = map->weights;
    for (std::size_t i = 0; i < 2560; ++i) {  // of (x, y, c) = (20, 2, 64)
      const std::size_t from = (i % 64 * 2 + i / 64 % 2) * 20 + i / 128;
      for (std::size_t j = 0; j < 100; ++j) {
        map->weights[from * 100 + j] = weights[i * 100 + j];
      }
    }
  }
  EXPECT_EQ(outputs(test::thresholds_of(graph)).back(), 361460);
}

}  // namespace
}  // namespace sigdel
