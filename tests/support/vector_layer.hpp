/// A fully connected layer in integers, for tests that need one by hand.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "models/network/integer_network.hpp"

namespace sigdel::test {

/// Layer `id` of a chain: reads tensor `id` and writes the next. Weights input by input, one bias per output; one
/// fraction bit, so that a weight of 2 is one; no ReLU.
network::IntegerLayer vector_layer(std::uint32_t id, std::uint32_t inputs, std::span<const std::int32_t> weights,
                                   std::vector<std::int32_t> bias, int weight_bits = 32);

/// Other weights in the place of the first synapses', in the order of Synapses::values().
void set_weights(network::IntegerLayer& layer, std::span<const std::int32_t> weights);

}  // namespace sigdel::test
