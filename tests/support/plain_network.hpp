/// The arithmetic of docs/arithmetic.md once more, as plain loops over 64-bit integers, to compare the engines with.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/network/integer_network.hpp"

namespace sigdel::test {

/// One frame: the quantised tensor that each layer reads, and the output layer's accumulators.
struct PlainFrame {
  std::vector<std::vector<std::int64_t>> tensors;
  std::vector<std::int64_t> outputs;
  std::vector<std::uint64_t> saturations;  ///< per layer, values that its clamp changed
  std::uint64_t input_saturations = 0;
};

PlainFrame run_plainly(const network::IntegerNetwork& network, std::span<const float> frame);

}  // namespace sigdel::test
