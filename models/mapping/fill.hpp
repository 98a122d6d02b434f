/// Layers that share cores, in networks of vectors.
#pragma once

#include "models/mapping/attempt.hpp"

namespace sigdel::mapping {

/// Layer after layer along the snake, each core filled with whole neurons before the next, with the least dense work
/// per core with which the cores suffice. All layers have one pixel.
Attempt fill(const network::IntegerNetwork& network, const Capacity& capacity);

}  // namespace sigdel::mapping
