#include "models/mapping/fill.hpp"

#include <algorithm>
#include <limits>

#include "models/mapping/arrange.hpp"

namespace sigdel::mapping {
namespace {

using network::IntegerLayer;
using network::IntegerNetwork;

network::Box first(std::uint64_t n) { return network::elements({0, static_cast<std::uint32_t>(n)}); }

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

/// Layer after layer, each core filled before the next.
Attempt fill_each(const IntegerNetwork& network, const Capacity& capacity, const Room& empty) {
  Attempt filled;
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

}  // namespace

/// More room on each core never needs more cores, so the least work can be searched by halving.
Attempt fill(const IntegerNetwork& network, const Capacity& capacity) {
  Room room{capacity.weight_bytes, capacity.state_bytes, std::numeric_limits<std::uint64_t>::max(),
            capacity.accumulator_banks};
  if (Attempt filled = fill_each(network, capacity, room); filled.misfit) {
    return filled;
  }
  std::uint64_t low = 0;   // too little, or one less than enough
  std::uint64_t high = 0;  // enough
  for (const IntegerLayer& layer : network.layers) {
    low = std::max(low, dense_work(network, layer.id, first(1)) - 1);
    high += dense_work(network, layer.id, all_of(network, layer.id));
  }
  while (high - low > 1) {
    room.work = low + (high - low) / 2;
    (fill_each(network, capacity, room).misfit ? low : high) = room.work;
  }
  room.work = high;
  return fill_each(network, capacity, room);
}

}  // namespace sigdel::mapping
