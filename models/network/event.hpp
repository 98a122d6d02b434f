/// What travels between layers.
#pragma once

#include <cstdint>

namespace sigdel::network {

/// A source neuron and the integer it sends (an activation, or its change).
struct Event {
  std::uint32_t source = 0;
  std::int32_t value = 0;

  constexpr bool operator==(const Event&) const = default;
};

}  // namespace sigdel::network
