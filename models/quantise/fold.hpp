/// From a float network and scales to integers: docs/arithmetic.md, "Folding".
#pragma once

#include <span>
#include <string>
#include <vector>

#include "models/network/graph.hpp"
#include "models/network/integer_network.hpp"

namespace sigdel::quantise {

/// A weight layer of a chain: a fully connected node and the ReLU behind it, if there is one.
struct WeightLayer {
  std::string name;
  const network::FullyConnected* map = nullptr;  ///< owned by the graph
  bool relu = false;
};

/// The weight layers of a graph, in order. Throws InputError that names the node where it is not a chain of fully
/// connected layers.
std::vector<WeightLayer> weight_layers(const network::Graph& graph);

struct NumberFormat {
  int weight_bits = 32;       ///< 8, 16 or 32
  int accumulator_bits = 32;  ///< 16 or 32
};

/// Folds one positive scale per quantised tensor (as many as weight layers) into integer weights and biases.
/// `clamp` is the largest magnitude on a quantised tensor, `family` names the integers in messages ("scaled", "grid").
/// Throws InputError that names layer and bound when no number of fraction bits fits.
network::IntegerNetwork fold(const network::Graph& graph, std::span<const double> scales, std::int32_t clamp,
                             const NumberFormat& format, const std::string& family);

/// Scales of the activation grid from the largest magnitude of each quantised tensor.
std::vector<double> grid_scales(std::span<const float> ranges, int activation_bits);

}  // namespace sigdel::quantise
