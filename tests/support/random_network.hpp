/// Random networks and frame sequences for property tests: a seed gives the same case on every platform.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/base/random.hpp"
#include "models/network/graph.hpp"
#include "models/network/integer_network.hpp"
#include "models/quantise/fold.hpp"

namespace sigdel::test {

struct RandomNetworkConfig {
  std::int64_t fewest_layers = 1;
  std::int64_t most_layers = 4;
  std::int64_t narrowest = 1;  ///< inputs or outputs of a layer
  std::int64_t widest = 70;
  std::size_t frames = 20;
};

/// A chain of fully connected layers, most with ReLU, some weights zero, with or without biases and a softmax.
network::Graph random_graph(Random& random, const RandomNetworkConfig& config = {});

/// `count` frames of values in [-1, 1], one after the other: repeated, changed in a few places, or new; about half
/// of the values are zero, and in half of the sequences none is negative.
std::vector<float> random_frames(Random& random, std::size_t inputs, std::size_t count);

/// A network in integers of random widths, scales and clamp (small clamps saturate), and frames for it.
struct RandomCase {
  network::Graph graph;
  network::IntegerNetwork network;
  quantise::NumberFormat format;
  std::vector<double> scales;  ///< of the quantised tensors
  std::vector<float> frames;

  [[nodiscard]] std::size_t frame_count() const { return frames.size() / inputs(); }
  [[nodiscard]] std::span<const float> frame(std::size_t t) const {
    return std::span(frames).subspan(t * inputs(), inputs());
  }
  [[nodiscard]] std::size_t inputs() const { return network.frame().size(); }
};

/// A graph in integers of random scales, clamp and widths; of the widest where those do not fit. No frames yet.
RandomCase random_integers(Random& random, network::Graph graph);

RandomCase random_case(std::uint64_t seed, const RandomNetworkConfig& config = {});

}  // namespace sigdel::test
