/// The values of one layer that live on one core: their arithmetic, the frame protocol's counters, what they cost.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "models/base/activity.hpp"
#include "models/base/part_state.hpp"
#include "models/base/units.hpp"
#include "models/network/neuron_block.hpp"
#include "sim/core/config.hpp"
#include "sim/core/destinations.hpp"
#include "sim/core/off_chip.hpp"
#include "sim/core/packet.hpp"

namespace sigdel::sim {

/// What a part has counted over all frames.
struct PartCounts {
  Work work;  ///< hardware convention only; events and magnitudes once for every core that they reach
  std::uint64_t lane_operations = 0;    ///< passes * fan-out, summed
  std::uint64_t weight_reads = 0;       ///< words
  std::uint64_t weight_reads_8bit = 0;  ///< if the weights had 8 bits; biases keep their width
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

/// A part, or a host port, that writes a tensor which is read here.
struct Source {
  static constexpr std::uint32_t kFromHost = 0xffffffff;

  Endpoint endpoint = 0;
  std::uint32_t layer = kFromHost;
  std::uint16_t tensor = 0;
};

/// A ready token on its way to an endpoint: for all its parts that write the tensor.
struct ReadyToken {
  Endpoint destination = 0;
  std::uint16_t connection = 0;

  constexpr auto operator<=>(const ReadyToken&) const = default;
};

/// What a fire sends: an event, after how many accumulators it is complete, and who gets it.
struct Outgoing {
  network::Event event;
  std::uint32_t position = 0;
  std::uint16_t group = 0;  ///< of the part's destinations
};

struct LayerPart {
  LayerPart(const network::IntegerLayer& layer, Mode mode, const network::Box& box, const CoreConfig& config,
            int accumulator_bits, network::RecordedLayer* recorded = nullptr);

  [[nodiscard]] const network::IntegerLayer& layer() const { return block.layer(); }
  [[nodiscard]] bool reads(std::uint16_t tensor) const { return input_of(tensor) < inputs.size(); }
  /// Number of the layer's synapses that read the tensor; as many as there are if none do.
  [[nodiscard]] std::size_t input_of(std::uint16_t tensor) const {
    std::size_t input = 0;
    while (input < inputs.size() && inputs[input] != tensor) {
      ++input;
    }
    return input;
  }
  /// Every source has ended the frame and every spike that it sent has been integrated.
  [[nodiscard]] bool frame_complete() const { return end_tokens == sources.size() && integrated == announced; }
  /// Every part that reads it takes the next frame.
  [[nodiscard]] bool granted() const { return ready_tokens == destinations->readers().size(); }
  /// Integrates one spike; counts what that costs but time.
  void integrate(Mode mode, Encoding encoding, const Packet& spike, std::uint32_t fan_out, std::uint32_t passes);
  /// Closes the frame: takes all that is to be sent into `outgoing` and counts what that costs.
  void fire(Mode mode);

  network::NeuronBlock block;
  std::vector<std::uint16_t> inputs;                 ///< tensors that it reads, one for each of its synapses
  std::uint16_t written;                             ///< tensor that it writes
  std::vector<Source> sources;                       ///< parts and host ports that write what it reads
  std::vector<ReadyToken> grants;                    ///< to be sent when it takes the next frame
  std::shared_ptr<const Destinations> destinations;  ///< who reads it; frame 0 is granted by all from the start
  std::optional<OffChip> off_chip;                   ///< where weights or states are that are not on the core
  std::uint32_t word_bits;
  std::uint32_t accumulator_bits;

  std::size_t end_tokens = 0;    ///< end-of-frame tokens of the current frame
  std::uint64_t announced = 0;   ///< spikes that they announce
  std::uint64_t integrated = 0;  ///< spikes of the current frame that are done
  std::size_t ready_tokens = 0;
  std::uint64_t frames_fired = 0;
  std::vector<Outgoing> outgoing;      ///< what the last fire sends, in order
  std::vector<std::uint32_t> sent_to;  ///< of them, spikes for each of the destinations' targets
  std::uint32_t to_read = 0;           ///< accumulators that the scan of that fire reads
  std::uint64_t values_visited = 0;    ///< values that it makes of them
  bool fired = false;                  ///< the scan has not begun yet
  Phases phases;
  PartCounts counts;

 private:
  [[nodiscard]] std::uint64_t in_words(std::uint64_t bits) const { return (bits + word_bits - 1) / word_bits; }
  void count_scan(Mode mode, const network::Fired& result, std::size_t sent);
  void address(const std::vector<network::Event>& events);
};

}  // namespace sigdel::sim
