/// The quantiser of networks that were trained with thresholds: docs/arithmetic.md, "Thresholds".
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "models/base/enum_table.hpp"

namespace sigdel::network {

/// What a neuron remembers of what it did not send.
enum class Residue {
  kForgotten,  ///< nothing: a change is one from the step before
  kUnsent,     ///< changes below the threshold add up until they reach it; the bits that a message drops are lost
  kAll,        ///< dropped bits too, and what the message's width cuts off
};

/// Of one layer, or of the frame; magnitudes in the units of its state (accumulators).
struct Threshold {
  std::int32_t level = 0;  ///< a change of this magnitude or more is sent; 0: any change
  int dropped_bits = 6;    ///< message = change / 2^dropped_bits, rounded toward minus infinity; 1..15
  int message_bits = 16;   ///< width of a message with its sign, 2..16
  Residue residue = Residue::kUnsent;

  constexpr bool operator==(const Threshold&) const = default;
  /// Largest magnitude of a message.
  [[nodiscard]] constexpr std::int32_t most() const { return (std::int32_t{1} << (message_bits - 1)) - 1; }
};

/// What a neuron sends when its state is `value`, 0: nothing; `sent` is the state that its readers should have, and
/// changes with it. Both at most 2^30 in magnitude. `saturations` counts messages that were too wide.
inline std::int32_t message_of(const Threshold& threshold, std::int32_t value, std::int32_t& sent,
                               std::uint32_t& saturations) {
  const std::int32_t change = value - sent;
  const bool reaches = std::abs(change) >= threshold.level;
  const std::int32_t wanted = reaches ? change >> threshold.dropped_bits : 0;
  const std::int32_t message = std::clamp(wanted, -threshold.most(), threshold.most());
  saturations += message != wanted ? 1U : 0U;
  if (threshold.residue == Residue::kAll) {
    sent += message * (std::int32_t{1} << threshold.dropped_bits);
  } else if (threshold.residue == Residue::kForgotten || reaches) {
    sent = value;
  }
  return message;
}

}  // namespace sigdel::network

namespace sigdel {
template <>
struct EnumTable<network::Residue> {
  static constexpr std::array<std::string_view, 3> names{"forgotten", "unsent", "all"};
};
}  // namespace sigdel
