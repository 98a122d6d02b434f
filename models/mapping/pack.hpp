/// Layers that share cores, in networks with images.
#pragma once

#include "models/mapping/attempt.hpp"

namespace sigdel::mapping {

/// Cuts every layer into as many parts as its dense work and state ask for and puts them, the largest first, each on
/// the core that is least full with it (of work, weights or state) and has no part of the same layer. Then evens out:
/// the parts of each layer are cut again, with shares that fill up what else their cores have to do, and the busiest
/// core passes on or exchanges parts. All that with coarser and finer parts; the mapping is taken whose busiest core
/// has the least dense work, each event that a core gets on average counted as kUpdatesPerEvent updates.
Attempt pack(const network::IntegerNetwork& network, const Capacity& capacity);

}  // namespace sigdel::mapping
