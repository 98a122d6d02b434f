#include "models/mapping/own_cores.hpp"

#include <algorithm>

#include "models/mapping/arrange.hpp"
#include "models/mapping/cut.hpp"

namespace sigdel::mapping {
namespace {

using network::Box;
using network::IntegerLayer;
using network::IntegerNetwork;

/// A layer and how it is cut.
struct Cut {
  LayerId layer;
  std::uint64_t work;
  std::vector<Box> boxes;
  bool is_final = false;  ///< it cannot be cut further

  [[nodiscard]] double work_per_core() const { return static_cast<double>(work) / static_cast<double>(boxes.size()); }
};

/// n boxes of a layer that fit a core each, or none.
std::vector<Box> fitting(const IntegerNetwork& network, LayerId layer, std::uint64_t n, const Capacity& capacity) {
  std::vector<Box> boxes = cut_evenly(network, layer, static_cast<std::uint32_t>(n), capacity);
  const bool fit =
      std::all_of(boxes.begin(), boxes.end(), [&](const Box& box) { return fits(network, layer, box, capacity); });
  return fit ? boxes : std::vector<Box>{};
}

/// The fewest boxes that fit a core each, `most` at most; none if there are not so few.
std::vector<Box> fewest(const IntegerNetwork& network, LayerId layer, std::uint64_t most, const Capacity& capacity) {
  const Box whole = all_of(network, layer);
  const std::uint64_t by_weights =
      weight_bytes(network, layer, whole) / std::max<std::uint64_t>(capacity.weight_bytes, 1);
  const std::uint64_t by_states =
      state_bytes(network, layer, whole, capacity.accumulator_banks) / std::max<std::uint64_t>(capacity.state_bytes, 1);
  for (std::uint64_t n = std::max({std::uint64_t{1}, by_weights, by_states}); n <= most; ++n) {
    std::vector<Box> boxes = fitting(network, layer, n, capacity);
    if (!boxes.empty()) {
      return boxes;
    }
  }
  return {};
}

/// The layer with the most work per core that can still be split, the first of equals.
Cut* busiest(std::vector<Cut>& cuts) {
  Cut* found = nullptr;
  for (Cut& cut : cuts) {
    if (!cut.is_final && (found == nullptr || cut.work_per_core() > found->work_per_core())) {
      found = &cut;
    }
  }
  return found;
}

}  // namespace

std::optional<Mapping> own_cores(const IntegerNetwork& network, const Capacity& capacity) {
  std::uint64_t left = capacity.cores();
  std::vector<Cut> cuts;
  for (const IntegerLayer& layer : network.layers) {
    const Box whole = all_of(network, layer.id);
    cuts.push_back({layer.id, dense_work(network, layer.id, whole), fewest(network, layer.id, left, capacity)});
    if (cuts.back().boxes.empty()) {
      return std::nullopt;
    }
    left -= cuts.back().boxes.size();
  }
  while (left > 0) {
    Cut* cut = busiest(cuts);
    if (cut == nullptr) {
      break;
    }
    std::vector<Box> finer = fitting(network, cut->layer, cut->boxes.size() + 1, capacity);
    cut->is_final = finer.empty();
    if (!finer.empty()) {
      cut->boxes = std::move(finer);
      --left;
    }
  }
  Mapping mapping;
  std::uint32_t position = 0;
  for (const Cut& cut : cuts) {
    for (const Box& box : cut.boxes) {
      mapping.slices.push_back({cut.layer, snake(capacity, position++), box});
    }
  }
  return mapping;
}

}  // namespace sigdel::mapping
