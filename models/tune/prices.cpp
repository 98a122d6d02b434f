#include "models/tune/prices.hpp"

#include <algorithm>
#include <stdexcept>

#include "models/network/projection.hpp"

namespace sigdel::tune {
namespace {

using network::Volume;

/// Per pixel of a tensor what its values reach in all layers that read it.
std::vector<double> reach_of(const quantise::WeightLayers& layers, std::uint32_t tensor) {
  const Volume& shape = layers.tensors[tensor].shape;
  std::vector<double> reach(shape.pixels(), 0.0);
  for (const quantise::WeightLayer& layer : layers.layers) {
    for (const quantise::LinearMap& map : layer.maps) {
      if (map.tensor != tensor) {
        continue;
      }
      const network::Projection projection(map.shape);
      for (std::uint32_t pixel = 0; pixel < shape.pixels(); ++pixel) {
        reach[pixel] += projection.paper_fan_out({pixel / shape.columns, pixel % shape.columns, 0});
      }
    }
  }
  return reach;
}

/// From the sums of windows to the pixels that are summed.
std::vector<double> spread_over_windows(const network::Window& window, const Volume& pooled,
                                        const network::Shape& source, const std::vector<double>& reach) {
  std::vector<double> spread(static_cast<std::size_t>(source[1] * source[2]), 0.0);
  for (std::uint32_t pixel = 0; pixel < pooled.pixels(); ++pixel) {
    const std::int64_t top = pixel / pooled.columns * window.stride[0] - window.pad_begin[0];
    const std::int64_t left = pixel % pooled.columns * window.stride[1] - window.pad_begin[1];
    for (std::int64_t row = std::max<std::int64_t>(top, 0); row < std::min(top + window.kernel[0], source[1]); ++row) {
      for (std::int64_t column = std::max<std::int64_t>(left, 0); column < std::min(left + window.kernel[1], source[2]);
           ++column) {
        spread[static_cast<std::size_t>(row * source[2] + column)] += reach[pixel];
      }
    }
  }
  return spread;
}

}  // namespace

std::vector<TensorPrice> tensor_prices(const network::Graph& graph, const quantise::WeightLayers& layers,
                                       const std::vector<Price>& prices) {
  if (!prices.empty() && prices.size() != layers.scales()) {
    throw std::logic_error("tensor_prices: as many prices as quantised tensors are needed");
  }
  std::vector<TensorPrice> result;
  for (std::uint32_t i = 0; i < layers.scales(); ++i) {
    const quantise::QuantisedTensor& tensor = layers.tensors[i];
    TensorPrice price{reach_of(layers, i), prices.empty() ? Price{} : prices[i]};
    const auto writer = std::find_if(layers.layers.begin(), layers.layers.end(),
                                     [&](const quantise::WeightLayer& layer) { return layer.tensor == i; });
    if (writer != layers.layers.end() && writer->pool == network::Pool::kSum) {
      price.reach = spread_over_windows(writer->window, tensor.shape, graph.nodes[tensor.node].shape, price.reach);
    }
    result.push_back(std::move(price));
  }
  return result;
}

}  // namespace sigdel::tune
