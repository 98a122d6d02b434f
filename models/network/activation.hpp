/// What the activation unit makes of accumulators.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "models/network/integer_network.hpp"

namespace sigdel::network {

/// Rounds accumulator / 2^fraction_bits half away from zero with an add and an arithmetic shift; fraction_bits >= 1.
constexpr std::int64_t round_shift(std::int64_t accumulator, int fraction_bits) {
  const std::int64_t half = std::int64_t{1} << (fraction_bits - 1);
  return (accumulator + half - (accumulator < 0 ? 1 : 0)) >> fraction_bits;
}

/// What the activation unit of a hidden layer makes of an accumulator.
struct Activation {
  std::int32_t value = 0;
  bool saturated = false;  ///< the clamp changed it
};

/// ReLU if the layer has one, and its ceiling.
inline std::int32_t rectified(const IntegerLayer& layer, std::int32_t accumulator) {
  return std::min(layer.relu ? std::max(accumulator, 0) : accumulator, layer.ceiling);
}

/// The same, then rounding and clamp.
inline Activation activate(const IntegerLayer& layer, std::int32_t accumulator) {
  const auto rounded = static_cast<std::int32_t>(round_shift(rectified(layer, accumulator), layer.fraction_bits));
  const std::int32_t value = std::clamp(rounded, -layer.clamp, layer.clamp);
  return {value, value != rounded};
}

/// The activations of neighbouring accumulators, into as many `values`; how many the clamp changed.
std::uint32_t activate(const IntegerLayer& layer, std::span<const std::int32_t> accumulators, std::int32_t* values);

}  // namespace sigdel::network
