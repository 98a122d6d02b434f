/// What travels on the network on chip. Every packet is one flit.
#pragma once

#include <cstdint>

namespace sigdel::sim {

enum class PacketKind : std::uint8_t {
  kSpike,       ///< a source neuron and its integer, to a core; or an accumulator of the output layer, to the host
  kEndOfFrame,  ///< `value` spikes were sent to this destination in this frame by this source
  kReady,       ///< the receiver of connection `layer` takes the next frame
};

/// A core's index, or the host.
using Endpoint = std::uint16_t;
inline constexpr Endpoint kHost = 0xffff;

/// Connection l carries what layer l reads; the connection behind the last layer ends at the host.
///
/// In 64 bits: kind 2, destination 13, connection 8, then neuron 17 and spike value 17; or, to the host, neuron 17 and
/// accumulator 32 (no connection); or source 13 and count 18.
struct Packet {
  std::int32_t value = 0;
  std::uint32_t source = 0;  ///< neuron for spikes; sending endpoint for tokens
  Endpoint destination = 0;
  std::uint16_t connection = 0;
  PacketKind kind = PacketKind::kSpike;
};

}  // namespace sigdel::sim
