/// From a network that was trained with thresholds to its own integers: docs/arithmetic.md, "Thresholds".
#pragma once

#include "models/network/graph.hpp"
#include "models/network/integer_network.hpp"
#include "models/quantise/fold.hpp"
#include "models/quantise/weight_layers.hpp"

namespace sigdel::quantise {

/// What a run may choose.
struct MessageRules {
  int message_bits = 0;  ///< width of a message with its sign, 2..16; 0: the file's
  network::Residue residue = network::Residue::kUnsent;
};

/// The integers of `graph`, whose fixed_point is there, and whose weight layers are `layers`. Nothing is rounded.
/// Throws InputError that names the layer for a layer without a threshold before the last, weights, biases and
/// thresholds that do not fit `format`, and accumulators of less than 32 bits.
network::IntegerNetwork fold_thresholds(const network::Graph& graph, const WeightLayers& layers,
                                        const NumberFormat& format, const MessageRules& rules);

}  // namespace sigdel::quantise
