/// An off-chip memory as plain data.
#pragma once

#include <cstdint>

namespace sigdel::sim {

/// Cycles are those of the one clock. The defaults are round numbers of the size of an LPDDR4 channel beside a chip at
/// 500 MHz (`assumed`); burst and row have prices in energy/tables/horowitz-45nm.yaml.
struct DramConfig {
  std::uint32_t bytes_per_cycle = 16;   ///< bandwidth of the data bus, >= 1
  std::uint32_t burst_bytes = 64;       ///< what one transfer moves, 1 .. 2^28
  std::uint32_t banks = 8;              ///< each with a row of its own that can be open, 1 .. 2^20
  std::uint32_t row_bytes = 2048;       ///< of one bank, a multiple of burst_bytes, up to 2^28
  std::uint32_t hit_latency = 10;       ///< cycles from the start of a burst to its first byte if its row is open
  std::uint32_t activate_latency = 9;   ///< cycles more if the bank has to open the row first
  std::uint32_t precharge_latency = 9;  ///< cycles more if it has to close another row before that
  std::uint32_t bursts_in_flight = 16;  ///< bursts started and not yet transferred, 1 .. 2^20
  std::uint32_t queue_depth = 8;        ///< requests that wait at the memory, 1 .. 2^20
  std::uint32_t reply_bursts = 64;      ///< the requester's buffer for replies, in bursts, 1 .. 2^20

  /// Cycles for which a burst holds the data bus.
  [[nodiscard]] std::uint32_t transfer_cycles() const {
    return burst_bytes / bytes_per_cycle + (burst_bytes % bytes_per_cycle == 0 ? 0 : 1);
  }
  /// Cycles after which a bank can give one burst of yet another row: precharge, activate, hit and transfer.
  [[nodiscard]] std::uint64_t row_cycle() const {
    return std::uint64_t{precharge_latency} + activate_latency + hit_latency + transfer_cycles();
  }
};

/// The same. Throws std::invalid_argument that names the member which is out of its range, its value and the range.
DramConfig checked(const DramConfig& config);

}  // namespace sigdel::sim
