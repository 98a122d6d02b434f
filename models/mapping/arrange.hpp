/// Where on the mesh the cores of a mapping go.
#pragma once

#include "models/mapping/mapping.hpp"

namespace sigdel::mapping {

/// Gives the cores of a mapping other places on the mesh, each core's slices together, so that what is sent travels
/// few links: values that reach another core times the links between both, summed over all pairs of cores for a frame
/// of non-zero values, which comes from core 0's corner and whose answer goes there. Starts with the layers' order
/// along the snake and exchanges two cores as long as that helps (on meshes of up to 1,024 cores).
void arrange(Mapping& mapping, const network::IntegerNetwork& network, const Capacity& capacity);

/// The sum that `arrange` makes small.
std::uint64_t distance_of(const Mapping& mapping, const network::IntegerNetwork& network, const Capacity& capacity);

/// The p-th core in snake order: even rows from left to right, odd ones back.
CoreId snake(const Capacity& capacity, std::uint32_t p);

}  // namespace sigdel::mapping
