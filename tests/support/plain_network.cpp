#include "tests/support/plain_network.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sigdel::test {
namespace {

using network::Convolved;
using network::IntegerLayer;
using network::Pool;
using network::Volume;
using Values = std::vector<std::int64_t>;

std::int64_t clamped(std::int64_t value, std::int64_t limit, std::uint64_t& saturations) {
  if (value > limit || value < -limit) {
    ++saturations;
    return value > 0 ? limit : -limit;
  }
  return value;
}

std::size_t number(const Volume& volume, std::int64_t row, std::int64_t column, std::int64_t channel) {
  return static_cast<std::size_t>((row * volume.columns + column) * volume.channels + channel);
}

/// Calls visit(source neuron, target accumulator, weight) for all that meet. Weights come by input channel, kernel row,
/// kernel column and output channel of the input's group.
template <class Visit>
void for_each_pair(const Convolved& shape, const Visit& visit) {
  const auto [rows, columns] = std::pair(shape.from.rows * shape.repeat[0], shape.from.columns * shape.repeat[1]);
  const std::int64_t inputs = shape.from.channels / shape.groups;
  const std::int64_t outputs = shape.to.channels / shape.groups;
  for (std::size_t target = 0; target < shape.to.size(); ++target) {
    const auto output = static_cast<std::int64_t>(target % shape.to.channels);
    const auto column = static_cast<std::int64_t>(target / shape.to.channels % shape.to.columns);
    const auto row = static_cast<std::int64_t>(target / shape.to.channels / shape.to.columns);
    for (std::int64_t i = 0; i < shape.window.kernel[0]; ++i) {
      for (std::int64_t j = 0; j < shape.window.kernel[1]; ++j) {
        const std::int64_t y = row * shape.window.stride[0] - shape.window.pad_begin[0] + i;
        const std::int64_t x = column * shape.window.stride[1] - shape.window.pad_begin[1] + j;
        if (y < 0 || y >= rows || x < 0 || x >= columns) {
          continue;
        }
        for (std::int64_t input = output / outputs * inputs; input < (output / outputs + 1) * inputs; ++input) {
          const std::int64_t weight =
              ((input * shape.window.kernel[0] + i) * shape.window.kernel[1] + j) * outputs + output % outputs;
          visit(number(shape.from, y / shape.repeat[0], x / shape.repeat[1], input), target,
                static_cast<std::size_t>(weight));
        }
      }
    }
  }
}

Values accumulate(const IntegerLayer& layer, const std::vector<Values>& tensors) {
  Values sums;
  while (sums.size() < layer.sums.size()) {
    sums.insert(sums.end(), layer.bias.begin(), layer.bias.end());
  }
  for (const network::Synapses& synapses : layer.synapses) {
    const std::vector<std::int32_t> weights = synapses.values();
    const Values& values = tensors[synapses.tensor()];
    for_each_pair(synapses.projection().shape(), [&](std::size_t source, std::size_t target, std::size_t weight) {
      sums[target] += values[source] * weights[weight];
    });
  }
  return sums;
}

/// What one value is made of: the accumulators in its window, cut at the image's edges.
Values window_of(const IntegerLayer& layer, const Values& sums, std::int64_t row, std::int64_t column,
                 std::int64_t channel) {
  Values found;
  for (std::int64_t i = 0; i < layer.window.kernel[0]; ++i) {
    for (std::int64_t j = 0; j < layer.window.kernel[1]; ++j) {
      const std::int64_t y = row * layer.window.stride[0] - layer.window.pad_begin[0] + i;
      const std::int64_t x = column * layer.window.stride[1] - layer.window.pad_begin[1] + j;
      if (y >= 0 && y < layer.sums.rows && x >= 0 && x < layer.sums.columns) {
        found.push_back(sums[number(layer.sums, y, x, channel)]);
      }
    }
  }
  return found;
}

std::int64_t rounded(std::int64_t value, int bits) {
  return static_cast<std::int64_t>(std::round(std::ldexp(static_cast<double>(value), -bits)));
}

std::int64_t value_of(const IntegerLayer& layer, const Values& window, std::uint64_t& saturations) {
  const auto rectified = [&](std::int64_t sum) {
    return std::min<std::int64_t>(layer.relu ? std::max<std::int64_t>(sum, 0) : sum, layer.ceiling);
  };
  std::int64_t largest = std::numeric_limits<std::int64_t>::min();
  std::int64_t sum = 0;
  for (const std::int64_t each : window) {
    const std::int64_t value = layer.is_output ? rectified(each) : rounded(rectified(each), layer.fraction_bits);
    largest = std::max(largest, value);
    sum += layer.pool != Pool::kSum || layer.is_output ? value : clamped(value, layer.clamp, saturations);
  }
  if (layer.pool == Pool::kSum) {
    return layer.is_output ? rounded(sum, layer.output_shift) : sum;
  }
  return layer.is_output ? largest : clamped(largest, layer.clamp, saturations);
}

}  // namespace

PlainFrame run_plainly(const network::IntegerNetwork& network, std::span<const float> frame) {
  PlainFrame result;
  for (const network::Tensor& tensor : network.tensors) {
    result.tensors.emplace_back(tensor.shape.size());
  }
  const network::Tensor& input = network.tensors.front();
  for (std::size_t i = 0; i < frame.size(); ++i) {
    const auto value = static_cast<std::int64_t>(std::round(input.scale * static_cast<double>(frame[i])));
    const std::size_t channel = i / input.shape.pixels();
    result.tensors[0][i % input.shape.pixels() * input.shape.channels + channel] =
        clamped(value, network.clamp, result.input_saturations);
  }
  for (const IntegerLayer& layer : network.layers) {
    const Values sums = accumulate(layer, result.tensors);
    std::uint64_t saturations = 0;
    for (std::int64_t row = 0; row < layer.values.rows; ++row) {
      for (std::int64_t column = 0; column < layer.values.columns; ++column) {
        for (std::int64_t channel = 0; channel < layer.values.channels; ++channel) {
          result.tensors[layer.tensor][number(layer.written, row, column, layer.first_channel + channel)] =
              value_of(layer, window_of(layer, sums, row, column, channel), saturations);
        }
      }
    }
    result.saturations.push_back(saturations);
  }
  result.outputs = result.tensors.back();
  result.tensors.pop_back();
  return result;
}

Targets count_targets(const network::IntegerLayer& layer, std::size_t input) {
  const Convolved& shape = layer.synapses[input].projection().shape();
  const auto end_of_windows = [&](std::size_t axis, std::int64_t values) {
    return (values - 1) * layer.window.stride[axis] - layer.window.pad_begin[axis] + layer.window.kernel[axis];
  };
  const std::int64_t rows = end_of_windows(0, layer.values.rows);
  const std::int64_t columns = end_of_windows(1, layer.values.columns);
  Targets targets{std::vector<std::uint64_t>(shape.from.size()), std::vector<std::uint64_t>(shape.from.size())};
  for_each_pair(shape, [&](std::size_t source, std::size_t target, std::size_t) {
    const std::size_t pixel = target / shape.to.channels;
    const bool is_pooled = static_cast<std::int64_t>(pixel / shape.to.columns) < rows &&
                           static_cast<std::int64_t>(pixel % shape.to.columns) < columns;
    ++targets.all[source];
    targets.pooled[source] += is_pooled ? 1 : 0;
  });
  return targets;
}

}  // namespace sigdel::test
