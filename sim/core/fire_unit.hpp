/// Scans the neurons of a layer at the end of a frame and sends on what they have to say.
///
/// Timing, in cycles of the one clock:
///  - it takes a layer in cycle t when the layer's frame is complete and every target has granted the next one; of
///    several it takes the one that has fired fewest frames, then the lowest;
///  - it reads R accumulators per cycle, the first ones in cycle t; a scan of N takes ceil(N / R) cycles; where windows
///    are pooled each accumulator is read once (models/network/scan_order.hpp);
///  - a value that is sent is put into the outbox in the cycle in which the last of its accumulators is read; without
///    room it and all behind it wait, and a cycle in which nothing is read counts as stalled;
///  - in the cycle of the last read it tells its sources that it takes the next frame, and puts the end-of-frame entry
///    into the outbox (waiting for room); the next scan may start in the cycle after;
///  - with states off chip it stops in front of an accumulator that has not come (sim/core/memory_unit.hpp), and goes
///  on
///    in the cycle in which it has;
///  - a layer of which no neuron is to be visited takes one cycle, in which nothing is read.
///
/// With a barrier the values are taken when the step begins (docs/timing.md); it then takes whichever layer is to be
/// scanned in the step, sends no tokens, and tells the barrier when a scan is over.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/base/mode.hpp"
#include "models/base/units.hpp"
#include "sim/core/barrier.hpp"
#include "sim/core/channel.hpp"
#include "sim/core/layer_part.hpp"
#include "sim/core/memory_unit.hpp"

namespace sigdel::sim {

/// An entry of the outbox: a spike, or the end of its part's frame for all targets.
struct OutboxEntry {
  LayerPart* part = nullptr;
  network::Event event;
  std::uint16_t group = 0;  ///< of the part's destinations
  bool end_of_frame = false;
};

class FireUnit {
 public:
  FireUnit(Mode mode, std::uint32_t scan_rate, Channel<OutboxEntry>& outbox, Channel<ReadyToken>& control)
      : mode_(mode), rate_(scan_rate), outbox_(&outbox), control_(&control) {}

  void use(Barrier* barrier) { barrier_ = barrier; }
  /// The core has states off chip.
  void use(MemoryUnit* memory) { memory_ = memory; }
  /// One cycle's work; true if it did something.
  bool step(Cycles now, std::vector<LayerPart>& parts);
  /// Instead of step() while it is idle and no layer can have become due.
  void rest() {
    now_ = State::kIdle;
    after_ = State::kIdle;
  }
  /// The next cycle in which it has something to do by itself; nothing when it waits for others.
  [[nodiscard]] std::optional<Cycles> next_due() const;

  enum class State { kIdle, kScanning, kStalled };
  /// What it does in the cycle of the last step.
  [[nodiscard]] State now() const { return now_; }
  /// What it does in the cycles after it, until it is stepped again.
  [[nodiscard]] State after() const { return after_; }
  /// The part that is or was last scanned; null before the first scan.
  [[nodiscard]] LayerPart* part() const { return scanned_; }
  [[nodiscard]] bool idle() const { return part_ == nullptr; }
  /// Stalled, for states to come from off chip or to be asked for.
  [[nodiscard]] bool waits_for_memory() const { return part_ != nullptr && waits_for_memory_; }

 private:
  LayerPart* next_of(std::vector<LayerPart>& parts) const;
  void begin(Cycles now, LayerPart& part);
  bool advance(Cycles now);
  bool emit_due(Cycles now);
  [[nodiscard]] std::uint32_t readable() const;
  void wait_for_memory(Cycles now);
  bool finish(Cycles now);
  bool close(Cycles now);
  void wait(Cycles now, std::uint32_t position);
  [[nodiscard]] Cycles read_at(std::uint32_t position) const {
    return base_ + Cycles{(position - std::min(position, base_position_)) / rate_};
  }

  Mode mode_;
  std::uint32_t rate_;
  Channel<OutboxEntry>* outbox_;
  Channel<ReadyToken>* control_;
  Barrier* barrier_ = nullptr;
  MemoryUnit* memory_ = nullptr;

  LayerPart* part_ = nullptr;  // under scan
  LayerPart* scanned_ = nullptr;
  std::size_t next_event_ = 0;
  Cycles base_;  // base_position_ is read in this cycle
  std::uint32_t base_position_ = 0;
  bool waiting_ = false;  // for room in the outbox
  bool waits_for_memory_ = false;
  bool all_read_ = false;  // only the end-of-frame entry is left
  State now_ = State::kIdle;
  State after_ = State::kIdle;
};

}  // namespace sigdel::sim
