#include "models/mapping/arrange.hpp"

#include <algorithm>
#include <cstdlib>
#include <numeric>

namespace sigdel::mapping {
namespace {

using network::Box;
using network::IntegerLayer;
using network::IntegerNetwork;

constexpr std::uint64_t kMostTrials = 20'000'000;  // terms of sums: some tens of milliseconds
constexpr std::uint32_t kMostCores = 1024;         // whose traffic with each other is worked out

Range common(const Range& a, const Range& b) {
  const std::uint32_t begin = std::max(a.begin, b.begin);
  return {begin, std::max(begin, std::min(a.end, b.end))};
}

/// What lies in both.
std::uint64_t common_size(const Box& a, const Box& b) {
  return std::uint64_t{common(a.rows, b.rows).size()} * common(a.columns, b.columns).size() *
         common(a.channels, b.channels).size();
}

/// Spikes between cores; `home` stands for the host.
class Traffic {
 public:
  Traffic(const Mapping& mapping, const IntegerNetwork& network, std::uint32_t cores)
      : home_(cores), partners_(cores + 1) {
    std::vector<std::uint64_t> spikes(mapping.slices.empty() ? 0 : std::size_t{cores + 1} * (cores + 1));
    for (const Slice& to : mapping.slices) {
      const IntegerLayer& layer = network.layers[to.layer.value];
      for (const network::Synapses& synapses : layer.synapses) {
        const Box read = synapses.projection().sources(layer.sums_of(to.box));
        if (synapses.tensor() == 0) {
          spikes[home_ * (cores + 1) + to.core.value] += read.size();
        }
        for (const Slice& from : mapping.slices) {
          const IntegerLayer& writer = network.layers[from.layer.value];
          if (writer.tensor == synapses.tensor()) {
            Box sent = from.box;
            sent.channels = {sent.channels.begin + writer.first_channel, sent.channels.end + writer.first_channel};
            spikes[from.core.value * std::size_t{cores + 1} + to.core.value] += common_size(sent, read);
          }
        }
      }
      if (layer.is_output) {
        spikes[to.core.value * std::size_t{cores + 1} + home_] += to.box.size();
      }
    }
    for (std::size_t a = 0; a <= cores && !spikes.empty(); ++a) {
      for (std::size_t b = 0; b <= cores; ++b) {
        const std::uint64_t both = spikes[a * (cores + 1) + b] + spikes[b * (cores + 1) + a];
        if (a != b && both > 0) {
          partners_[a].push_back({b, both});
        }
      }
    }
  }

  struct Partner {
    std::size_t core;
    std::uint64_t spikes;  ///< both ways
  };

  [[nodiscard]] std::size_t home() const { return home_; }
  [[nodiscard]] const std::vector<Partner>& partners(std::size_t core) const { return partners_[core]; }

 private:
  std::size_t home_;
  std::vector<std::vector<Partner>> partners_;
};

/// Which core of the mapping lies where.
class Places {
 public:
  Places(const Traffic& traffic, const Capacity& capacity)
      : traffic_(traffic), columns_(capacity.columns), of_(capacity.cores() + std::size_t{1}, 0) {}

  std::uint32_t& operator[](std::size_t core) { return of_[core]; }

  /// Spikes of a core times their links, if it lay there.
  [[nodiscard]] std::uint64_t distance(std::size_t core, std::uint32_t place) const {
    std::uint64_t sum = 0;
    for (const Traffic::Partner& partner : traffic_.partners(core)) {
      sum += partner.spikes * links(of_[partner.core], place);
    }
    return sum;
  }

  /// Exchanges two cores if that makes the distance less.
  bool try_exchange(std::size_t a, std::size_t b) {
    const std::uint64_t before = distance(a, of_[a]) + distance(b, of_[b]);
    std::swap(of_[a], of_[b]);
    const bool is_better = distance(a, of_[a]) + distance(b, of_[b]) < before;
    if (!is_better) {
      std::swap(of_[a], of_[b]);
    }
    return is_better;
  }

 private:
  [[nodiscard]] std::uint64_t links(std::uint32_t a, std::uint32_t b) const {
    const auto apart = [](std::uint32_t x, std::uint32_t y) { return x < y ? y - x : x - y; };
    return apart(a / columns_, b / columns_) + apart(a % columns_, b % columns_);
  }

  const Traffic& traffic_;
  std::uint32_t columns_;
  std::vector<std::uint32_t> of_;  // per core; the host's is core 0's
};

/// The mapping's cores by the layers that they work for: by the mean layer of their dense work, idle ones last.
std::vector<std::uint32_t> in_order_of_layers(const Mapping& mapping, const IntegerNetwork& network,
                                              std::uint32_t cores) {
  std::vector<double> work(cores, 0);
  std::vector<double> moment(cores, 0);
  for (const Slice& slice : mapping.slices) {
    const auto each = static_cast<double>(dense_work(network, slice.layer, slice.box));
    work[slice.core.value] += each;
    moment[slice.core.value] += each * slice.layer.value;
  }
  const auto layer_of = [&](std::uint32_t core) {
    return work[core] > 0 ? moment[core] / work[core] : static_cast<double>(network.layers.size());
  };
  std::vector<std::uint32_t> order(cores);
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return layer_of(a) < layer_of(b); });
  return order;
}

}  // namespace

CoreId snake(const Capacity& capacity, std::uint32_t p) {
  const std::uint32_t row = p / capacity.columns;
  const std::uint32_t column = p % capacity.columns;
  return {row * capacity.columns + (row % 2 == 0 ? column : capacity.columns - 1 - column)};
}

void arrange(Mapping& mapping, const IntegerNetwork& network, const Capacity& capacity) {
  const std::uint32_t cores = capacity.cores();
  const Traffic traffic(cores > kMostCores ? Mapping{} : mapping, network, cores);
  Places places(traffic, capacity);
  const std::vector<std::uint32_t> order = in_order_of_layers(mapping, network, cores);
  for (std::uint32_t p = 0; p < cores; ++p) {
    places[order[p]] = snake(capacity, p).value;
  }
  std::uint64_t trials = cores > kMostCores ? kMostTrials : 0;
  for (bool is_better = true; is_better && trials < kMostTrials;) {
    is_better = false;
    for (std::uint32_t a = 0; a < cores && trials < kMostTrials; ++a) {
      for (std::uint32_t b = 0; b < a; ++b) {
        is_better = places.try_exchange(a, b) || is_better;
        trials += 4 * (traffic.partners(a).size() + traffic.partners(b).size());
      }
    }
  }
  for (Slice& slice : mapping.slices) {
    slice.core = {places[slice.core.value]};
  }
}

std::uint64_t distance_of(const Mapping& mapping, const IntegerNetwork& network, const Capacity& capacity) {
  const std::uint32_t cores = capacity.cores();
  const Traffic traffic(mapping, network, cores);
  Places places(traffic, capacity);
  std::uint64_t sum = 0;
  for (std::uint32_t core = 0; core < cores; ++core) {
    places[core] = core;
  }
  for (std::uint32_t core = 0; core < cores; ++core) {
    sum += places.distance(core, core);
  }
  return (sum + places.distance(traffic.home(), 0)) / 2;
}

}  // namespace sigdel::mapping
