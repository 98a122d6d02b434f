/// The functional executor: one integer network in one mode, frame by frame, with no clock. Every run on the machine
/// is compared with it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/base/activity.hpp"
#include "models/base/mode.hpp"
#include "models/network/neuron_block.hpp"
#include "models/network/recorded_layer.hpp"

namespace sigdel::reference {

/// Turns float frames into what the host sends to layer 0.
class FrameEncoder {
 public:
  FrameEncoder(const network::IntegerNetwork& network, Mode mode);
  /// Events of the next frame, in order of the source neuron. `frame`: as many values as layer 0 has inputs.
  std::vector<network::Event> encode(std::span<const float> frame);
  /// Values that the clamp changed, so far.
  [[nodiscard]] std::uint64_t saturations() const { return saturations_; }

 private:
  double scale_;
  std::int32_t clamp_;
  network::Sender sender_;
  std::uint64_t saturations_ = 0;
};

/// The rules of a run that change what is computed or counted.
struct Rules {
  Encoding encoding = Encoding::kUnary;
  Scan scan = Scan::kAll;
  Semantics semantics = Semantics::kFrame;
};

class Executor {
 public:
  /// `network` and `recorded` must outlive the executor. With a recording nothing is calculated: layers send what it
  /// says, and that is counted.
  Executor(const network::IntegerNetwork& network, Mode mode, Rules rules = {},
           const network::RecordedLayers* recorded = nullptr);

  /// Runs one frame (or step) from its input events; returns what the output layer sends in it, valid until the next
  /// call. In step semantics that answers the input of as many steps ago as there are layers.
  std::span<const std::int32_t> run(std::span<const network::Event> input);

  /// What the last frame or step cost, per layer.
  [[nodiscard]] const std::vector<Work>& work() const { return work_; }
  /// What a layer sent in the last frame.
  [[nodiscard]] std::span<const network::Event> sent(std::size_t layer) const { return sent_[layer]; }
  /// Back to the state before the first frame.
  void reset();

 private:
  void integrate(std::size_t layer, std::span<const network::Event> events);
  void fire(std::size_t layer);

  Mode mode_;
  Rules rules_;
  std::vector<network::NeuronBlock> blocks_;
  std::vector<std::vector<network::Event>> sent_;  ///< per layer, of the last frame
  std::vector<std::int32_t> outputs_;
  std::vector<Work> work_;
};

}  // namespace sigdel::reference
