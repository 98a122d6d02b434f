/// The arithmetic of a sigma-delta layer: the only place where it exists. The functional executor and the cores of the
/// machine both call it. It knows no clock.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/base/activity.hpp"
#include "models/base/mode.hpp"
#include "models/base/workers.hpp"
#include "models/network/activation.hpp"
#include "models/network/integer_network.hpp"
#include "models/network/pixel_events.hpp"
#include "models/network/scan_order.hpp"
#include "models/network/sender.hpp"

namespace sigdel::network {

/// What a fire did beside sending.
struct Fired {
  std::uint32_t sums = 0;         ///< accumulators read
  std::uint64_t values = 0;       ///< made of them
  std::uint64_t elements = 0;     ///< of their windows
  std::uint32_t saturations = 0;  ///< values that the clamp changed; of a summed window, elements; with a threshold
                                  ///< messages that did not fit their width
};

class RecordedLayer;

/// A part of one layer's neurons with their state.
///
/// Between two fires, `integrate` adds the weights of every event. `fire` closes the frame: in the modes that send
/// changes the accumulators stay, in the others they restart at the bias. A block with a recording has no state and
/// does no arithmetic: it sends what the recording says.
class NeuronBlock {
 public:
  /// `layer` and `recorded` must outlive the block; `box` is a part of the layer's values. In mode `threshold` every
  /// layer but the output has a threshold and no pool that sums.
  NeuronBlock(const IntegerLayer& layer, Mode mode, const Box& box, Scan scan = Scan::kAll,
              RecordedLayer* recorded = nullptr);

  /// Accumulators at the bias, nothing sent yet, all neurons to be visited.
  void reset();

  /// One event of the tensor that the layer's synapses number `input` read.
  void integrate(std::size_t input, const Event& event);
  /// All events of a frame at once; threads, if there are any, share the accumulators out among them.
  void integrate(std::size_t input, const PixelEvents& events, Workers* workers = nullptr);

  /// Appends what every visited neuron sends at the end of a frame, in order, under its number on the tensor that the
  /// layer writes. The output layer sends every value.
  Fired fire(std::vector<Event>& events, Workers* workers = nullptr);

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
  /// Rows of values that one thread fires, and what it works with: one stretch of neighbouring channels at a time.
  struct Part {
    Range rows;
    std::vector<std::int32_t> sums;
    std::vector<std::int32_t> values;
    std::vector<Event>* events = nullptr;
    std::int64_t saturations = 0;  ///< of what was fired; where they are remembered, how many more than before
    std::vector<Event> own_events;
  };

  void restart();
  /// A value that is clamped stays so until it changes; a message is sent once.
  [[nodiscard]] bool keeps_saturations() const { return sends_changes(mode_) && mode_ != Mode::kThreshold; }
  [[nodiscard]] bool tracks_touches() const { return recorded_ == nullptr ? sends_changes(mode_) : !visits_all_; }
  void integrate(std::size_t input, const PixelEvents& events, const Box& part);
  void touch(const Projection& projection, std::uint32_t row, std::uint32_t column, std::span<const Event> events,
             const Box& part);
  std::uint32_t calculate(std::vector<Event>& events, Workers* workers);
  void fire_rows(Part& part, bool all);
  void fire_stretch(const Position& at, std::uint32_t end, Part& part);
  void send_outputs(const Position& at, std::uint32_t end, Part& part);
  template <class Visit>
  void for_each_in_window(const Position& at, std::uint32_t n, const Visit& visit) const;
  [[nodiscard]] std::span<const std::int32_t> largest(const Position& at, std::uint32_t n, Part& part) const;
  [[nodiscard]] std::uint32_t sum_activations(const Position& at, std::uint32_t n, Part& part) const;
  void remember_saturations(const Position& at, std::uint32_t n, std::uint32_t total, Part& part);
  [[nodiscard]] std::uint32_t saturations_of(const Position& at) const;

  const IntegerLayer* layer_;
  Mode mode_;
  bool needs_all_;
  bool visits_all_;
  bool is_first_ = true;  // nothing was fired since the reset
  RecordedLayer* recorded_;
  std::uint64_t fired_ = 0;  // frames
  ScanOrder order_;
  std::vector<std::int32_t> accumulators_;
  Sender sender_;
  std::vector<std::uint32_t> saturated_;  // per unit of the scan where not all are fired: saturations at the last fire
  std::uint32_t saturations_ = 0;         // their sum
  std::vector<Part> parts_;
};

}  // namespace sigdel::network
