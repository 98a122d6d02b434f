/// What a layer sent in an earlier run: stands in for its arithmetic when the same run is timed again.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/network/neuron_block.hpp"

namespace sigdel::network {

class RecordedLayer {
 public:
  RecordedLayer() = default;
  virtual ~RecordedLayer() = default;
  RecordedLayer(const RecordedLayer&) = delete;
  RecordedLayer& operator=(const RecordedLayer&) = delete;

  /// Appends what the layer's neurons in `box` sent in the frame, in order, as NeuronBlock::fire does, and returns the
  /// values that the clamp changed: of the whole layer for the box that has its neuron 0, otherwise 0, so that the
  /// boxes of a layer add up. Each neuron's frames must be taken one after the other, each once.
  virtual std::uint64_t take(std::uint64_t frame, const IntegerLayer& layer, const Box& box,
                             std::vector<Event>& events) = 0;
};

/// One for each layer of a network.
using RecordedLayers = std::vector<std::unique_ptr<RecordedLayer>>;

/// That of layer l, or null without a recording.
inline RecordedLayer* recorded_layer(const RecordedLayers* recorded, std::size_t l) {
  return recorded == nullptr ? nullptr : (*recorded)[l].get();
}

}  // namespace sigdel::network
