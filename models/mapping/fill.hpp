/// Layers that share cores, neuron by neuron or channel by channel.
#pragma once

#include "models/mapping/attempt.hpp"

namespace sigdel::mapping {

/// Layer after layer along the snake, each core filled with whole neurons before the next, with the least dense work
/// per core with which the cores suffice (more room never needs more cores). All layers send vectors.
Attempt fill(const network::IntegerNetwork& network, const Capacity& capacity);

/// Layer after layer, all pixels of as many channels as fit on the core where most fit, then the next such core, with
/// the least dense work per core with which that works out (as halving finds it). No weight is stored twice and no room
/// is left that holds a channel; but every event goes to all cores of a layer.
Attempt fill_channels(const network::IntegerNetwork& network, const Capacity& capacity);

}  // namespace sigdel::mapping
