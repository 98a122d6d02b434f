#include "models/mapping/fill.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "models/mapping/arrange.hpp"

namespace sigdel::mapping {
namespace {

using network::IntegerLayer;
using network::IntegerNetwork;

/// n channels of the layer, all of their pixels; of a vector n neurons.
network::Box first(const IntegerNetwork& network, LayerId layer, std::uint64_t n) {
  network::Box box = all_of(network, layer);
  box.channels.end = static_cast<std::uint32_t>(n);
  return box;
}

/// What is left of one core: its memories, and the dense work that it may still take.
struct Room {
  std::uint64_t weight_bytes;
  std::uint64_t state_bytes;
  std::uint64_t work;
  std::uint32_t banks;

  /// How many channels of the layer fit.
  [[nodiscard]] std::uint32_t channels(const IntegerNetwork& network, LayerId layer) const {
    const std::uint64_t by_weight = weight_bytes / mapping::weight_bytes(network, layer, first(network, layer, 1));
    const std::uint64_t by_state = state_bytes / mapping::state_bytes(network, layer, first(network, layer, 1), banks);
    const std::uint64_t by_work =
        work / std::max<std::uint64_t>(dense_work(network, layer, first(network, layer, 1)), 1);
    const std::uint64_t all = network.layers[layer.value].values.channels;
    return static_cast<std::uint32_t>(std::min({by_weight, by_state, by_work, all}));
  }
  void take(const IntegerNetwork& network, LayerId layer, std::uint32_t n) {
    weight_bytes -= mapping::weight_bytes(network, layer, first(network, layer, n));
    state_bytes -= mapping::state_bytes(network, layer, first(network, layer, n), banks);
    work -= dense_work(network, layer, first(network, layer, n));
  }
};

Slice channels_of(const IntegerNetwork& network, LayerId layer, CoreId core, const Range& channels) {
  network::Box box = all_of(network, layer);
  box.channels = channels;
  return {layer, core, box};
}

/// Layer after layer, each core filled before the next.
Attempt fill_in_order(const IntegerNetwork& network, const Capacity& capacity, const Room& empty) {
  Attempt filled;
  Room room = empty;
  std::uint32_t position = 0;
  for (const IntegerLayer& layer : network.layers) {
    const std::uint32_t channels = layer.values.channels;
    for (std::uint32_t begin = 0; begin < channels;) {
      const std::uint32_t n = std::min(room.channels(network, layer.id), channels - begin);
      if (n > 0) {
        filled.mapping.slices.push_back(channels_of(network, layer.id, snake(capacity, position), {begin, begin + n}));
        room.take(network, layer.id, n);
        begin += n;
      }
      if (begin < channels) {
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

/// Layer after layer, each time on the core that can take most channels.
Attempt fill_where_room_is(const IntegerNetwork& network, const Capacity& capacity, const Room& empty) {
  Attempt filled;
  std::vector<Room> rooms(capacity.cores(), empty);
  for (const IntegerLayer& layer : network.layers) {
    const std::uint32_t channels = layer.values.channels;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> takers;  // channels, core
    for (std::uint32_t core = 0; core < capacity.cores(); ++core) {
      takers.emplace_back(rooms[core].channels(network, layer.id), core);
    }
    std::stable_sort(takers.begin(), takers.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::uint32_t begin = 0;
    for (const auto& [most, core] : takers) {
      const std::uint32_t n = std::min(most, channels - begin);
      if (n > 0) {
        filled.mapping.slices.push_back(channels_of(network, layer.id, {core}, {begin, begin + n}));
        rooms[core].take(network, layer.id, n);
        begin += n;
      }
    }
    if (begin < channels) {
      filled.misfit = layer.id;
      return filled;
    }
  }
  return filled;
}

/// Searches the least work per core with which the cores suffice, by halving.
template <class Fill>
Attempt with_least_work(const IntegerNetwork& network, const Capacity& capacity, const Fill& fill) {
  Room room{capacity.weight_bytes, capacity.state_bytes, std::numeric_limits<std::uint64_t>::max(),
            capacity.accumulator_banks};
  Attempt best = fill(network, capacity, room);
  if (best.misfit) {
    return best;
  }
  std::uint64_t low = 0;   // too little, or one less than enough
  std::uint64_t high = 0;  // enough
  for (const IntegerLayer& layer : network.layers) {
    low = std::max(low, dense_work(network, layer.id, first(network, layer.id, 1)));
    high += dense_work(network, layer.id, all_of(network, layer.id));
  }
  low -= std::min<std::uint64_t>(low, 1);
  while (high - low > 1) {
    room.work = low + (high - low) / 2;
    Attempt filled = fill(network, capacity, room);
    (filled.misfit ? low : high) = room.work;
    best = filled.misfit ? best : filled;
  }
  return best;
}

}  // namespace

Attempt fill(const IntegerNetwork& network, const Capacity& capacity) {
  return with_least_work(network, capacity, fill_in_order);
}

Attempt fill_channels(const IntegerNetwork& network, const Capacity& capacity) {
  return with_least_work(network, capacity, fill_where_room_is);
}

}  // namespace sigdel::mapping
