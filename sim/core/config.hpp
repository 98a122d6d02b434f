/// The machine as plain data. docs/timing.md says what each number does to time; scenario keys have the same names.
#pragma once

#include <algorithm>
#include <cmath>
#include <compare>
#include <cstdint>
#include <vector>

#include "models/base/mode.hpp"
#include "models/base/units.hpp"
#include "sim/core/dram_config.hpp"

namespace sigdel::sim {

/// What the packet format (sim/core/packet.hpp) can hold.
inline constexpr std::uint32_t kPacketBits = 64;         ///< of a spike, but for those with very large values
inline constexpr std::uint32_t kMaxTensors = 256;        ///< of a network
inline constexpr std::uint32_t kMaxNeurons = 1U << 24U;  ///< of a tensor
inline constexpr std::uint32_t kMaxHostPorts = 256;      ///< all edges of the largest mesh

/// How a spike with targets in several cores travels.
enum class Multicast {
  kTree,     ///< once, forking in routers
  kUnicast,  ///< the source repeats it for each core
};

/// How the layers keep their frames apart.
enum class Discipline {
  kWavefront,  ///< tokens: a layer fires a frame when it has all of it and its targets are ready for it
  kBarrier,    ///< steps: all layers fire what they had before the step, then all wait for each other
};

/// A side of the mesh.
enum class Edge { kNorth, kEast, kSouth, kWest };

/// Where a host port is: at the free side of the router in that row (west, east) or column (north, south).
struct HostPort {
  Edge edge = Edge::kWest;
  std::uint32_t position = 0;

  constexpr auto operator<=>(const HostPort&) const = default;
};

struct RouterConfig {
  std::uint32_t queue_depth = 4;   ///< flits per input queue, at least as many as the widest packet has
  std::uint32_t flit_bits = 64;    ///< width of a link
  std::uint32_t latency = 1;       ///< cycles that a flit spends in a router without load
  std::uint32_t link_latency = 1;  ///< cycles that a flit spends on a link between routers or host and router
  Multicast multicast = Multicast::kTree;
};

struct CoreConfig {
  std::uint32_t lanes = 16;        ///< adders (multipliers in the dense modes), >= 1
  std::uint32_t inbox_depth = 8;   ///< packets, >= 1
  std::uint32_t outbox_depth = 8;  ///< entries, >= 2
  std::uint32_t scan_rate = 1;     ///< neurons per cycle that the fire unit reads, >= 1
  std::uint32_t weight_port_bits = 128;
  std::uint32_t state_port_bits = 1024;  ///< shared by reads and writes
  std::uint32_t word_bits = 64;          ///< one access of a memory, for counting energy
  std::uint64_t weight_memory_bytes = 262144;
  std::uint64_t state_memory_bytes = 65536;
  /// Equal parts of a memory with words interleaved. 1: one memory whose port is as wide as it says; several: each
  /// delivers one word per cycle, and a word costs what a memory of one bank's size costs.
  std::uint32_t weight_banks = 1;
  std::uint32_t state_banks = 1;
  std::uint64_t row_cache_bytes = 16384;  ///< of the cache that a core has before an off-chip memory
  std::uint32_t reply_bursts = 16;        ///< and of its buffer for replies from there, >= 1
  Encoding encoding = Encoding::kUnary;
  Scan scan = Scan::kAll;

  /// Bits per cycle, as ports and banks allow.
  [[nodiscard]] std::uint32_t weight_bits_per_cycle() const {
    return weight_banks == 1 ? weight_port_bits : std::min(weight_port_bits, weight_banks * word_bits);
  }
  [[nodiscard]] std::uint32_t state_bits_per_cycle() const {
    return state_banks == 1 ? state_port_bits : std::min(state_port_bits, state_banks * word_bits);
  }
};

struct MachineConfig {
  double clock_mhz = 0;        ///< > 0
  double frame_period_us = 0;  ///< a frame enters no earlier than this after the one before; 0: back to back
  std::uint32_t columns = 1;   ///< 1..64
  std::uint32_t rows = 1;      ///< 1..64
  Discipline discipline = Discipline::kWavefront;
  Semantics semantics = Semantics::kFrame;       ///< kStep needs the barrier
  std::uint32_t sync_cycles = 0;                 ///< of the barrier: cycles between the steps
  std::vector<HostPort> host_ports{HostPort{}};  ///< at least one, all different, each at an edge that is there
  bool spills = false;                           ///< what does not fit the cores' memories is kept off chip
  std::vector<HostPort> memory_ports{HostPort{Edge::kEast, 0}};  ///< each with an off-chip memory of its own
  DramConfig dram;
  RouterConfig router;
  CoreConfig core;

  /// frame_period_us in whole cycles.
  [[nodiscard]] Cycles frame_period() const {
    return {static_cast<std::uint64_t>(std::llround(frame_period_us * clock_mhz))};
  }
};

}  // namespace sigdel::sim

namespace sigdel {
template <>
struct EnumTable<sim::Edge> {
  static constexpr std::array<std::string_view, 4> names{"north", "east", "south", "west"};
};

template <>
struct EnumTable<sim::Multicast> {
  static constexpr std::array<std::string_view, 2> names{"tree", "unicast"};
};
template <>
struct EnumTable<sim::Discipline> {
  static constexpr std::array<std::string_view, 2> names{"wavefront", "barrier"};
};
}  // namespace sigdel
