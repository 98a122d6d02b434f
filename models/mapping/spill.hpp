/// What does not fit the cores' memories goes off chip.
#pragma once

#include "models/mapping/mapping.hpp"

namespace sigdel::mapping {

/// Marks, on every core whose memories do not hold all its parts, the parts whose weights (states) are kept off chip:
/// those with the least dense work per byte, so that what is used most stays. Biases always stay.
void spill(Mapping& mapping, const network::IntegerNetwork& network, const Capacity& capacity);

/// Bytes of weights (states) that a slice needs on its core.
std::uint64_t weight_bytes_on_core(const network::IntegerNetwork& network, const Slice& slice);
std::uint64_t state_bytes_on_core(const network::IntegerNetwork& network, const Slice& slice,
                                  std::uint32_t accumulator_banks);

}  // namespace sigdel::mapping
