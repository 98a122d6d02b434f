/// The arithmetic of a sigma-delta layer: the only place where it exists. The functional executor and the cores of the
/// machine both call it. It knows no clock.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "models/base/activity.hpp"
#include "models/base/mode.hpp"
#include "models/network/integer_network.hpp"
#include "models/network/scan_order.hpp"

namespace sigdel::network {

/// Rounds accumulator / 2^fraction_bits half away from zero with an add and an arithmetic shift; fraction_bits >= 1.
constexpr std::int64_t round_shift(std::int64_t accumulator, int fraction_bits) {
  const std::int64_t half = std::int64_t{1} << (fraction_bits - 1);
  return (accumulator + half - (accumulator < 0 ? 1 : 0)) >> fraction_bits;
}

/// What the activation unit of a hidden layer makes of an accumulator.
struct Activation {
  std::int32_t value = 0;
  bool saturated = false;  ///< the clamp changed it
};

/// ReLU if the layer has one, and its ceiling.
inline std::int32_t rectified(const IntegerLayer& layer, std::int32_t accumulator) {
  return std::min(layer.relu ? std::max(accumulator, 0) : accumulator, layer.ceiling);
}

/// The same, then rounding and clamp.
inline Activation activate(const IntegerLayer& layer, std::int32_t accumulator) {
  const auto rounded = static_cast<std::int32_t>(round_shift(rectified(layer, accumulator), layer.fraction_bits));
  const std::int32_t value = std::clamp(rounded, -layer.clamp, layer.clamp);
  return {value, value != rounded};
}

/// What turns values into events: remembers the last value sent in the modes that send changes.
class Sender {
 public:
  Sender(Mode mode, std::uint32_t size) : mode_(mode), last_(sends_changes(mode) ? size : 0) {}

  /// Appends the event of neuron `local`, sent under the number `source`, if the mode sends one for `value`.
  void send(std::uint32_t local, std::uint32_t source, std::int32_t value, std::vector<Event>& events) {
    std::int32_t sent = value;
    if (sends_changes(mode_)) {
      sent -= last_[local];
      last_[local] = value;
    }
    if (sent != 0 || sends_zeros(mode_)) {
      events.push_back({source, sent});
    }
  }
  void reset() { last_.assign(last_.size(), 0); }

 private:
  Mode mode_;
  std::vector<std::int32_t> last_;
};

/// What a fire did beside sending.
struct Fired {
  std::uint32_t sums = 0;         ///< accumulators read
  std::uint64_t values = 0;       ///< made of them
  std::uint64_t elements = 0;     ///< of their windows
  std::uint32_t saturations = 0;  ///< values that the clamp changed; of a summed window, elements
};

class RecordedLayer;

/// A part of one layer's neurons with their state.
///
/// Between two fires, `integrate` adds the weights of every event. `fire` closes the frame: in the modes that send
/// changes the accumulators stay, in the others they restart at the bias. A block with a recording has no state and
/// does no arithmetic: it sends what the recording says.
class NeuronBlock {
 public:
  /// `layer` and `recorded` must outlive the block; `box` is a part of the layer's values.
  NeuronBlock(const IntegerLayer& layer, Mode mode, const Box& box, Scan scan = Scan::kAll,
              RecordedLayer* recorded = nullptr);

  /// Accumulators at the bias, nothing sent yet, all neurons to be visited.
  void reset();

  /// One event of the tensor that the layer's synapses number `input` read.
  void integrate(std::size_t input, const Event& event);

  /// Appends what every visited neuron sends at the end of a frame, in order, under its number on the tensor that the
  /// layer writes. The output layer sends every value.
  Fired fire(std::vector<Event>& events);

  /// How many accumulators the last fire read before the one that completed what this event says.
  [[nodiscard]] std::uint32_t position_of(const Event& event) const {
    return order_.position(layer_->position_of(event.source));
  }
  /// Accumulators of the block that an event of this source reaches.
  [[nodiscard]] std::uint32_t fan_out(std::size_t input, std::uint32_t source) const {
    const Synapses& synapses = layer_->synapses[input];
    return synapses.projection().fan_out(synapses.from().position_of(source), order_.sums_box());
  }

  [[nodiscard]] const Box& box() const { return order_.box(); }
  [[nodiscard]] const Box& sums_box() const { return order_.sums_box(); }
  [[nodiscard]] const IntegerLayer& layer() const { return *layer_; }
  /// Of sums_box(), numbered as a volume of its extents. Empty with a recording.
  [[nodiscard]] std::span<const std::int32_t> accumulators() const { return accumulators_; }

 private:
  void restart();
  std::uint32_t calculate(std::vector<Event>& events);
  std::uint32_t send(const Position& at, std::uint32_t local, std::vector<Event>& events);
  [[nodiscard]] std::int32_t accumulator(std::uint32_t row, std::uint32_t column, std::uint32_t channel) const;
  [[nodiscard]] std::int32_t largest(const Position& at) const;
  [[nodiscard]] std::int64_t sum_of_window(const Position& at, std::uint32_t& saturations) const;
  [[nodiscard]] std::int32_t output(const Position& at) const;

  const IntegerLayer* layer_;
  Mode mode_;
  bool visits_all_;
  bool is_first_ = true;  // nothing was fired since the reset
  RecordedLayer* recorded_;
  std::uint64_t fired_ = 0;  // frames
  ScanOrder order_;
  std::vector<std::int32_t> accumulators_;
  Sender sender_;
  std::vector<std::uint32_t> saturated_;  // per value, where not all are visited: saturations at the last visit
  std::uint32_t saturations_ = 0;         // their sum
};

}  // namespace sigdel::network
