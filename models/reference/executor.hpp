/// The functional executor: one integer network in one mode, frame by frame, with no clock. Every run on the machine
/// is compared with it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "models/base/activity.hpp"
#include "models/base/mode.hpp"
#include "models/base/workers.hpp"
#include "models/network/counting.hpp"
#include "models/network/neuron_block.hpp"
#include "models/network/recorded_layer.hpp"
#include "models/reference/state_range.hpp"

namespace sigdel::reference {

/// Turns float frames into what the host sends to layer 0.
class FrameEncoder {
 public:
  FrameEncoder(const network::IntegerNetwork& network, Mode mode);
  /// Events of the next frame, in order of the source neuron. `frame`: as many values as the frame's tensor, in C
  /// order. With a threshold the value is cut to a multiple of 2^-state_exp, toward zero, and what is sent is the
  /// change that reaches the threshold.
  std::vector<network::Event> encode(std::span<const float> frame);
  /// Values that the clamp changed, or messages that did not fit their width, so far.
  [[nodiscard]] std::uint64_t saturations() const { return saturations_; }

 private:
  [[nodiscard]] std::int32_t state_of(float value) const;

  network::Tensor tensor_;
  network::Sender sender_;
  std::uint64_t saturations_ = 0;
};

/// The rules of a run that change what is computed or counted.
struct Rules {
  Encoding encoding = Encoding::kUnary;
  Scan scan = Scan::kAll;
  Semantics semantics = Semantics::kFrame;
  unsigned threads = 1;  ///< that calculate; results do not depend on it
};

class Executor {
 public:
  /// `network` and `recorded` must outlive the executor. With a recording nothing is calculated: layers send what it
  /// says, and that is counted.
  Executor(const network::IntegerNetwork& network, Mode mode, Rules rules = {},
           const network::RecordedLayers* recorded = nullptr);

  /// Runs one frame (or step) from its input events; returns what the output layer sends in it, valid until the next
  /// call. In step semantics that answers the input of as many steps ago as layers follow each other. With thresholds
  /// it throws InputError that names the layer whose states may not fit their width any more.
  std::span<const std::int32_t> run(std::span<const network::Event> input);

  /// What the last frame or step cost, per layer.
  [[nodiscard]] const std::vector<Work>& work() const { return work_; }
  /// A layer's accumulators: in step semantics what it will fire from in the next step.
  [[nodiscard]] std::span<const std::int32_t> accumulators(std::size_t layer) const {
    return blocks_[layer].accumulators();
  }
  /// What a layer sent in the last frame.
  [[nodiscard]] std::span<const network::Event> sent(std::size_t layer) const { return sent_[layer]; }
  /// Back to the state before the first frame.
  void reset();

 private:
  /// What a pixel's neurons of one tensor reach in one layer each.
  struct FanOut {
    std::vector<std::uint32_t> true_of;  ///< per pixel
    std::vector<std::uint32_t> paper_of;
  };

  /// What was sent on a tensor in a frame, ready for the layers that read it.
  struct Sent {
    network::PixelEvents pixels;
    std::vector<network::EventSums> sums;  ///< per pixel of them
  };

  static FanOut fan_out_of(const network::Synapses& synapses, const network::Box& sums);
  void gather(std::uint32_t tensor, std::span<const network::Event> events, Sent& sent) const;
  void read_inputs(std::size_t layer);
  void check_states(std::size_t layer, std::size_t input, const Sent& sent);
  void integrate(std::size_t layer, std::size_t input, const Sent& sent);
  void fire(std::size_t layer);

  const network::IntegerNetwork* network_;
  Mode mode_;
  Rules rules_;
  std::vector<std::vector<FanOut>> fan_outs_;  ///< per layer and tensor that it reads
  std::vector<std::vector<LayerId>> writers_;  ///< per tensor
  std::vector<network::NeuronBlock> blocks_;
  std::unique_ptr<Workers> workers_;
  Sent input_;
  std::vector<Sent> gathered_;                     ///< per layer, what it sent
  std::vector<std::vector<network::Event>> sent_;  ///< per layer, of the last frame
  std::vector<std::int32_t> outputs_;
  std::vector<Work> work_;
  std::vector<StateRange> states_;  ///< with thresholds, per layer
};

}  // namespace sigdel::reference
