#include "sim/core/bottleneck.hpp"

#include <algorithm>

namespace sigdel::sim {
namespace {

PartState largest_share(const Counts<PartState>& time) {
  const auto states = all_of<PartState>();
  return *std::max_element(states.begin(), states.end(), [&](PartState a, PartState b) { return time[a] < time[b]; });
}

Resource bound_of_input(const RunResult& run) {
  const HostTimes& host = run.host;
  const std::uint64_t sending = run.traffic.host_link_flits;
  const std::uint64_t injecting = host.injecting.value;
  const std::uint64_t held_back = injecting > sending ? injecting - sending : 0;
  const std::uint64_t paced = sending + host.waiting_for_period.value;
  if (paced >= std::max(held_back, host.waiting_for_grants.value)) {
    return Resource::kHostPort;
  }
  return held_back >= host.waiting_for_grants.value ? Resource::kLink : Resource::kTokenWait;
}

/// Of a state that is not `input`.
Resource resource_of(PartState state) {
  switch (state) {
    case PartState::kLanes:
      return Resource::kLanes;
    case PartState::kWeightPort:
      return Resource::kWeightPort;
    case PartState::kStatePort:
      return Resource::kStatePort;
    case PartState::kScan:
      return Resource::kScan;
    case PartState::kLink:
      return Resource::kLink;
    case PartState::kOtherLayer:
      return Resource::kSharedCore;
    case PartState::kMemory:
      return Resource::kMemory;
    default:
      return Resource::kTokenWait;
  }
}

}  // namespace

std::vector<Bottleneck> bottlenecks_of(const RunResult& run) {
  std::vector<Bottleneck> found;
  for (std::uint32_t l = 0; l < run.layers.size(); ++l) {
    const PartState state = largest_share(run.layers[l].counts.time);
    if (state != PartState::kInput) {
      found.push_back({resource_of(state), {l}});
    } else if (run.layers[l].source < l) {
      found.push_back(found[run.layers[l].source]);
    } else {
      found.push_back({bound_of_input(run), {0}});
    }
  }
  return found;
}

}  // namespace sigdel::sim
