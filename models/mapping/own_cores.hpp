/// Every layer on cores of its own.
#pragma once

#include <optional>

#include "models/mapping/mapping.hpp"

namespace sigdel::mapping {

/// Each layer on as few cores as hold it, and the cores that are left one by one to the layer with the most dense work
/// per core; every layer cut evenly. Along the snake. Nothing if there are too few cores.
std::optional<Mapping> own_cores(const network::IntegerNetwork& network, const Capacity& capacity);

}  // namespace sigdel::mapping
