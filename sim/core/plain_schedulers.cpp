#include <algorithm>
#include <cstdint>

#include "sim/core/machine.hpp"

namespace sigdel::sim {
namespace {

/// At least as many cycles as any spike's service or any scan takes on one lane and the narrowest ports.
std::uint64_t machine_quiet_cycles(const network::IntegerNetwork& network) {
  std::uint64_t widest = 0;
  for (const network::IntegerLayer& layer : network.layers) {
    widest = std::max<std::uint64_t>(widest, layer.outputs());
  }
  return widest * std::max<std::uint64_t>(2 * static_cast<std::uint64_t>(network.clamp), 64);
}

}  // namespace

RunResult run_plain_loop(const MachineInput& input) {
  // More cycles than any service time, scan or frame period lasts: if nobody does anything for so long, all wait.
  const std::uint64_t patience = 1'000'000 + machine_quiet_cycles(input.network) + input.config.sync_cycles +
                                 static_cast<std::uint64_t>(input.config.frame_period_us * input.config.clock_mhz);
  Machine machine(input, false);
  Cycles last;
  for (Cycles now;; now += Cycles{1}) {
    for (ClockedBlock* block : machine.blocks()) {
      block->step(now);
      last = std::max(last, block->last_active());
    }
    const bool at_rest = std::all_of(machine.blocks().begin(), machine.blocks().end(),
                                     [](const ClockedBlock* block) { return block->at_rest(); });
    if (at_rest || (now - last).value > patience) {
      return machine.finish();
    }
  }
}

RunResult run_wheel(const MachineInput& input) {
  Machine machine(input, true);
  while (const auto now = machine.next_cycle()) {
    machine.run_cycle(*now);
  }
  return machine.finish();
}

}  // namespace sigdel::sim
