/// The neurons of one layer that live on one core: their arithmetic, the frame protocol's counters, what they cost.
#pragma once

#include <cstdint>
#include <vector>

#include "models/base/activity.hpp"
#include "models/base/part_state.hpp"
#include "models/base/units.hpp"
#include "models/network/neuron_block.hpp"
#include "sim/core/config.hpp"
#include "sim/core/packet.hpp"

namespace sigdel::sim {

/// Words that one event, and one scan, move between a core's memories and its units. docs/counting.md, "Actions".
struct MemoryWords {
  std::uint64_t event_weights = 0;
  std::uint64_t event_state = 0;  ///< read, and as many written
  std::uint64_t scan_weights = 0;
  std::uint64_t scan_state_read = 0;
  std::uint64_t scan_state_write = 0;  ///< biases written back
  std::uint64_t write_per_spike = 0;   ///< last sent value
};

/// What a part has counted over all frames.
struct PartCounts {
  Work work;
  std::uint64_t lane_operations = 0;  ///< passes * fan-out, summed
  std::uint64_t weight_reads = 0;     ///< words
  std::uint64_t state_reads = 0;
  std::uint64_t state_writes = 0;
  std::uint64_t inbox_packets = 0;
  std::uint64_t outbox_entries = 0;
  std::uint64_t spikes_sent = 0;  ///< neurons that sent, whatever the number of targets
  Cycles engine;
  Cycles scan;
  Cycles stalled;
  Counts<PartState> time;  ///< sums to the run's cycles
};

/// When the current frame's phases ended, for PartCounts::time.
struct Phases {
  Cycles complete;                  ///< all of the frame was integrated
  Cycles granted;                   ///< by the last target
  std::uint64_t others_before = 0;  ///< cycles that the engine had worked for other layers when the frame opened
};

struct LayerPart {
  LayerPart(const network::IntegerLayer& layer, Mode mode, Range neurons, const CoreConfig& config,
            int accumulator_bits, network::RecordedLayer* recorded = nullptr);

  /// Every source has ended the frame and every spike that it sent has been integrated.
  [[nodiscard]] bool frame_complete() const { return end_tokens == sources.size() && integrated == announced; }
  /// Every target takes the next frame.
  [[nodiscard]] bool granted() const { return ready_tokens == targets.size(); }
  /// Closes the frame: takes all values into `events` and counts what that costs.
  void fire(Mode mode);

  network::NeuronBlock block;
  std::uint16_t connection;       ///< that the layer reads; the one it feeds is connection + 1
  std::vector<Endpoint> sources;  ///< who sends to this layer
  std::vector<Endpoint> targets;  ///< who reads it; frame 0 is granted by all from the start
  MemoryWords words;

  std::size_t end_tokens = 0;    ///< end-of-frame tokens of the current frame
  std::uint64_t announced = 0;   ///< spikes that they announce
  std::uint64_t integrated = 0;  ///< spikes of the current frame that are done
  std::size_t ready_tokens = 0;
  std::uint64_t frames_fired = 0;
  std::vector<network::Event> events;  ///< what the last fire sends, in order
  std::uint32_t to_visit = 0;          ///< neurons that the scan of that fire reads
  bool fired = false;                  ///< the scan has not begun yet
  Phases phases;
  PartCounts counts;
};

}  // namespace sigdel::sim
