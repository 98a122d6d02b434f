#include "models/mapping/spill.hpp"

#include <algorithm>
#include <numeric>

namespace sigdel::mapping {
namespace {

/// Marks slices, the least worth its bytes first, until the rest fits. `bytes` has what each needs as it is marked.
template <class Bytes>
void mark_until_fits(std::vector<Slice*> slices, bool Slice::*mark, std::uint64_t capacity,
                     const network::IntegerNetwork& network, const Bytes& bytes) {
  const auto worth = [&](const Slice& slice) {
    return static_cast<double>(dense_work(network, slice.layer, slice.box)) / static_cast<double>(bytes(slice));
  };
  std::stable_sort(slices.begin(), slices.end(), [&](const Slice* a, const Slice* b) { return worth(*a) < worth(*b); });
  const auto sum = [&] {
    return std::accumulate(slices.begin(), slices.end(), std::uint64_t{0},
                           [&](std::uint64_t all, const Slice* slice) { return all + bytes(*slice); });
  };
  for (auto slice = slices.begin(); slice != slices.end() && sum() > capacity; ++slice) {
    (**slice).*mark = true;
  }
}

}  // namespace

std::uint64_t weight_bytes_on_core(const network::IntegerNetwork& network, const Slice& slice) {
  return slice.weights_off_chip ? slice.box.channels.size() * static_cast<std::uint64_t>(network.accumulator_bits / 8)
                                : weight_bytes(network, slice.layer, slice.box);
}

std::uint64_t state_bytes_on_core(const network::IntegerNetwork& network, const Slice& slice,
                                  std::uint32_t accumulator_banks) {
  return slice.states_off_chip ? 0 : state_bytes(network, slice.layer, slice.box, accumulator_banks);
}

void spill(Mapping& mapping, const network::IntegerNetwork& network, const Capacity& capacity) {
  for (std::uint32_t core = 0; core < capacity.cores(); ++core) {
    std::vector<Slice*> slices;
    for (Slice& slice : mapping.slices) {
      if (slice.core.value == core) {
        slices.push_back(&slice);
      }
    }
    mark_until_fits(slices, &Slice::weights_off_chip, capacity.weight_bytes, network, [&](const Slice& slice) {
      return std::max<std::uint64_t>(weight_bytes_on_core(network, slice), 1);
    });
    mark_until_fits(slices, &Slice::states_off_chip, capacity.state_bytes, network, [&](const Slice& slice) {
      return std::max<std::uint64_t>(state_bytes_on_core(network, slice, capacity.accumulator_banks), 1);
    });
  }
}

}  // namespace sigdel::mapping
