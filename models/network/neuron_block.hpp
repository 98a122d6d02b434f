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

namespace sigdel::network {

/// What travels between layers: a source neuron and the integer it sends (an activation, or its change).
struct Event {
  std::uint32_t source = 0;
  std::int32_t value = 0;

  constexpr bool operator==(const Event&) const = default;
};

/// Rounds accumulator / 2^fraction_bits half away from zero with an add and an arithmetic shift; fraction_bits >= 1.
constexpr std::int32_t round_shift(std::int32_t accumulator, int fraction_bits) {
  const std::int64_t half = std::int64_t{1} << (fraction_bits - 1);
  return static_cast<std::int32_t>((std::int64_t{accumulator} + half - (accumulator < 0 ? 1 : 0)) >> fraction_bits);
}

/// What the activation unit of a hidden layer makes of an accumulator.
struct Activation {
  std::int32_t value = 0;
  bool saturated = false;  ///< the clamp changed it
};

/// ReLU if the layer has one, rounding, clamp.
inline Activation activate(const IntegerLayer& layer, std::int32_t accumulator) {
  const std::int32_t positive = layer.relu ? std::max(accumulator, 0) : accumulator;
  const std::int32_t rounded = round_shift(positive, layer.fraction_bits);
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
  std::uint32_t visited = 0;      ///< neurons
  std::uint32_t saturations = 0;  ///< of them, values that the clamp changed
};

class RecordedLayer;

/// A contiguous range of one layer's neurons with their state.
///
/// Between two fires, `integrate` adds the weight row of every event. `fire` closes the frame: in the modes that send
/// changes the accumulators stay, in the others they restart at the bias. A block with a recording has no state and
/// does no arithmetic: it sends what the recording says.
class NeuronBlock {
 public:
  /// `layer` and `recorded` must outlive the block; `neurons` is a part of the layer's outputs.
  NeuronBlock(const IntegerLayer& layer, Mode mode, Range neurons, Scan scan = Scan::kAll,
              RecordedLayer* recorded = nullptr);

  /// Accumulators at the bias, nothing sent yet, all neurons to be visited.
  void reset();

  /// One event of the layer's input tensor.
  void integrate(Event event) {
    if (recorded_ == nullptr) {
      layer_->weights.add_row(event.source, event.value, neurons_, accumulators_);
    }
    touched_ = true;
  }

  /// How many neurons the next fire visits: all, or with `Scan::kTouched` and no event since the last fire none (an
  /// event of a fully connected layer reaches all its neurons).
  [[nodiscard]] std::uint32_t to_visit() const { return visits_all_ || touched_ ? neurons_.size() : 0; }

  /// Appends what every visited neuron sends at the end of a frame, in order; `source` is the neuron's index in its
  /// layer. The output layer sends every accumulator.
  Fired fire(std::vector<Event>& events);

  [[nodiscard]] Range neurons() const { return neurons_; }
  [[nodiscard]] const IntegerLayer& layer() const { return *layer_; }
  /// Empty with a recording.
  [[nodiscard]] std::span<const std::int32_t> accumulators() const { return accumulators_; }

 private:
  void restart();
  Fired calculate(std::vector<Event>& events);
  Fired replay(std::vector<Event>& events);

  const IntegerLayer* layer_;
  Mode mode_;
  Range neurons_;
  bool visits_all_;
  bool touched_ = true;
  RecordedLayer* recorded_;
  std::uint64_t fired_ = 0;  ///< frames
  std::vector<std::int32_t> accumulators_;
  Sender sender_;
};

}  // namespace sigdel::network
