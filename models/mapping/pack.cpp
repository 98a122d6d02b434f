#include "models/mapping/pack.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "models/mapping/cut.hpp"

namespace sigdel::mapping {
namespace {

using network::Box;
using network::IntegerNetwork;

/// What a part asks of a core, or all parts of a core together.
struct Need {
  std::uint64_t work = 0;
  std::uint64_t weights = 0;
  std::uint64_t states = 0;

  Need& operator+=(const Need& other) {
    work += other.work;
    weights += other.weights;
    states += other.states;
    return *this;
  }
  Need& operator-=(const Need& other) {
    work -= other.work;
    weights -= other.weights;
    states -= other.states;
    return *this;
  }
};

struct Part {
  LayerId layer;
  Box box;
  Need need;
  CoreId core{};
};

/// How finely layers are cut.
struct Grain {
  double parts = 1;    ///< per core's worth of work
  double weights = 1;  ///< share of a core's weight memory that one part may take
};

constexpr std::array kParts{0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 16.0, 1000.0};
constexpr std::array kWeights{1.0, 0.5, 0.25};
constexpr int kRounds = 4;  // in which shares are evened out

class Packer {
 public:
  Packer(const IntegerNetwork& network, const Capacity& capacity)
      : network_(network), capacity_(capacity), cores_(capacity.cores()), of_layer_(network.layers.size()) {
    for (const network::IntegerLayer& layer : network.layers) {
      needs_.push_back(need_of(layer.id, all_of(network, layer.id)));
      all_ += needs_.back();
    }
  }

  /// The layer that has no room, if any.
  std::optional<LayerId> place(const Grain& grain) {
    std::vector<Part> parts;
    for (const network::IntegerLayer& layer : network_.layers) {
      const std::vector<Part> cut = parts_of(layer.id, grain);
      if (cut.empty()) {
        return layer.id;
      }
      parts.insert(parts.end(), cut.begin(), cut.end());
    }
    std::stable_sort(parts.begin(), parts.end(),
                     [&](const Part& a, const Part& b) { return size_of(a.need) > size_of(b.need); });
    for (Part& part : parts) {
      const auto core = best_core(part);
      if (!core) {
        return part.layer;
      }
      part.core = *core;
      cores_[core->value] += part.need;
      of_layer_[part.layer.value].push_back(part);
    }
    for (int round = 0; round < kRounds; ++round) {
      for (std::vector<Part>& layer : of_layer_) {
        even_out(layer);
      }
      while (relieve_busiest()) {
      }
    }
    return std::nullopt;
  }

  /// In the order of the layers.
  [[nodiscard]] Mapping mapping() const {
    Mapping mapping;
    for (const std::vector<Part>& layer : of_layer_) {
      for (const Part& part : layer) {
        mapping.slices.push_back({part.layer, part.core, part.box});
      }
    }
    return mapping;
  }

 private:
  [[nodiscard]] Need need_of(LayerId layer, const Box& box) const {
    return {dense_work(network_, layer, box), weight_bytes(network_, layer, box),
            state_bytes(network_, layer, box, capacity_.accumulator_banks)};
  }

  /// The largest share that it takes of a core.
  [[nodiscard]] double size_of(const Need& need) const {
    return std::max({static_cast<double>(need.work) * capacity_.cores() / static_cast<double>(all_.work),
                     static_cast<double>(need.weights) / static_cast<double>(capacity_.weight_bytes),
                     static_cast<double>(need.states) / static_cast<double>(capacity_.state_bytes)});
  }

  [[nodiscard]] bool has_room(const Need& need) const {
    return need.weights <= capacity_.weight_bytes && need.states <= capacity_.state_bytes;
  }

  /// Boxes of nearly equal work, each of which a core holds; none if there are not enough cores.
  [[nodiscard]] std::vector<Part> parts_of(LayerId layer, const Grain& grain) const {
    const std::uint32_t most = std::min(capacity_.cores(), network_.layers[layer.value].outputs());
    const Need& need = needs_[layer.value];
    const double share = std::max(static_cast<double>(need.work) / static_cast<double>(all_.work),
                                  static_cast<double>(need.states) / static_cast<double>(all_.states));
    const auto wanted = static_cast<std::uint32_t>(std::ceil(grain.parts * share * capacity_.cores()));
    const std::uint32_t channels = channels_of(layer, grain);
    for (std::uint32_t n = std::clamp(wanted, 1U, most); n <= most; ++n) {
      std::vector<Part> parts;
      for (const Box& box : cut(network_, layer, std::vector<std::uint64_t>(n, 1), channels)) {
        parts.push_back({layer, box, need_of(layer, box)});
      }
      if (!parts.empty() &&
          std::all_of(parts.begin(), parts.end(), [&](const Part& part) { return has_room(part.need); })) {
        return parts;
      }
    }
    return {};
  }

  [[nodiscard]] std::uint32_t channels_of(LayerId layer, const Grain& grain) const {
    const auto bytes = static_cast<std::uint64_t>(grain.weights * static_cast<double>(capacity_.weight_bytes));
    return std::max(1U, channels_in(network_, layer, bytes));
  }

  /// Of the cores with room and no part of the layer the one with least work, the first of equals.
  [[nodiscard]] std::optional<CoreId> best_core(const Part& part) const {
    std::optional<CoreId> best;
    double least = 0;
    const std::vector<Part>& placed = of_layer_[part.layer.value];
    for (std::uint32_t c = 0; c < capacity_.cores(); ++c) {
      Need with = cores_[c];
      with += part.need;
      const bool has_layer =
          std::any_of(placed.begin(), placed.end(), [&](const Part& other) { return other.core.value == c; });
      const double size = size_of(with);
      if (!has_layer && has_room(with) && (!best || size < least)) {
        best = CoreId{c};
        least = size;
      }
    }
    return best;
  }

  /// Cuts the layer again so that its cores have nearly the same work, other layers included; keeps what is better.
  void even_out(std::vector<Part>& layer) {
    if (layer.size() < 2) {
      return;
    }
    std::vector<Need> others;
    for (const Part& part : layer) {
      others.push_back(cores_[part.core.value]);
      others.back() -= part.need;
    }
    const std::vector<Box> boxes = cut(network_, layer.front().layer, shares_for(layer, others), most_channels(layer));
    if (boxes.empty()) {
      return;
    }
    std::vector<Part> better = layer;
    double before = 0;
    double after = 0;
    for (std::size_t i = 0; i < layer.size(); ++i) {
      better[i].box = boxes[i];
      better[i].need = need_of(layer[i].layer, boxes[i]);
      before += squared(cores_[layer[i].core.value].work);
      others[i] += better[i].need;
      after += squared(others[i].work);
    }
    if (after < before && std::all_of(others.begin(), others.end(), [&](const Need& need) { return has_room(need); })) {
      for (std::size_t i = 0; i < layer.size(); ++i) {
        cores_[layer[i].core.value] = others[i];
      }
      layer = std::move(better);
    }
  }

  [[nodiscard]] bool holds(CoreId core, LayerId layer) const {
    const std::vector<Part>& parts = of_layer_[layer.value];
    return std::any_of(parts.begin(), parts.end(), [&](const Part& part) { return part.core == core; });
  }

  /// A part of the busiest core that goes to `to`, perhaps for one of that core's.
  struct Exchange {
    Part* goes = nullptr;
    Part* comes = nullptr;
    CoreId to{};
    std::uint64_t work = 0;  ///< of the busier one of both cores then
  };

  /// Makes the exchange that leaves the busiest core and its partner the least work; false if none leaves them less.
  bool relieve_busiest() {
    const auto busiest =
        std::max_element(cores_.begin(), cores_.end(), [](const Need& a, const Need& b) { return a.work < b.work; });
    const CoreId from{static_cast<std::uint32_t>(busiest - cores_.begin())};
    Exchange best{nullptr, nullptr, {}, busiest->work};
    for (std::vector<Part>& layer : of_layer_) {
      for (Part& part : layer) {
        if (part.core == from) {
          try_all(part, best);
        }
      }
    }
    if (best.goes == nullptr) {
      return false;
    }
    move(*best.goes, best.to);
    if (best.comes != nullptr) {
      move(*best.comes, from);
    }
    return true;
  }

  void move(Part& part, CoreId to) {
    cores_[part.core.value] -= part.need;
    cores_[to.value] += part.need;
    part.core = to;
  }

  void try_all(Part& part, Exchange& best) {
    for (std::uint32_t c = 0; c < capacity_.cores(); ++c) {
      if (CoreId{c} != part.core && !holds({c}, part.layer)) {
        consider({&part, nullptr, {c}}, best);
      }
    }
    for (std::vector<Part>& layer : of_layer_) {
      for (Part& other : layer) {
        const bool same = other.layer == part.layer;
        if (other.core != part.core && (same || (!holds(other.core, part.layer) && !holds(part.core, other.layer)))) {
          consider({&part, &other, other.core}, best);
        }
      }
    }
  }

  void consider(Exchange exchange, Exchange& best) const {
    const Need none;
    const Need& comes = exchange.comes == nullptr ? none : exchange.comes->need;
    Need here = cores_[exchange.goes->core.value];
    Need there = cores_[exchange.to.value];
    here -= exchange.goes->need;
    here += comes;
    there -= comes;
    there += exchange.goes->need;
    exchange.work = std::max(here.work, there.work);
    if (exchange.work < best.work && has_room(here) && has_room(there)) {
      best = exchange;
    }
  }

  static double squared(std::uint64_t work) { return static_cast<double>(work) * static_cast<double>(work); }

  [[nodiscard]] static std::uint32_t most_channels(const std::vector<Part>& layer) {
    std::uint32_t most = 0;
    for (const Part& part : layer) {
      most = std::max(most, part.box.channels.size());
    }
    return most;
  }

  /// Fills the cores, that have `others` to do, up to one level with the layer's work.
  [[nodiscard]] static std::vector<std::uint64_t> shares_for(const std::vector<Part>& layer,
                                                             const std::vector<Need>& others) {
    std::uint64_t work = 0;
    for (const Part& part : layer) {
      work += part.need.work;
    }
    std::vector<std::uint64_t> sorted;
    for (const Need& other : others) {
      sorted.push_back(other.work);
    }
    std::sort(sorted.begin(), sorted.end());
    std::uint64_t level = 0;
    std::uint64_t sum = work;
    for (std::size_t n = 0; n < sorted.size() && (n == 0 || sorted[n] < level); ++n) {
      sum += sorted[n];
      level = sum / (n + 1);
    }
    const std::uint64_t least = work / (8 * layer.size()) + 1;  // slivers are all halo
    std::vector<std::uint64_t> shares;
    for (const Need& other : others) {
      shares.push_back(std::max(least, level - std::min(level, other.work)));
    }
    return shares;
  }

  const IntegerNetwork& network_;
  const Capacity& capacity_;
  std::vector<Need> cores_;
  std::vector<std::vector<Part>> of_layer_;
  std::vector<Need> needs_;  // of the layers
  Need all_;
};

}  // namespace

Attempt pack(const IntegerNetwork& network, const Capacity& capacity) {
  std::optional<Attempt> best;
  std::uint64_t least = 0;
  for (const double weights : kWeights) {
    for (const double parts : kParts) {
      Packer packer(network, capacity);
      const std::optional<LayerId> misfit = packer.place({parts, weights});
      const std::uint64_t cost = misfit ? 0 : cost_of(packer.mapping(), network, capacity);
      if (!best || (!misfit && (best->misfit || cost < least))) {
        best = Attempt{packer.mapping(), misfit};
        least = cost;
      }
    }
  }
  return *best;
}

}  // namespace sigdel::mapping
