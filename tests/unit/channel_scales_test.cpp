// One scale for each channel of a tensor, folded into integers and in the float network.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/quantise/fold.hpp"
#include "models/reference/executor.hpp"
#include "models/reference/float_network.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/random_images.hpp"

namespace sigdel::quantise {
namespace {

constexpr std::size_t kFrames = 6;

bool has_ceiling(const WeightLayers& layers) {
  return std::any_of(layers.layers.begin(), layers.layers.end(), [](const auto& layer) { return layer.ceiling; });
}

/// A random graph with random scales from 8 to 64 for all channels.
struct Case {
  explicit Case(std::uint64_t seed) : random(seed), graph(test::random_image_graph(random)) {
    layers = weight_layers(graph);
    for (std::size_t i = 0; i < layers.scales(); ++i) {
      scales.emplace_back();
      for (std::uint32_t channel = 0; channel < layers.tensors[i].shape.channels; ++channel) {
        scales.back().push_back(8 * std::exp2(3 * random.unit()));
      }
    }
    frames = test::random_frames(random, size(), kFrames);
  }

  [[nodiscard]] std::size_t size() const {
    return static_cast<std::size_t>(network::element_count(graph.input_shape()));
  }
  [[nodiscard]] network::IntegerNetwork folded(const Scales& with) const {
    return fold(layers, with, 2047, {32, 32}, "scaled");
  }
  [[nodiscard]] std::vector<std::int32_t> run(const network::IntegerNetwork& network, Mode mode) const {
    reference::FrameEncoder encoder(network, mode);
    reference::Executor executor(network, mode);
    std::vector<std::int32_t> answers;
    for (std::size_t t = 0; t < kFrames; ++t) {
      const auto outputs = executor.run(encoder.encode(std::span(frames).subspan(t * size(), size())));
      answers.insert(answers.end(), outputs.begin(), outputs.end());
    }
    return answers;
  }
  [[nodiscard]] std::vector<float> in_float() const {
    const auto read = [this](std::size_t i, std::span<float> values) {
      std::copy_n(frames.begin() + static_cast<std::ptrdiff_t>(i * size()), size(), values.begin());
    };
    return reference::run_float(graph, layers, read, kFrames, scales, 2047).outputs;
  }

  Random random;
  network::Graph graph;
  WeightLayers layers;
  Scales scales;
  std::vector<float> frames;
};

TEST(ChannelScales, IntegersAreTheFloatNetworkRoundedByChannel) {
  int networks = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const Case of(seed);
    if (has_ceiling(of.layers)) {
      continue;
    }
    ++networks;
    const network::IntegerNetwork network = of.folded(of.scales);
    const auto integers = of.run(network, Mode::kRounding);
    const auto wanted = of.in_float();
    ASSERT_EQ(integers.size(), wanted.size());
    double distance = 0;
    double magnitude = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      distance += std::abs(integers[i] * network.output_unit() - double{wanted[i]});
      magnitude += std::abs(double{wanted[i]});
    }
    EXPECT_LE(distance, 0.02 * magnitude + 1e-3 * static_cast<double>(wanted.size())) << "seed " << seed;
    EXPECT_EQ(of.run(network, Mode::kSigmaDelta), integers) << "seed " << seed;
  }
  EXPECT_GT(networks, 10);
}

TEST(ChannelScales, EqualOnesAreOneScale) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Case of(seed);
    if (has_ceiling(of.layers)) {
      continue;
    }
    Scales one;
    for (auto& tensor : of.scales) {
      std::fill(tensor.begin(), tensor.end(), 4.0);
      one.push_back({4.0});
    }
    const auto apart = of.folded(of.scales);
    const auto together = of.folded(one);
    for (std::size_t l = 0; l < apart.layers.size(); ++l) {
      EXPECT_EQ(apart.layers[l].bias, together.layers[l].bias);
      for (std::size_t map = 0; map < apart.layers[l].synapses.size(); ++map) {
        EXPECT_EQ(apart.layers[l].synapses[map].values(), together.layers[l].synapses[map].values());
      }
    }
    EXPECT_EQ(of.run(apart, Mode::kSigmaDelta), of.run(together, Mode::kSigmaDelta));
  }
}

TEST(ChannelScales, AreAsManyAsChannels) {
  Case of(1);
  of.scales.front().push_back(1);
  EXPECT_THAT(test::error_of([&] { return of.folded(of.scales); }),
              testing::HasSubstr("it takes one, or one for each of its"));
}

TEST(ChannelScales, RefuseACeiling) {
  int refused = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    Case of(seed);
    const bool hidden =
        std::any_of(of.layers.layers.begin(), of.layers.layers.end() - 1,
                    [&](const WeightLayer& layer) { return layer.ceiling && of.scales[layer.tensor].size() > 1; });
    if (hidden) {
      ++refused;
      EXPECT_THAT(test::error_of([&] { return of.folded(of.scales); }), testing::HasSubstr("its ReLU has a ceiling"));
    }
  }
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace sigdel::quantise
