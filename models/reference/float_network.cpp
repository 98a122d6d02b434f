#include "models/reference/float_network.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "models/quantise/fold.hpp"
#include "models/reference/float_primitives.hpp"

namespace sigdel::reference {
namespace {

using quantise::WeightLayer;

constexpr std::size_t kBlockFrames = 256;  ///< run at once, so that memory does not grow with the number of frames

float largest_magnitude(const std::vector<float>& values) {
  float largest = 0;
  for (const float value : values) {
    largest = std::max(largest, std::abs(value));
  }
  return largest;
}

/// rha(k a) / k, clamped, as docs/arithmetic.md has it for the integers.
void round_to_grid(double k, std::int32_t clamp, std::vector<float>& values) {
  const double limit = clamp;
  for (float& value : values) {
    value = static_cast<float>(std::clamp(std::round(k * double{value}), -limit, limit) / k);
  }
}

void rectify(std::vector<float>& values) {
  for (float& value : values) {
    value = std::max(value, 0.0F);
  }
}

}  // namespace

FloatResult run_float(const network::Graph& graph, std::span<const float> frames, std::size_t count,
                      std::span<const double> scales, std::int32_t clamp) {
  const std::vector<WeightLayer> layers = quantise::weight_layers(graph);
  const auto inputs = static_cast<std::size_t>(layers.front().map->inputs);
  if (frames.size() != count * inputs || (!scales.empty() && scales.size() != layers.size())) {
    throw std::logic_error("run_float: frames or scales do not have the network's size");
  }
  const Library library;
  FloatResult result{{}, std::vector<float>(layers.size())};
  for (std::size_t first = 0; first < count; first += kBlockFrames) {
    const std::size_t batch = std::min(kBlockFrames, count - first);
    const auto block = frames.subspan(first * inputs, batch * inputs);
    std::vector<float> values(block.begin(), block.end());
    std::vector<float> next;
    for (std::size_t l = 0; l < layers.size(); ++l) {
      result.ranges[l] = std::max(result.ranges[l], largest_magnitude(values));
      if (!scales.empty()) {
        round_to_grid(scales[l], clamp, values);
      }
      multiply(library, *layers[l].map, batch, values, next);
      values.swap(next);
      if (layers[l].relu && l + 1 < layers.size()) {
        rectify(values);
      }
    }
    result.outputs.insert(result.outputs.end(), values.begin(), values.end());
  }
  return result;
}

}  // namespace sigdel::reference
