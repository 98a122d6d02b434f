/// What a network needs of the array's memories.
#pragma once

#include <cstdint>

#include "models/network/integer_network.hpp"
#include "sim/systolic/config.hpp"

namespace sigdel::systolic {

/// Bytes.
struct Need {
  /// Of the neediest layer: a batch of what it reads and, but for the last, of what it writes.
  std::uint64_t input = 0;
  std::uint64_t weights = 0;  ///< all weights and biases
  /// Of the neediest layer: a batch of a fold's partial sums, or of the last layer's outputs.
  std::uint64_t output = 0;
};

Need need_of(const network::IntegerNetwork& network, const Config& config);

}  // namespace sigdel::systolic
