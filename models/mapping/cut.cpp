#include "models/mapping/cut.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <optional>

namespace sigdel::mapping {
namespace {

using network::Box;
using network::IntegerLayer;
using network::IntegerNetwork;

constexpr double kChannelsCost = 0.8;  // of a cut between channels

constexpr std::array kAxes{&Box::rows, &Box::columns, &Box::channels};  // the first of equals is cut
using Axis = Range Box::*;

std::uint64_t sum_of(std::span<const std::uint64_t> shares) {
  return std::accumulate(shares.begin(), shares.end(), std::uint64_t{0});
}

std::vector<Box> cut_neurons(const IntegerLayer& layer, std::span<const std::uint64_t> shares) {
  std::vector<Box> boxes;
  const auto total = static_cast<double>(sum_of(shares));
  std::uint64_t before = 0;
  std::uint32_t begin = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    before += shares[i];
    const auto wanted = static_cast<std::uint32_t>(layer.outputs() * static_cast<double>(before) / total);
    const auto last = layer.outputs() - static_cast<std::uint32_t>(shares.size() - 1 - i);  // one for each behind it
    const std::uint32_t end = std::clamp(wanted, begin + 1, last);
    boxes.push_back(network::elements({begin, end}));
    begin = end;
  }
  return boxes;
}

/// Places at which an axis may be cut: first, first + step, ...
struct Places {
  std::uint32_t first = 0;
  std::uint32_t step = 1;
  std::uint32_t count = 0;

  [[nodiscard]] std::uint32_t operator[](std::uint32_t i) const { return first + i * step; }
};

struct Halves {
  Box left;
  Box right;
  double cost = std::numeric_limits<double>::infinity();  ///< per share, of the side with more of it
};

class ImageCutter {
 public:
  ImageCutter(const IntegerNetwork& network, LayerId layer, std::uint32_t most_channels)
      : network_(network), layer_(network.layers[layer.value]), most_channels_(most_channels) {}

  /// Appends the boxes; false if there is no such cut.
  bool cut(const Box& box, std::span<const std::uint64_t> shares) {
    if (shares.size() == 1) {
      boxes_.push_back(box);
      return box.channels.size() <= most_channels_;
    }
    // Small boxes cannot always be halved: then one side gets more parts.
    const std::size_t middle = shares.size() / 2;
    for (std::size_t off = 0; off < shares.size(); ++off) {
      for (const std::size_t at : {middle - std::min(off, middle), middle + off}) {
        if (at == 0 || at >= shares.size()) {
          continue;
        }
        if (const auto halves = best_halves(box, shares.first(at), shares.subspan(at))) {
          return cut(halves->left, shares.first(at)) && cut(halves->right, shares.subspan(at));
        }
      }
    }
    return false;
  }

  std::vector<Box> boxes() { return std::move(boxes_); }

 private:
  using Shares = std::span<const std::uint64_t>;

  [[nodiscard]] std::optional<Halves> best_halves(const Box& box, Shares left, Shares right) const {
    Halves best;
    for (const Axis axis : kAxes) {
      const Places places = places_of(box, axis, left.size(), right.size());
      if (places.count > 0) {
        const Halves halves = halves_at(box, axis, places, left, right);
        if (halves.cost < best.cost) {
          best = halves;
        }
      }
    }
    return best.cost < std::numeric_limits<double>::infinity() ? std::optional(best) : std::nullopt;
  }

  /// Where both sides keep a neuron for each of their boxes, and channels that their boxes can hold.
  [[nodiscard]] Places places_of(const Box& box, Axis axis, std::uint64_t left, std::uint64_t right) const {
    const Range& range = box.*axis;
    const std::uint64_t extent = range.size();
    const std::uint64_t slab = box.size() / extent;
    std::uint64_t low = (left - 1) / slab + 1;
    const std::uint64_t beyond = (right - 1) / slab + 1;
    if (beyond >= extent) {
      return {};
    }
    std::uint64_t high = extent - beyond;
    if (axis == &Box::channels) {
      low = std::max(low, extent - std::min(extent, right * most_channels_));
      high = std::min(high, left * most_channels_);
    } else if (box.channels.size() > std::min(left, right) * most_channels_) {
      return {};
    }
    if (low > high) {
      return {};
    }
    const Places all{range.begin + static_cast<std::uint32_t>(low), 1, static_cast<std::uint32_t>(high - low + 1)};
    return axis == &Box::channels ? between_groups(all) : all;
  }

  /// Only those where no group is cut, if there are any.
  [[nodiscard]] Places between_groups(const Places& all) const {
    const std::uint32_t group = layer_.groups() == 1 ? 1 : layer_.sums.channels / layer_.groups();
    const std::uint32_t first = (all.first + group - 1) / group * group;
    const std::uint32_t end = all.first + all.count;
    return first < end ? Places{first, group, (end - 1 - first) / group + 1} : all;
  }

  /// The work of the left grows from place to place and that of the right shrinks: the best place is where they cross.
  [[nodiscard]] Halves halves_at(const Box& box, Axis axis, const Places& places, Shares left, Shares right) const {
    const auto left_sum = static_cast<double>(sum_of(left));
    const auto right_sum = static_cast<double>(sum_of(right));
    const auto halves = [&](std::uint32_t i) {
      Halves cut{box, box};
      (cut.left.*axis).end = places[i];
      (cut.right.*axis).begin = places[i];
      return cut;
    };
    const auto work = [&](std::uint32_t i) {
      const Halves cut = halves(i);
      return std::array{static_cast<double>(dense_work(network_, layer_.id, cut.left)) / left_sum,
                        static_cast<double>(dense_work(network_, layer_.id, cut.right)) / right_sum};
    };
    std::uint32_t low = 0;
    std::uint32_t high = places.count - 1;  // the crossing is at or before it, or nowhere
    while (low < high) {
      const std::uint32_t i = low + (high - low) / 2;
      if (work(i)[0] >= work(i)[1]) {
        high = i;
      } else {
        low = i + 1;
      }
    }
    if (low > 0 && work(low - 1)[1] <= work(low)[0]) {
      --low;
    }
    Halves best = halves(low);
    best.cost = (axis == &Box::channels ? kChannelsCost : 1) *
                std::max(cost_of(best.left) / left_sum, cost_of(best.right) / right_sum);
    return best;
  }

  [[nodiscard]] double cost_of(const Box& box) const {
    return static_cast<double>(dense_work(network_, layer_.id, box) +
                               kUpdatesPerEvent * events_of(network_, layer_.id, box));
  }

  const IntegerNetwork& network_;
  const IntegerLayer& layer_;
  std::uint64_t most_channels_;
  std::vector<Box> boxes_;
};

}  // namespace

std::uint64_t events_of(const IntegerNetwork& network, LayerId layer, const Box& box) {
  const IntegerLayer& whole = network.layers[layer.value];
  const Box sums = whole.sums_of(box);
  std::uint64_t events = 0;
  for (const network::Synapses& synapses : whole.synapses) {
    events += synapses.projection().sources(sums).size();
  }
  return events;
}

std::uint64_t cost_of(const Mapping& mapping, const IntegerNetwork& network, const Capacity& capacity) {
  std::vector<std::uint64_t> of_core(capacity.cores());
  std::vector<std::uint64_t> of_layer(network.layers.size());  // of its busiest part: a frame waits for it
  std::uint64_t events = 0;
  for (const Slice& slice : mapping.slices) {
    const std::uint64_t work = dense_work(network, slice.layer, slice.box);
    of_core[slice.core.value] += work;
    of_layer[slice.layer.value] = std::max(of_layer[slice.layer.value], work);
    events += events_of(network, slice.layer, slice.box);
  }
  return *std::max_element(of_core.begin(), of_core.end()) +
         std::accumulate(of_layer.begin(), of_layer.end(), std::uint64_t{0}) +
         kUpdatesPerEvent * events / capacity.cores();
}

bool fits(const IntegerNetwork& network, LayerId layer, const Box& box, const Capacity& capacity) {
  return weight_bytes(network, layer, box) <= capacity.weight_bytes &&
         state_bytes(network, layer, box, capacity.accumulator_banks) <= capacity.state_bytes;
}

std::uint32_t channels_in(const IntegerNetwork& network, LayerId layer, std::uint64_t bytes) {
  const std::uint64_t each = weight_bytes(network, layer, network::elements({0, 1}));
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(bytes / each, network.layers[layer.value].values.channels));
}

std::vector<Box> cut(const IntegerNetwork& network, LayerId layer, std::span<const std::uint64_t> shares,
                     std::uint32_t most_channels) {
  const IntegerLayer& whole = network.layers[layer.value];
  if (shares.size() > whole.outputs() || most_channels == 0) {
    return {};
  }
  if (whole.values.pixels() == 1) {
    return cut_neurons(whole, shares);
  }
  ImageCutter cutter(network, layer, most_channels);
  return cutter.cut(network::whole(whole.values), shares) ? cutter.boxes() : std::vector<Box>{};
}

std::vector<Box> cut_evenly(const IntegerNetwork& network, LayerId layer, std::uint32_t n, const Capacity& capacity) {
  const std::vector<std::uint64_t> shares(n, 1);
  return cut(network, layer, shares, channels_in(network, layer, capacity.weight_bytes));
}

}  // namespace sigdel::mapping
