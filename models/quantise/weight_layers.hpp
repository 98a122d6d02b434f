/// From a float graph to what integers can run: weight layers, the tensors between them, and what the fire unit does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/network/graph.hpp"
#include "models/network/integer_network.hpp"

namespace sigdel::quantise {

/// Values that are rounded: the frame, and whatever weight layers read. The last tensor is what leaves and is not.
struct QuantisedTensor {
  std::string name;      ///< of its node
  std::size_t node = 0;  ///< of the graph, whose values are rounded
  network::Volume shape;
  std::int64_t window = 1;  ///< rounded values that are summed into one of the tensor's (average pool), else 1
};

/// One linear map into a layer's accumulators.
struct LinearMap {
  std::uint32_t tensor = 0;  ///< number of the tensor that it reads
  network::Convolved shape;
  /// By input channel, kernel row, kernel column and output channel of the input's group.
  std::vector<float> weights;
};

struct WeightLayer {
  std::string name;
  std::vector<LinearMap> maps;  ///< one for each tensor that it reads; several meet in a residual layer
  std::vector<float> bias;      ///< per channel
  network::Volume sums;
  network::Pool pool = network::Pool::kNone;
  network::Window window{};
  network::Volume values{};
  bool relu = false;
  std::optional<float> ceiling{};  ///< ReLU6: 6
  std::uint32_t tensor = 0;        ///< that it writes
  std::uint32_t first_channel = 0;
};

struct WeightLayers {
  std::vector<QuantisedTensor> tensors;  ///< 0 is the frame, the last is what leaves
  std::vector<WeightLayer> layers;       ///< the last writes the last tensor

  /// Tensors that have a scale: all but the last.
  [[nodiscard]] std::size_t scales() const { return tensors.size() - 1; }
};

/// Works out the weight layers of a graph. ReLU, its ceiling and a pool behind a weight layer become the layer's;
/// concatenated layers write one tensor; a residual addition becomes one layer that reads several tensors. What stands
/// for itself (a pool of a tensor that others read unpooled, ...) gets a layer with an identity for weights.
/// Throws InputError that names the node for what integers cannot do: an average whose windows have different numbers
/// of elements, a softmax that is not last, a tensor added to itself, tensors of 2^31 neurons and more.
WeightLayers weight_layers(const network::Graph& graph);

}  // namespace sigdel::quantise
