/// The arithmetic of docs/arithmetic.md once more, as plain loops over 64-bit integers, to compare the engines with. It
/// gathers what a target reads where the engines scatter what a source sends, and shares no index with them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/network/integer_network.hpp"

namespace sigdel::test {

/// One frame: the quantised tensors, neuron by neuron as network::Volume numbers them, and what the output layer sends.
struct PlainFrame {
  std::vector<std::vector<std::int64_t>> tensors;  ///< of a chain the one that layer l reads
  std::vector<std::int64_t> outputs;
  std::vector<std::uint64_t> saturations;  ///< per layer, values that its clamp changed
  std::uint64_t input_saturations = 0;
};

PlainFrame run_plainly(const network::IntegerNetwork& network, std::span<const float> frame);

/// Per neuron of a tensor, how many weights meet an accumulator: of the whole convolution, and without the rows and
/// columns of accumulators behind the last pooling window, which are no part of the layer.
struct Targets {
  std::vector<std::uint64_t> all;
  std::vector<std::uint64_t> pooled;
};
/// Of the tensor that synapses number `input` read.
Targets count_targets(const network::IntegerLayer& layer, std::size_t input);

}  // namespace sigdel::test
