#include <set>

#include "models/base/errors.hpp"
#include "models/mapping/mapping.hpp"

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

/// Every layer's slices follow each other from its first neuron to its last.
void check_cover(const Mapping& mapping, const IntegerNetwork& network) {
  auto slice = mapping.slices.begin();
  for (const network::IntegerLayer& layer : network.layers) {
    std::uint32_t covered = 0;
    for (; slice != mapping.slices.end() && slice->layer == layer.id; ++slice) {
      if (slice->neurons.begin != covered || slice->neurons.end <= covered) {
        fail("mapping: a slice of layer '{}' has neurons [{}, {}), but the next one is {}", layer.name,
             slice->neurons.begin, slice->neurons.end, covered);
      }
      covered = slice->neurons.end;
    }
    if (covered != layer.outputs()) {
      fail("mapping: {} of the {} neurons of layer '{}' have a core", covered, layer.outputs(), layer.name);
    }
  }
  if (slice != mapping.slices.end()) {
    fail("mapping: the slices are not in the order of the layers");
  }
}

void check_memories(const Mapping& mapping, const IntegerNetwork& network, const Capacity& capacity) {
  std::vector<std::uint64_t> weights(capacity.cores());
  std::vector<std::uint64_t> states(capacity.cores());
  for (const Slice& slice : mapping.slices) {
    const std::uint32_t core = slice.core.value;
    weights[core] += weight_bytes(network, slice.layer, slice.neurons.size());
    states[core] += state_bytes(network, slice.layer, slice.neurons.size(), capacity.accumulator_banks);
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
