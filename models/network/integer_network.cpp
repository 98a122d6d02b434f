#include "models/network/integer_network.hpp"

#include <cmath>

namespace sigdel::network {

std::uint32_t Tensor::value_bits() const {
  if (threshold) {
    return static_cast<std::uint32_t>(threshold->message_bits);
  }
  std::uint32_t bits = 17;
  while ((std::int64_t{1} << (bits - 1)) <= 2 * std::int64_t{most}) {
    ++bits;
  }
  return bits;
}

bool IntegerLayer::has_product() const {
  return std::any_of(synapses.begin(), synapses.end(),
                     [](const Synapses& each) { return !each.projection().shape().is_identity; });
}

std::uint32_t IntegerLayer::groups() const {
  std::uint32_t finest = 1;
  for (const Synapses& each : synapses) {
    const std::uint32_t groups = each.projection().shape().groups;
    if (groups != finest && groups != 1) {
      finest = finest == 1 ? groups : sums.channels;
    }
  }
  return finest;
}

Range IntegerLayer::window_of(std::size_t axis, std::uint32_t at) const {
  const std::int64_t first = at * window.stride[axis] - window.pad_begin[axis];
  const std::int64_t extent = axis == 0 ? sums.rows : sums.columns;
  return {static_cast<std::uint32_t>(std::max<std::int64_t>(first, 0)),
          static_cast<std::uint32_t>(std::min(first + window.kernel[axis], extent))};
}

Box IntegerLayer::sums_of(const Box& box) const {
  return {{window_of(0, box.rows.begin).begin, window_of(0, box.rows.end - 1).end},
          {window_of(1, box.columns.begin).begin, window_of(1, box.columns.end - 1).end},
          box.channels};
}

double IntegerNetwork::output_unit() const {
  const IntegerLayer& output = layers.back();
  const std::int64_t window = output.pool == Pool::kSum ? output.window.kernel[0] * output.window.kernel[1] : 1;
  return std::ldexp(1.0 / static_cast<double>(window), output.output_shift - output.fraction_bits);
}

std::vector<LayerId> IntegerNetwork::writers_of(std::uint32_t tensor) const {
  std::vector<LayerId> writers;
  for (const IntegerLayer& layer : layers) {
    if (layer.tensor == tensor) {
      writers.push_back(layer.id);
    }
  }
  return writers;
}

std::vector<LayerId> IntegerNetwork::readers_of(std::uint32_t tensor) const {
  std::vector<LayerId> readers;
  for (const IntegerLayer& layer : layers) {
    if (std::any_of(layer.synapses.begin(), layer.synapses.end(),
                    [&](const Synapses& each) { return each.tensor() == tensor; })) {
      readers.push_back(layer.id);
    }
  }
  return readers;
}

std::vector<std::uint32_t> IntegerNetwork::depths() const {
  std::vector<std::uint32_t> of_tensor(tensors.size(), 0);  // layers before it
  std::vector<std::uint32_t> depths;
  for (const IntegerLayer& layer : layers) {
    std::uint32_t depth = 0;
    for (const Synapses& each : layer.synapses) {
      depth = std::max(depth, of_tensor[each.tensor()]);
    }
    of_tensor[layer.tensor] = std::max(of_tensor[layer.tensor], depth + 1);
    depths.push_back(depth);
  }
  return depths;
}

std::vector<double> IntegerNetwork::scales() const {
  std::vector<double> scales;
  for (std::size_t i = 0; i + 1 < tensors.size(); ++i) {
    scales.push_back(tensors[i].scale);
  }
  return scales;
}

}  // namespace sigdel::network
