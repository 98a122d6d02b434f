/// The synaptic operation.
#pragma once

#include <cstdint>

namespace sigdel::network {

/// sum + factor * weight, modulo 2^32 as two's-complement hardware does it; the bound of a layer keeps sums in range.
constexpr std::int32_t multiply_add(std::int32_t sum, std::int32_t factor, std::int32_t weight) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(sum) +
                                   static_cast<std::uint32_t>(factor) * static_cast<std::uint32_t>(weight));
}

}  // namespace sigdel::network
