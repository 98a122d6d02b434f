/// The machine as plain data. docs/timing.md says what each number does to time; scenario keys have the same names.
#pragma once

#include <cstdint>

#include "models/base/mode.hpp"

namespace sigdel::sim {

/// What the packet format (sim/core/packet.hpp) can hold.
inline constexpr std::uint32_t kMaxLayers = 255;
inline constexpr std::uint32_t kMaxNeurons = 1U << 17U;  ///< of a layer

struct RouterConfig {
  std::uint32_t queue_depth = 4;  ///< flits per input queue, >= 1
  std::uint32_t flit_bits = 64;   ///< a packet is one flit: 64 at least
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
  Encoding encoding = Encoding::kUnary;
};

struct MachineConfig {
  double clock_mhz = 0;        ///< > 0
  double frame_period_us = 0;  ///< a frame enters no earlier than this after the one before; 0: back to back
  std::uint32_t columns = 1;   ///< 1..64
  std::uint32_t rows = 1;      ///< 1..64
  RouterConfig router;
  CoreConfig core;
};

}  // namespace sigdel::sim
