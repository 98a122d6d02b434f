#include "models/mapping/mapping.hpp"

#include <algorithm>
#include <numeric>
#include <optional>

#include "models/base/errors.hpp"

namespace sigdel::mapping {
namespace {

using network::IntegerLayer;
using network::IntegerNetwork;

/// The p-th core in snake order: even rows from left to right, odd ones back.
CoreId snake(const Capacity& capacity, std::uint32_t p) {
  const std::uint32_t row = p / capacity.columns;
  const std::uint32_t column = p % capacity.columns;
  return {row * capacity.columns + (row % 2 == 0 ? column : capacity.columns - 1 - column)};
}

/// What is left of one core's memories.
struct Room {
  std::uint64_t weight_bytes;
  std::uint64_t state_bytes;

  /// How many neurons of the layer fit.
  [[nodiscard]] std::uint32_t neurons(const IntegerNetwork& network, LayerId layer) const {
    const std::uint64_t by_weight = weight_bytes / mapping::weight_bytes(network, layer, 1);
    const std::uint64_t by_state = state_bytes / mapping::state_bytes(network, layer, 1);
    const std::uint64_t all = network.layers[layer.value].outputs();
    return static_cast<std::uint32_t>(std::min({by_weight, by_state, all}));
  }
  void take(const IntegerNetwork& network, LayerId layer, std::uint32_t n) {
    weight_bytes -= mapping::weight_bytes(network, layer, n);
    state_bytes -= mapping::state_bytes(network, layer, n);
  }
};

[[noreturn]] void refuse_neuron(const IntegerNetwork& network, const IntegerLayer& layer, const Capacity& capacity) {
  fail(
      "layer '{}': one neuron needs {} bytes of weights and {} of state, more than a core has ({} and {}). Larger "
      "memories or narrower weights help",
      layer.name, weight_bytes(network, layer.id, 1), state_bytes(network, layer.id, 1), capacity.weight_bytes,
      capacity.state_bytes);
}

[[noreturn]] void refuse_layer(const IntegerNetwork& network, const IntegerLayer& layer, const Capacity& capacity) {
  std::uint64_t weights = 0;
  std::uint64_t states = 0;
  for (const IntegerLayer& each : network.layers) {
    weights += weight_bytes(network, each.id, each.outputs());
    states += state_bytes(network, each.id, each.outputs());
  }
  fail(
      "layer '{}' does not fit the machine: it needs {} bytes of weights and {} of state (the whole network {} and "
      "{}); {} cores hold {} and {} each. More cores, larger memories or narrower weights help",
      layer.name, weight_bytes(network, layer.id, layer.outputs()), state_bytes(network, layer.id, layer.outputs()),
      weights, states, capacity.cores(), capacity.weight_bytes, capacity.state_bytes);
}

/// Per layer the fewest cores that hold it.
std::vector<std::uint32_t> fewest_cores(const IntegerNetwork& network, const Capacity& capacity) {
  std::vector<std::uint32_t> cores;
  for (const IntegerLayer& layer : network.layers) {
    const std::uint32_t most = Room{capacity.weight_bytes, capacity.state_bytes}.neurons(network, layer.id);
    if (most == 0) {
      refuse_neuron(network, layer, capacity);
    }
    cores.push_back((layer.outputs() - 1) / most + 1);
  }
  return cores;
}

/// The layer with the most dense work per core that can still be split, the first of equals.
std::optional<std::size_t> busiest(const IntegerNetwork& network, const std::vector<std::uint32_t>& cores) {
  std::optional<std::size_t> found;
  double most = 0;
  for (std::size_t l = 0; l < cores.size(); ++l) {
    const IntegerLayer& layer = network.layers[l];
    const double work = 1.0 * layer.inputs() * layer.outputs() / cores[l];
    if (cores[l] < layer.outputs() && work > most) {
      found = l;
      most = work;
    }
  }
  return found;
}

/// Every layer on cores of its own, cut as evenly as whole neurons allow.
Mapping spread(const IntegerNetwork& network, const Capacity& capacity, std::vector<std::uint32_t> cores,
               std::uint64_t spare) {
  for (; spare > 0; --spare) {
    const auto layer = busiest(network, cores);
    if (!layer) {
      break;
    }
    ++cores[*layer];
  }
  Mapping mapping;
  std::uint32_t position = 0;
  for (const IntegerLayer& layer : network.layers) {
    const std::uint64_t parts = cores[layer.id.value];
    const auto cut = [&](std::uint64_t i) { return static_cast<std::uint32_t>(layer.outputs() * i / parts); };
    for (std::uint64_t i = 0; i < parts; ++i) {
      mapping.slices.push_back({layer.id, snake(capacity, position++), {cut(i), cut(i + 1)}});
    }
  }
  return mapping;
}

/// Layer after layer, each core filled before the next.
Mapping fill(const IntegerNetwork& network, const Capacity& capacity) {
  Mapping mapping;
  const Room empty{capacity.weight_bytes, capacity.state_bytes};
  Room room = empty;
  std::uint32_t position = 0;
  for (const IntegerLayer& layer : network.layers) {
    for (std::uint32_t begin = 0; begin < layer.outputs();) {
      const std::uint32_t n = std::min(room.neurons(network, layer.id), layer.outputs() - begin);
      if (n > 0) {
        mapping.slices.push_back({layer.id, snake(capacity, position), {begin, begin + n}});
        room.take(network, layer.id, n);
        begin += n;
      }
      if (begin < layer.outputs()) {
        room = empty;
        if (++position == capacity.cores()) {
          refuse_layer(network, layer, capacity);
        }
      }
    }
  }
  return mapping;
}

}  // namespace

std::uint64_t weight_bytes(const IntegerNetwork& network, LayerId layer, std::uint64_t n) {
  const network::WeightMatrix& weights = network.layers[layer.value].weights;
  const auto weight_width = static_cast<std::uint64_t>(weights.bits() / 8);
  const auto bias_width = static_cast<std::uint64_t>(network.accumulator_bits / 8);
  return n * (weights.rows() * weight_width + bias_width);
}

std::uint64_t state_bytes(const IntegerNetwork& network, LayerId /*layer*/, std::uint64_t n) {
  return n * (static_cast<std::uint64_t>(network.accumulator_bits / 8) + 2);
}

Mapping map_automatically(const IntegerNetwork& network, const Capacity& capacity) {
  std::vector<std::uint32_t> cores = fewest_cores(network, capacity);
  const std::uint64_t needed = std::accumulate(cores.begin(), cores.end(), std::uint64_t{0});
  return needed <= capacity.cores() ? spread(network, capacity, std::move(cores), capacity.cores() - needed)
                                    : fill(network, capacity);
}

}  // namespace sigdel::mapping
