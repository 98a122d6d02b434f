/// What travels on the network on chip.
#pragma once

#include <cstdint>

#include "sim/core/config.hpp"

namespace sigdel::sim {

enum class PacketKind : std::uint8_t {
  kSpike,       ///< a source neuron and its integer, to cores; or an output, to the host
  kEndOfFrame,  ///< `value` spikes were sent to this destination in this frame by this source
  kReady,       ///< a reader of tensor `connection` takes the next frame
};

/// A core's index, a multicast group of a tensor, or a host port.
using Endpoint = std::uint16_t;
inline constexpr Endpoint kHost = 0xffff;           ///< port 0; port p is p below
inline constexpr Endpoint kFirstGroup = 0x1000;     ///< behind the largest mesh's last core
inline constexpr std::uint32_t kMostGroups = 8192;  ///< what 13 bits can name

constexpr Endpoint host_endpoint(std::uint32_t port) { return static_cast<Endpoint>(kHost - port); }
constexpr bool is_host(Endpoint endpoint) { return endpoint >= kFirstGroup + kMostGroups; }
constexpr Endpoint group_endpoint(std::uint32_t group) { return static_cast<Endpoint>(kFirstGroup + group); }
constexpr bool is_group(Endpoint endpoint) { return endpoint >= kFirstGroup && !is_host(endpoint); }
/// Only if is_group(endpoint).
constexpr std::uint32_t group_of(Endpoint endpoint) { return std::uint32_t{endpoint} - kFirstGroup; }
/// Only if is_host(endpoint).
constexpr std::uint32_t port_of(Endpoint endpoint) { return std::uint32_t{kHost} - endpoint; }

/// A connection carries one tensor of the network and has its number; that of the last tensor ends at the host ports.
struct Packet {
  std::int32_t value = 0;
  std::uint32_t source = 0;  ///< neuron for spikes; sending endpoint for tokens
  Endpoint destination = 0;
  std::uint16_t connection = 0;
  PacketKind kind = PacketKind::kSpike;
  std::uint8_t flits = 1;
};

/// Bits of a token: kind 2 (spike, multicast spike, end of frame, ready), destination 13, connection 8; an end of frame
/// also has source 13 and count 24.
constexpr std::uint32_t token_bits(PacketKind kind) { return kind == PacketKind::kEndOfFrame ? 60 : 23; }

/// Bits of a spike to cores: kind 2, destination (or group) 13, connection 8, neuron 24, and the value with its sign
/// (network::Tensor::value_bits).
constexpr std::uint32_t spike_bits(std::uint32_t value_bits) { return 47 + value_bits; }

/// Bits of an output to the host: kind 2, destination 13, accumulator 32 and neuron 17, or 24 where there are more.
constexpr std::uint32_t output_bits(std::uint32_t neurons) { return neurons <= 1U << 17U ? 64 : 71; }

constexpr std::uint8_t flits_of(std::uint32_t bits, std::uint32_t flit_bits) {
  return static_cast<std::uint8_t>((bits + flit_bits - 1) / flit_bits);
}

}  // namespace sigdel::sim
