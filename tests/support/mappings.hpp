/// Networks, machines and checks for the tests of mappings.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "models/base/errors.hpp"
#include "models/base/random.hpp"
#include "models/mapping/mapping.hpp"

namespace sigdel::test {

/// Neurons [begin, end) of a vector's layer on a core.
inline mapping::Slice slice(std::uint32_t layer, std::uint32_t core, const Range& neurons) {
  return {{layer}, {core}, network::elements(neurons)};
}

/// Layers of zero weights: widths[l] inputs to widths[l + 1] outputs.
inline network::IntegerNetwork network_of(const std::vector<std::uint32_t>& widths, int weight_bits = 8,
                                          int accumulator_bits = 32) {
  network::IntegerNetwork network;
  network.accumulator_bits = accumulator_bits;
  for (const std::uint32_t width : widths) {
    network.tensors.push_back({"tensor", {width, 1, 1}});
  }
  for (std::uint32_t l = 0; l + 1 < widths.size(); ++l) {
    const std::vector<std::int32_t> zeros(std::size_t{widths[l]} * widths[l + 1]);
    const network::Volume values{widths[l + 1], 1, 1};
    network::IntegerLayer layer;
    layer.id = {l};
    layer.name = "fc" + std::to_string(l);
    layer.synapses.emplace_back(l, network::Convolved{{widths[l], 1, 1}, values, {}}, weight_bits, zeros);
    layer.sums = values;
    layer.values = values;
    layer.written = values;
    layer.bias.resize(widths[l + 1]);
    layer.tensor = l + 1;
    layer.is_output = l + 2 == widths.size();
    network.layers.push_back(std::move(layer));
  }
  return network;
}

/// A convolution with 8-bit zeros for weights, and a pool behind it.
struct TestConvolution {
  std::uint32_t channels = 1;
  network::Window window{};
  std::uint32_t groups = 1;
  network::Pool pool = network::Pool::kNone;
  network::Window pool_window{};
};

/// Appends the layer; it reads the last tensor.
inline void append(network::IntegerNetwork& network, const TestConvolution& convolution) {
  const auto slid = [](const network::Volume& from, const network::Window& window, std::uint32_t channels) {
    return network::Volume{channels, static_cast<std::uint32_t>(network::window_positions(window, 0, from.rows)),
                           static_cast<std::uint32_t>(network::window_positions(window, 1, from.columns))};
  };
  const auto l = static_cast<std::uint32_t>(network.layers.size());
  const network::Volume from = network.tensors.back().shape;
  const network::Convolved shape{from, slid(from, convolution.window, convolution.channels), convolution.window,
                                 convolution.groups};
  network::IntegerLayer layer;
  layer.id = {l};
  layer.name = "conv" + std::to_string(l);
  const std::vector<std::int32_t> zeros(network::Projection(shape).weights());
  layer.synapses.emplace_back(l, shape, 8, zeros);
  layer.sums = shape.to;
  layer.pool = convolution.pool;
  layer.window = convolution.pool_window;
  layer.values = slid(shape.to, convolution.pool_window, convolution.channels);
  layer.written = layer.values;
  layer.bias.resize(convolution.channels);
  layer.tensor = l + 1;
  network.tensors.push_back({"tensor", layer.values});
  network.layers.push_back(std::move(layer));
}

/// Layers of images that follow each other from such a frame.
inline network::IntegerNetwork images_of(const network::Volume& frame,
                                         const std::vector<TestConvolution>& convolutions) {
  network::IntegerNetwork network;
  network.tensors.push_back({"frame", frame});
  for (const TestConvolution& convolution : convolutions) {
    append(network, convolution);
  }
  network.layers.back().is_output = true;
  return network;
}

/// A square window that keeps an image's size if its stride is 1.
inline network::Window same(std::int64_t kernel, std::int64_t stride = 1) {
  return {{kernel, kernel}, {stride, stride}, {kernel / 2, kernel / 2}, {kernel / 2, kernel / 2}};
}

/// A square window without padding.
inline network::Window square(std::int64_t kernel, std::int64_t stride) { return {{kernel, kernel}, {stride, stride}}; }

/// One to five layers of random widths and formats.
inline network::IntegerNetwork random_layers(Random& random) {
  constexpr std::array kWidths{8, 16, 32};
  std::vector<std::uint32_t> widths;
  for (std::int64_t l = random.between(1, 5); l >= 0; --l) {
    widths.push_back(static_cast<std::uint32_t>(random.between(1, 60)));
  }
  return network_of(widths, kWidths[random.below(3)], random.below(2) == 0 ? 16 : 32);
}

/// One to 25 cores with small memories.
inline mapping::Capacity random_capacity(Random& random) {
  return {static_cast<std::uint32_t>(random.between(1, 5)), static_cast<std::uint32_t>(random.between(1, 5)),
          random.below(8000), random.below(800)};
}

/// The message with which the call refuses its input, or "no InputError".
template <class Call>
std::string refusal(const Call& call) {
  try {
    call();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no InputError";
}

/// Accumulators under the windows of a box's values, and all between them: from the windows' formula.
inline std::uint64_t accumulators_of(const network::IntegerLayer& layer, const network::Box& box) {
  const auto along = [&](std::size_t axis, const Range& range, std::int64_t extent) {
    const network::Window& window = layer.window;
    const std::int64_t first = range.begin * window.stride[axis] - window.pad_begin[axis];
    const std::int64_t last = (range.end - 1) * window.stride[axis] - window.pad_begin[axis] + window.kernel[axis];
    return static_cast<std::uint64_t>(std::min(last, extent) - std::max<std::int64_t>(first, 0));
  };
  return along(0, box.rows, layer.sums.rows) * along(1, box.columns, layer.sums.columns) * box.channels.size();
}

/// Bytes of a layer's weights and bias for one output channel.
inline std::uint64_t channel_bytes(const network::IntegerNetwork& network, const network::IntegerLayer& layer) {
  auto bytes = static_cast<std::uint64_t>(network.accumulator_bits / 8);
  for (const network::Synapses& synapses : layer.synapses) {
    const network::Convolved& shape = synapses.projection().shape();
    bytes += static_cast<std::uint64_t>(shape.window.kernel[0] * shape.window.kernel[1]) * shape.from.channels /
             shape.groups * static_cast<std::uint64_t>(synapses.bits() / 8);
  }
  return bytes;
}

/// Every neuron on exactly one core, memories respected, one slice of a layer per core: counted neuron by neuron.
inline void check_mapping(const mapping::Mapping& mapping, const network::IntegerNetwork& network,
                          const mapping::Capacity& capacity) {
  std::map<std::uint32_t, std::uint64_t> weights;
  std::map<std::uint32_t, std::uint64_t> states;
  std::set<std::pair<std::uint32_t, std::uint32_t>> layers_of_cores;
  std::vector<std::vector<int>> neurons;
  for (const network::IntegerLayer& layer : network.layers) {
    neurons.emplace_back(layer.outputs(), 0);
  }
  for (const mapping::Slice& slice : mapping.slices) {
    ASSERT_LT(slice.core.value, capacity.cores());
    ASSERT_TRUE(layers_of_cores.emplace(slice.core.value, slice.layer.value).second);
    const network::IntegerLayer& layer = network.layers.at(slice.layer.value);
    const network::Box& box = slice.box;
    ASSERT_GT(box.size(), 0U);
    for (std::uint32_t row = box.rows.begin; row < box.rows.end; ++row) {
      for (std::uint32_t column = box.columns.begin; column < box.columns.end; ++column) {
        for (std::uint32_t channel = box.channels.begin; channel < box.channels.end; ++channel) {
          ++neurons[slice.layer.value].at(layer.values.number_of({row, column, channel}));
        }
      }
    }
    weights[slice.core.value] += box.channels.size() * channel_bytes(network, layer);
    states[slice.core.value] += accumulators_of(layer, box) * static_cast<std::uint64_t>(network.accumulator_bits) / 8 *
                                    capacity.accumulator_banks +
                                2 * box.size();
    ASSERT_LE(weights[slice.core.value], capacity.weight_bytes);
    ASSERT_LE(states[slice.core.value], capacity.state_bytes);
  }
  for (const std::vector<int>& layer : neurons) {
    ASSERT_EQ(static_cast<std::size_t>(std::count(layer.begin(), layer.end(), 1)), layer.size());
  }
}

}  // namespace sigdel::test
