/// From a float network and scales to integers: docs/arithmetic.md, "Folding".
#pragma once

#include <span>
#include <string>
#include <vector>

#include "models/network/graph.hpp"
#include "models/network/integer_network.hpp"
#include "models/quantise/scales.hpp"
#include "models/quantise/weight_layers.hpp"

namespace sigdel::quantise {

struct NumberFormat {
  int weight_bits = 32;       ///< 8, 16 or 32
  int accumulator_bits = 32;  ///< 16 or 32
};

/// Folds the positive scales of the quantised tensors (all but the last) into integer weights and biases: between input
/// channel i and output channel j a weight is w * k_out[j] / k_in[i].
/// `clamp` is the largest magnitude that a quantiser lets through, `family` names the integers in messages ("scaled",
/// "grid"). Throws InputError that names layer and bound when no number of fraction bits fits, and for scales per
/// channel behind a ReLU with a ceiling (ReLU6), of which a layer has one.
network::IntegerNetwork fold(const WeightLayers& layers, const Scales& scales, std::int32_t clamp,
                             const NumberFormat& format, const std::string& family);
/// The same with one scale per tensor.
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
