/// What travels on the network on chip.
#pragma once

#include <cstdint>

#include "sim/core/config.hpp"

namespace sigdel::sim {

enum class PacketKind : std::uint8_t {
  kSpike,       ///< a source neuron and its integer, to cores; or an accumulator of the output layer, to the host
  kEndOfFrame,  ///< `value` spikes were sent to this destination in this frame by this source
  kReady,       ///< the receiver of connection `connection` takes the next frame
};

/// A core's index, a host port, or all targets of a connection.
using Endpoint = std::uint16_t;
inline constexpr Endpoint kHost = 0xffff;  ///< port 0; port p is p below
inline constexpr Endpoint kAllTargets = 0x8000;

constexpr Endpoint host_endpoint(std::uint32_t port) { return static_cast<Endpoint>(kHost - port); }
constexpr bool is_host(Endpoint endpoint) { return endpoint > kAllTargets; }
/// Only if is_host(endpoint).
constexpr std::uint32_t port_of(Endpoint endpoint) { return std::uint32_t{kHost} - endpoint; }

/// Connection l carries what layer l reads; the connection behind the last layer ends at the host ports.
struct Packet {
  std::int32_t value = 0;
  std::uint32_t source = 0;  ///< neuron for spikes; sending endpoint for tokens
  Endpoint destination = 0;
  std::uint16_t connection = 0;
  PacketKind kind = PacketKind::kSpike;
  std::uint8_t flits = 1;
};

/// Bits that a packet needs: kind 2, destination 13 (one value of it for all targets), connection 8, then neuron
/// 17 and spike value 17, or source 13 and count 18, or nothing; to the host, neuron 17 and accumulator 32, no
/// connection.
constexpr std::uint32_t packet_bits(PacketKind kind, Endpoint destination) {
  if (kind == PacketKind::kSpike) {
    return is_host(destination) ? kWidestPacketBits : 57;
  }
  return kind == PacketKind::kEndOfFrame ? 54 : 23;
}

/// The same packet with its number of flits set.
constexpr Packet in_flits(Packet packet, std::uint32_t flit_bits) {
  packet.flits = static_cast<std::uint8_t>((packet_bits(packet.kind, packet.destination) + flit_bits - 1) / flit_bits);
  return packet;
}

}  // namespace sigdel::sim
