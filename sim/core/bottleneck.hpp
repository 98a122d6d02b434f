/// What bounds each layer of a run.
#pragma once

#include <vector>

#include "models/base/units.hpp"
#include "sim/core/result.hpp"

namespace sigdel::sim {

/// What a layer's time is spent on.
enum class Resource {
  kHostPort,  ///< the input does not come faster: the host port's one flit per cycle, or the frame period
  kLanes,
  kWeightPort,
  kStatePort,
  kScan,
  kLink,       ///< the network on chip does not take packets faster
  kTokenWait,  ///< the layers before and behind are not ready; with the barrier: the slowest core of a step
  kSharedCore,
  kMemory,  ///< off chip
};

}  // namespace sigdel::sim

namespace sigdel {
template <>
struct EnumTable<sim::Resource> {
  static constexpr std::array<std::string_view, 9> names{"host", "lanes",      "weight port", "state port", "scan",
                                                         "link", "token wait", "shared core", "memory"};
};
}  // namespace sigdel

namespace sigdel::sim {

struct Bottleneck {
  Resource resource = Resource::kHostPort;
  LayerId layer;  ///< where it is: the layer itself or one before it

  constexpr bool operator==(const Bottleneck&) const = default;
};

/// For each layer the largest share of its cores' cycles (the first of equal ones, in the order of PartState). A layer
/// that mostly waits for its input has the bottleneck of the layer before; the first one that of the host: `host` when
/// that was injecting without a pause or waiting for a frame to be due, `link` when the network held it back, `token
/// wait` when it waited for the first layer's cores to be ready.
std::vector<Bottleneck> bottlenecks_of(const RunResult& run);

}  // namespace sigdel::sim
