/// From a float network and scales to integers: docs/arithmetic.md, "Folding".
#pragma once

#include <span>
#include <string>
#include <vector>

#include "models/network/graph.hpp"
#include "models/network/integer_network.hpp"
#include "models/quantise/weight_layers.hpp"

namespace sigdel::quantise {

struct NumberFormat {
  int weight_bits = 32;       ///< 8, 16 or 32
  int accumulator_bits = 32;  ///< 16 or 32
};

/// Folds one positive scale per quantised tensor (all but the last) into integer weights and biases.
/// `clamp` is the largest magnitude that a quantiser lets through, `family` names the integers in messages ("scaled",
/// "grid"). Throws InputError that names layer and bound when no number of fraction bits fits.
network::IntegerNetwork fold(const WeightLayers& layers, std::span<const double> scales, std::int32_t clamp,
                             const NumberFormat& format, const std::string& family);
/// The same of a graph's weight layers.
network::IntegerNetwork fold(const network::Graph& graph, std::span<const double> scales, std::int32_t clamp,
                             const NumberFormat& format, const std::string& family);

/// Scales of factor / rms per quantised tensor, rounded to eight significant bits (docs/decisions/0010); 1 for a tensor
/// whose rms is 0.
std::vector<double> factor_scales(std::span<const double> rms, double factor);

/// Scales of the activation grid from the largest magnitude of each quantised tensor.
std::vector<double> grid_scales(std::span<const float> ranges, int activation_bits);

}  // namespace sigdel::quantise
