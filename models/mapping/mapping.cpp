#include "models/mapping/mapping.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>

#include "models/base/errors.hpp"

namespace sigdel::mapping {
namespace {

using network::IntegerLayer;
using network::IntegerNetwork;

network::Box first(std::uint64_t n) { return network::elements({0, static_cast<std::uint32_t>(n)}); }

/// The p-th core in snake order: even rows from left to right, odd ones back.
CoreId snake(const Capacity& capacity, std::uint32_t p) {
  const std::uint32_t row = p / capacity.columns;
  const std::uint32_t column = p % capacity.columns;
  return {row * capacity.columns + (row % 2 == 0 ? column : capacity.columns - 1 - column)};
}

/// What is left of one core: its memories, and the dense work that it may still take.
struct Room {
  std::uint64_t weight_bytes;
  std::uint64_t state_bytes;
  std::uint64_t work;
  std::uint32_t banks;

  /// How many neurons of the layer fit.
  [[nodiscard]] std::uint32_t neurons(const IntegerNetwork& network, LayerId layer) const {
    const std::uint64_t by_weight = weight_bytes / mapping::weight_bytes(network, layer, first(1));
    const std::uint64_t by_state = state_bytes / mapping::state_bytes(network, layer, first(1), banks);
    const std::uint64_t by_work = work / dense_work(network, layer, first(1));
    const std::uint64_t all = network.layers[layer.value].outputs();
    return static_cast<std::uint32_t>(std::min({by_weight, by_state, by_work, all}));
  }
  void take(const IntegerNetwork& network, LayerId layer, std::uint32_t n) {
    weight_bytes -= mapping::weight_bytes(network, layer, first(n));
    state_bytes -= mapping::state_bytes(network, layer, first(n), banks);
    work -= dense_work(network, layer, first(n));
  }
};

/// A core that is limited by its memories alone.
Room empty_core(const Capacity& capacity) {
  return {capacity.weight_bytes, capacity.state_bytes, std::numeric_limits<std::uint64_t>::max(),
          capacity.accumulator_banks};
}

[[noreturn]] void refuse_neuron(const IntegerNetwork& network, const IntegerLayer& layer, const Capacity& capacity) {
  fail(
      "layer '{}': one neuron needs {} bytes of weights and {} of state, more than a core has ({} and {}). Larger "
      "memories or narrower weights help",
      layer.name, weight_bytes(network, layer.id, first(1)), state_bytes(network, layer.id, first(1), capacity.accumulator_banks),
      capacity.weight_bytes, capacity.state_bytes);
}

[[noreturn]] void refuse_layer(const IntegerNetwork& network, const IntegerLayer& layer, const Capacity& capacity) {
  std::uint64_t weights = 0;
  std::uint64_t states = 0;
  for (const IntegerLayer& each : network.layers) {
    weights += weight_bytes(network, each.id, all_of(network, each.id));
    states += state_bytes(network, each.id, all_of(network, each.id), capacity.accumulator_banks);
  }
  fail(
      "layer '{}' does not fit the machine: it needs {} bytes of weights and {} of state (the whole network {} and "
      "{}); {} cores hold {} and {} each. More cores, larger memories or narrower weights help",
      layer.name, weight_bytes(network, layer.id, all_of(network, layer.id)),
      state_bytes(network, layer.id, all_of(network, layer.id), capacity.accumulator_banks), weights, states, capacity.cores(),
      capacity.weight_bytes, capacity.state_bytes);
}

/// Per layer the fewest cores that hold it.
std::vector<std::uint32_t> fewest_cores(const IntegerNetwork& network, const Capacity& capacity) {
  std::vector<std::uint32_t> cores;
  for (const IntegerLayer& layer : network.layers) {
    const std::uint32_t most = empty_core(capacity).neurons(network, layer.id);
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
    const double work = static_cast<double>(dense_work(network, layer.id, all_of(network, layer.id))) / cores[l];
    if (cores[l] < layer.outputs() && work > most) {
      found = l;
      most = work;
    }
  }
  return found;
}

/// Part i of `parts` of the layer's neurons, all of nearly the same size.
Range part_of(const IntegerLayer& layer, std::uint64_t i, std::uint64_t parts) {
  const auto cut = [&](std::uint64_t at) { return static_cast<std::uint32_t>(layer.outputs() * at / parts); };
  return {cut(i), cut(i + 1)};
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
    const std::uint32_t parts = cores[layer.id.value];
    for (std::uint32_t i = 0; i < parts; ++i) {
      mapping.slices.push_back({layer.id, snake(capacity, position++), network::elements(part_of(layer, i, parts))});
    }
  }
  return mapping;
}

/// Layer after layer, each core filled before the next. `misfit` is the layer with which the cores ran out, if any.
struct Filled {
  Mapping mapping;
  std::optional<LayerId> misfit{};
};

Filled fill(const IntegerNetwork& network, const Capacity& capacity, const Room& empty) {
  Filled filled;
  Room room = empty;
  std::uint32_t position = 0;
  for (const IntegerLayer& layer : network.layers) {
    for (std::uint32_t begin = 0; begin < layer.outputs();) {
      const std::uint32_t n = std::min(room.neurons(network, layer.id), layer.outputs() - begin);
      if (n > 0) {
        filled.mapping.slices.push_back({layer.id, snake(capacity, position), network::elements({begin, begin + n})});
        room.take(network, layer.id, n);
        begin += n;
      }
      if (begin < layer.outputs()) {
        room = empty;
        if (++position == capacity.cores()) {
          filled.misfit = layer.id;
          return filled;
        }
      }
    }
  }
  return filled;
}

/// Layers that share cores: filled with the least work per core with which the cores suffice. More room on each core
/// never needs more cores, so that least work can be searched by halving.
Mapping share(const IntegerNetwork& network, const Capacity& capacity) {
  Room room = empty_core(capacity);
  if (const Filled filled = fill(network, capacity, room); filled.misfit) {
    refuse_layer(network, network.layers[filled.misfit->value], capacity);
  }
  std::uint64_t low = 0;   // too little, or one less than enough
  std::uint64_t high = 0;  // enough
  for (const IntegerLayer& layer : network.layers) {
    low = std::max(low, dense_work(network, layer.id, first(1)) - 1);
    high += dense_work(network, layer.id, all_of(network, layer.id));
  }
  while (high - low > 1) {
    room.work = low + (high - low) / 2;
    (fill(network, capacity, room).misfit ? low : high) = room.work;
  }
  room.work = high;
  return fill(network, capacity, room).mapping;
}

/// A row of the mesh that cannot hold its layer.
void check_row(const IntegerNetwork& network, const IntegerLayer& layer, const Capacity& capacity,
               const Slice& largest) {
  const std::uint64_t weights = weight_bytes(network, layer.id, largest.box);
  const std::uint64_t states = state_bytes(network, layer.id, largest.box, capacity.accumulator_banks);
  if (weights > capacity.weight_bytes || states > capacity.state_bytes) {
    fail(
        "layer '{}' does not fit row {} of the mesh: {} of its neurons on {} need {} bytes of weights and {} of state, "
        "and a core holds {} and {}. More columns, larger memories, narrower weights or another strategy help",
        layer.name, layer.id.value, largest.box.size(), capacity.name_of(largest.core), weights, states,
        capacity.weight_bytes, capacity.state_bytes);
  }
}

}  // namespace

std::string Capacity::name_of(CoreId core) const {
  return fmt::format("core_{}_{}", core.value / columns, core.value % columns);
}

network::Box all_of(const IntegerNetwork& network, LayerId layer) {
  return network::whole(network.layers[layer.value].values);
}

std::uint64_t dense_work(const IntegerNetwork& network, LayerId layer, const network::Box& box) {
  const IntegerLayer& whole = network.layers[layer.value];
  const network::Box sums = whole.sums_of(box);
  std::uint64_t work = 0;
  for (const network::Synapses& synapses : whole.synapses) {
    work += synapses.projection().pairs(sums) * sums.channels.size() * synapses.projection().inputs_per_group();
  }
  return work;
}

std::uint64_t weight_bytes(const IntegerNetwork& network, LayerId layer, const network::Box& box) {
  const IntegerLayer& whole = network.layers[layer.value];
  std::uint64_t per_channel = static_cast<std::uint64_t>(network.accumulator_bits / 8);
  for (const network::Synapses& synapses : whole.synapses) {
    per_channel += synapses.projection().weights() / whole.sums.channels * static_cast<std::uint64_t>(synapses.bits() / 8);
  }
  return box.channels.size() * per_channel;
}

std::uint64_t state_bytes(const IntegerNetwork& network, LayerId layer, const network::Box& box,
                          std::uint32_t accumulator_banks) {
  const std::uint64_t width = accumulator_banks * static_cast<std::uint64_t>(network.accumulator_bits / 8);
  return network.layers[layer.value].sums_of(box).size() * width + std::uint64_t{2} * box.size();
}

Mapping map_automatically(const IntegerNetwork& network, const Capacity& capacity) {
  std::vector<std::uint32_t> cores = fewest_cores(network, capacity);
  const std::uint64_t needed = std::accumulate(cores.begin(), cores.end(), std::uint64_t{0});
  return needed <= capacity.cores() ? spread(network, capacity, std::move(cores), capacity.cores() - needed)
                                    : share(network, capacity);
}

Mapping map_layer_per_row(const IntegerNetwork& network, const Capacity& capacity) {
  if (network.layers.size() > capacity.rows) {
    fail("layer '{}' has no row of the mesh: {} layers need {} rows, and the mesh has {}",
         network.layers[capacity.rows].name, network.layers.size(), network.layers.size(), capacity.rows);
  }
  Mapping mapping;
  for (const IntegerLayer& layer : network.layers) {
    const std::uint32_t parts = std::min(capacity.columns, layer.outputs());
    for (std::uint32_t column = 0; column < parts; ++column) {
      const CoreId core{layer.id.value * capacity.columns + column};
      mapping.slices.push_back({layer.id, core, network::elements(part_of(layer, column, parts))});
    }
    check_row(network, layer, capacity, mapping.slices.back());  // the last part is never smaller than another
  }
  return mapping;
}

}  // namespace sigdel::mapping
