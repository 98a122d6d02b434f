/// What a run on the machine leaves behind.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/base/activity.hpp"
#include "models/base/units.hpp"
#include "sim/core/core.hpp"
#include "sim/core/host.hpp"

namespace sigdel::sim {

/// One layer's parts on all cores, summed.
struct LayerResult {
  std::string name;
  std::uint32_t cores = 0;
  std::uint32_t source = Source::kFromHost;  ///< a layer that writes what it reads
  PartCounts counts;
};

struct CoreResult {
  std::string name;
  Counts<CoreState> cycles;
};

/// Totals that must balance.
struct Traffic {
  std::uint64_t spikes_sent = 0;  ///< packets that entered the network on chip, host's included
  std::uint64_t deliveries = 0;   ///< spikes sent times their targets
  std::uint64_t spikes_received = 0;
  std::uint64_t tokens_sent = 0;
  std::uint64_t tokens_received = 0;
  std::uint64_t host_link_flits = 0;  ///< of the hops, those from host ports into the mesh
  std::uint64_t core_flits = 0;       ///< flits that arrived at cores
  std::uint64_t router_flits = 0;     ///< flits forwarded, summed over routers
  std::uint64_t link_flits = 0;       ///< flits over links: hops
};

struct RunResult {
  Cycles total;    ///< until the machine was at rest again
  Cycles powered;  ///< for which leakage and clock are paid: `total`, or all frame periods if that is longer
  std::vector<FrameTimes> frames;
  std::vector<std::int32_t> outputs;  ///< frames x outputs
  HostTimes host;                     ///< all ports, summed
  std::vector<LayerResult> layers;
  std::vector<CoreResult> cores;
  Traffic traffic;
  Activity activity;
  Activity activity_8bit;           ///< multiplications and weight words if weights and activations had 8 bits
  std::uint64_t activity_hash = 0;  ///< of every cycle in which each block did something, blocks by name
};

/// Widths at which arithmetic is priced.
struct OperandBits {
  std::uint32_t accumulator = 32;
  std::uint32_t multiply = 32;
};

/// Adds counts, traffic and activity of a machine at rest to the result. What flows on a tensor is accounted to the
/// layer that `readers` names for it.
void collect_counts(const class Machine& machine, const std::vector<std::string>& layers,
                    const std::vector<std::string>& readers, OperandBits bits, RunResult& result);

}  // namespace sigdel::sim
