#include "models/mapping/mapping.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>

#include "models/base/errors.hpp"
#include "models/mapping/arrange.hpp"
#include "models/mapping/cut.hpp"
#include "models/mapping/fill.hpp"
#include "models/mapping/own_cores.hpp"
#include "models/mapping/pack.hpp"

namespace sigdel::mapping {
namespace {

using network::IntegerLayer;
using network::IntegerNetwork;

/// One value in the middle of the layer: the least that a core can have of it.
network::Box one_of(const IntegerLayer& layer) {
  const std::uint32_t row = layer.values.rows / 2;
  const std::uint32_t column = layer.values.columns / 2;
  return {{row, row + 1}, {column, column + 1}, {0, 1}};
}

void check_neuron(const IntegerNetwork& network, const IntegerLayer& layer, const Capacity& capacity) {
  if (!fits(network, layer.id, one_of(layer), capacity)) {
    fail(
        "layer '{}': one neuron needs {} bytes of weights and {} of state, more than a core has ({} and {}). Larger "
        "memories or narrower weights help",
        layer.name, weight_bytes(network, layer.id, one_of(layer)),
        state_bytes(network, layer.id, one_of(layer), capacity.accumulator_banks), capacity.weight_bytes,
        capacity.state_bytes);
  }
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
      state_bytes(network, layer.id, all_of(network, layer.id), capacity.accumulator_banks), weights, states,
      capacity.cores(), capacity.weight_bytes, capacity.state_bytes);
}

/// A row of the mesh that cannot hold its layer.
void check_row(const IntegerNetwork& network, const IntegerLayer& layer, const Capacity& capacity, const Slice& slice) {
  if (!fits(network, layer.id, slice.box, capacity)) {
    fail(
        "layer '{}' does not fit row {} of the mesh: {} of its neurons on {} need {} bytes of weights and {} of state, "
        "and a core holds {} and {}. More columns, larger memories, narrower weights or another strategy help",
        layer.name, layer.id.value, slice.box.size(), capacity.name_of(slice.core),
        weight_bytes(network, layer.id, slice.box),
        state_bytes(network, layer.id, slice.box, capacity.accumulator_banks), capacity.weight_bytes,
        capacity.state_bytes);
  }
}

/// The layer cut over a row, with as many channels in a part as its weights allow; if there is no such cut, without
/// regard to the weights.
std::vector<network::Box> row_of(const IntegerNetwork& network, const IntegerLayer& layer, const Capacity& capacity) {
  const std::uint32_t parts = std::min(capacity.columns, layer.outputs());
  std::vector<network::Box> boxes = cut_evenly(network, layer.id, parts, capacity);
  return boxes.empty() ? cut(network, layer.id, std::vector<std::uint64_t>(parts, 1), layer.values.channels) : boxes;
}

bool has_images(const IntegerNetwork& network) {
  return std::any_of(network.layers.begin(), network.layers.end(),
                     [](const IntegerLayer& layer) { return layer.values.pixels() > 1; });
}

/// Several layers on a core, cut by channels alone if the memories allow no other cut.
Mapping shared_cores(const IntegerNetwork& network, const Capacity& capacity) {
  Attempt shared = pack(network, capacity);
  if (shared.misfit) {
    shared = fill_channels(network, capacity);
  }
  if (shared.misfit) {
    refuse_layer(network, network.layers[shared.misfit->value], capacity);
  }
  return shared.mapping;
}

/// Own cores, unless shared ones make the busiest core better by a tenth.
Mapping map_images(const IntegerNetwork& network, const Capacity& capacity) {
  const std::optional<Mapping> own = own_cores(network, capacity);
  Mapping mapping = own ? *own : shared_cores(network, capacity);
  if (own) {
    const Attempt shared = pack(network, capacity);
    if (!shared.misfit && 10 * cost_of(*own, network, capacity) > 11 * cost_of(shared.mapping, network, capacity)) {
      mapping = shared.mapping;
    }
  }
  arrange(mapping, network, capacity);
  std::sort(mapping.slices.begin(), mapping.slices.end(),
            [](const Slice& a, const Slice& b) { return std::tie(a.layer, a.box) < std::tie(b.layer, b.box); });
  return mapping;
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
  auto per_channel = static_cast<std::uint64_t>(network.accumulator_bits / 8);
  for (const network::Synapses& synapses : whole.synapses) {
    per_channel +=
        synapses.projection().weights() / whole.sums.channels * static_cast<std::uint64_t>(synapses.bits() / 8);
  }
  return box.channels.size() * per_channel;
}

std::uint64_t state_bytes(const IntegerNetwork& network, LayerId layer, const network::Box& box,
                          std::uint32_t accumulator_banks) {
  const std::uint64_t width = accumulator_banks * static_cast<std::uint64_t>(network.accumulator_bits / 8);
  const IntegerLayer& whole = network.layers[layer.value];
  return whole.sums_of(box).size() * width + whole.last_sent_bits() / 8 * std::uint64_t{box.size()};
}

Mapping map_automatically(const IntegerNetwork& network, const Capacity& capacity) {
  for (const IntegerLayer& layer : network.layers) {
    check_neuron(network, layer, capacity);
  }
  if (has_images(network)) {
    return map_images(network, capacity);
  }
  if (const std::optional<Mapping> own = own_cores(network, capacity)) {
    return *own;
  }
  const Attempt filled = fill(network, capacity);
  if (filled.misfit) {
    refuse_layer(network, network.layers[filled.misfit->value], capacity);
  }
  return filled.mapping;
}

Mapping map_layer_per_row(const IntegerNetwork& network, const Capacity& capacity) {
  if (network.layers.size() > capacity.rows) {
    fail("layer '{}' has no row of the mesh: {} layers need {} rows, and the mesh has {}",
         network.layers[capacity.rows].name, network.layers.size(), network.layers.size(), capacity.rows);
  }
  Mapping mapping;
  for (const IntegerLayer& layer : network.layers) {
    const std::vector<network::Box> boxes = row_of(network, layer, capacity);
    for (std::uint32_t column = 0; column < boxes.size(); ++column) {
      mapping.slices.push_back({layer.id, {layer.id.value * capacity.columns + column}, boxes[column]});
      check_row(network, layer, capacity, mapping.slices.back());
    }
  }
  return mapping;
}

}  // namespace sigdel::mapping
