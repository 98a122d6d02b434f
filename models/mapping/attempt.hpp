#pragma once

#include <optional>

#include "models/mapping/mapping.hpp"

namespace sigdel::mapping {

/// A mapping, or the layer for which the cores had no room.
struct Attempt {
  Mapping mapping;
  std::optional<LayerId> misfit{};
};

}  // namespace sigdel::mapping
