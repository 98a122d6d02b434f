/// One channel of off-chip DRAM behind one memory port.
///
/// Addresses: rows of row_bytes go round the banks; row number address / row_bytes is in bank (row number mod banks).
/// Bursts lie at multiples of burst_bytes. All rows are closed at first; one that was opened stays open until its
/// bank needs another.
///
/// Timing, in cycles of the one clock:
///  - requests are served in order, burst by burst, and never reordered; one burst starts per cycle at most;
///  - a burst whose row is not open starts only when the bank has transferred all earlier bursts, and holds up what
///    comes after it until then;
///  - a burst starts only if fewer than bursts_in_flight earlier ones are not yet transferred;
///  - first byte: hit_latency after the start, activate_latency later if the row must be opened, and precharge_latency
///    later still if another row must be closed; hits in a row that is being opened wait until it is open;
///  - the data bus is held for transfer_cycles() per burst, in order; latencies overlap with earlier transfers;
///  - the reply can be taken in the cycle after the last byte's; a write has the latencies of a read;
///  - the memory never waits for room for a reply: its requester has reserved it (sim/core/memory_port.hpp). A reply
///    without room is an error of the requester's, std::logic_error.
/// Not modelled: refresh, the bus turning from reads to writes, a limit on activations, a row's minimum time open.
///
/// Counts per layer bursts read and written and rows opened.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/base/activity.hpp"
#include "sim/core/block.hpp"
#include "sim/core/memory_port.hpp"

namespace sigdel::sim {

class Dram final : public ClockedBlock {
 public:
  /// `port`, which has the config, outlives it; a request that names a layer beyond `layers` is std::out_of_range.
  Dram(std::string name, std::uint32_t layers, MemoryPort& port);

  void step(Cycles now) override;
  [[nodiscard]] bool at_rest() const override;
  [[nodiscard]] std::string waits_for() const override;

  struct LayerCounts {
    std::uint64_t reads = 0;      ///< bursts
    std::uint64_t writes = 0;     ///< bursts
    std::uint64_t activates = 0;  ///< rows opened
  };
  /// By layer.
  [[nodiscard]] const std::vector<LayerCounts>& counts() const { return counts_; }
  [[nodiscard]] const DramConfig& config() const { return config_; }

 private:
  struct Bank {
    std::optional<std::uint64_t> row;  ///< the open one's number
    Cycles open;                       ///< from when on it is
    Cycles transferred;                ///< the cycle after the last byte of all its bursts so far
  };

  [[nodiscard]] std::uint64_t row_number() const { return burst_ * config_.burst_bytes / config_.row_bytes; }
  bool take_request(Cycles now);
  [[nodiscard]] Cycles earliest_start() const;
  void start_burst(Cycles now);
  Cycles open_row(Cycles now, Bank& bank);
  Cycles transfer(Cycles first_byte);

  DramConfig config_;
  MemoryPort* port_;
  std::vector<Bank> banks_;
  std::vector<Cycles> over_;  ///< when the last bursts_in_flight bursts are transferred, a ring
  std::size_t oldest_ = 0;    ///< of that ring
  Cycles bus_free_;           ///< the cycle after the last byte of all bursts so far
  MemoryRequest request_;     ///< the one that is served
  std::uint64_t burst_ = 0;   ///< its next one's number: address / burst_bytes
  std::uint64_t bursts_ = 0;  ///< of it that have not started; 0: none is served
  std::vector<LayerCounts> counts_;
};

/// Appends what the memory did, by layer, without zeros; `layers` are the layers' names.
void append_activity(const Dram& dram, const std::vector<std::string>& layers, Activity& activity);

}  // namespace sigdel::sim
