#include <algorithm>
#include <set>
#include <span>

#include "models/base/errors.hpp"
#include "models/mapping/mapping.hpp"
#include "models/mapping/spill.hpp"

namespace sigdel::mapping {
namespace {

using network::IntegerNetwork;

void check_slice(const Slice& slice, const IntegerNetwork& network, const Capacity& capacity) {
  if (slice.layer.value >= network.layers.size()) {
    fail("mapping: a slice of layer {}, but the network has {} layers", slice.layer.value, network.layers.size());
  }
  if (slice.core.value >= capacity.cores()) {
    fail("mapping: layer '{}' is on {}, but the machine has {} x {} cores, the last is {}",
         network.layers[slice.layer.value].name, capacity.name_of(slice.core), capacity.columns, capacity.rows,
         capacity.name_of({capacity.cores() - 1}));
  }
}

bool is_inside(const Range& range, std::uint32_t extent) { return range.begin < range.end && range.end <= extent; }

/// The slices of one layer: inside of it, apart from each other, and together all of it.
void check_cover(std::span<const Slice> slices, const network::IntegerLayer& layer) {
  std::uint64_t covered = 0;
  for (auto slice = slices.begin(); slice != slices.end(); ++slice) {
    const network::Box& box = slice->box;
    if (!is_inside(box.rows, layer.values.rows) || !is_inside(box.columns, layer.values.columns) ||
        !is_inside(box.channels, layer.values.channels)) {
      fail("mapping: a slice of layer '{}' is {}; the layer is {}", layer.name, network::to_string(box),
           network::to_string(network::whole(layer.values)));
    }
    const auto other =
        std::find_if(slices.begin(), slice, [&](const Slice& each) { return network::overlap(each.box, box); });
    if (other != slice) {
      fail("mapping: two slices of layer '{}' have neurons in common: {} and {}", layer.name,
           network::to_string(other->box), network::to_string(box));
    }
    covered += box.size();
  }
  if (covered != layer.outputs()) {
    fail("mapping: {} of the {} neurons of layer '{}' have a core", covered, layer.outputs(), layer.name);
  }
}

void check_cover(const Mapping& mapping, const IntegerNetwork& network) {
  const std::span<const Slice> slices(mapping.slices);
  std::size_t first = 0;
  for (const network::IntegerLayer& layer : network.layers) {
    std::size_t count = 0;
    while (first + count < slices.size() && slices[first + count].layer == layer.id) {
      ++count;
    }
    check_cover(slices.subspan(first, count), layer);
    first += count;
  }
  if (first != slices.size()) {
    fail("mapping: the slices are not in the order of the layers");
  }
}

void check_memories(const Mapping& mapping, const IntegerNetwork& network, const Capacity& capacity) {
  std::vector<std::uint64_t> weights(capacity.cores());
  std::vector<std::uint64_t> states(capacity.cores());
  for (const Slice& slice : mapping.slices) {
    const std::uint32_t core = slice.core.value;
    weights[core] += weight_bytes_on_core(network, slice);
    states[core] += state_bytes_on_core(network, slice, capacity.accumulator_banks);
    if (weights[core] > capacity.weight_bytes || states[core] > capacity.state_bytes) {
      fail("mapping: with layer '{}' {} needs {} bytes of weights and {} of state, but has {} and {}",
           network.layers[slice.layer.value].name, capacity.name_of(slice.core), weights[core], states[core],
           capacity.weight_bytes, capacity.state_bytes);
    }
  }
}

}  // namespace

void validate(const Mapping& mapping, const IntegerNetwork& network, const Capacity& capacity) {
  std::set<std::pair<LayerId, CoreId>> seen;
  for (const Slice& slice : mapping.slices) {
    check_slice(slice, network, capacity);
    if (!seen.insert({slice.layer, slice.core}).second) {
      fail("mapping: {} has two slices of layer '{}'", capacity.name_of(slice.core),
           network.layers[slice.layer.value].name);
    }
  }
  check_cover(mapping, network);
  check_memories(mapping, network, capacity);
}

}  // namespace sigdel::mapping
