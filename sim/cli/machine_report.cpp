#include "sim/cli/machine_report.hpp"

#include <algorithm>

#include "models/mapping/use.hpp"
#include "sim/core/bottleneck.hpp"

namespace sigdel::cli {

std::size_t lag_of(const scenarios::Plan& plan) {
  return plan.machine.semantics == Semantics::kStep ? plan.any_network().depths().back() + 1 : 0;
}

energy::MappingResult mapping_of(const scenarios::Plan& plan) {
  const mapping::Capacity capacity = plan.capacity();
  const auto cores = mapping::use_of_cores(plan.mapping, plan.any_network(), capacity);
  const mapping::Balance balance = mapping::balance_of(cores);
  energy::MappingResult result{capacity.weight_bytes, capacity.state_bytes, balance.busiest, balance.ratio(), {}};
  for (const mapping::CoreUse& core : cores) {
    energy::MappedCore mapped{core.core, {}, core.weight_bytes, core.state_bytes, core.dense_work};
    for (const mapping::Slice& slice : core.slices) {
      const network::IntegerLayer& layer = plan.any_network().layers[slice.layer.value];
      mapped.parts.push_back(
          {layer.name, layer.values.pixels() > 1, slice.box.channels, slice.box.rows, slice.box.columns});
    }
    result.cores.push_back(std::move(mapped));
  }
  return result;
}

energy::MeshShape shape_of(const scenarios::Plan& plan) {
  const sim::MachineConfig& machine = plan.machine;
  return {machine.columns * machine.rows, machine.core.lanes,
          static_cast<std::uint32_t>(plan.any_network().accumulator_bits), machine.router.flit_bits,
          machine.core.weight_memory_bytes + machine.core.state_memory_bytes};
}

namespace {

energy::LayerTiming timing_of(const sim::LayerResult& layer, std::uint32_t lanes, const sim::Bottleneck& bottleneck,
                              const sim::RunResult& run) {
  const sim::PartCounts& counts = layer.counts;
  const double lane_cycles = static_cast<double>(counts.engine.value) * lanes;
  return {layer.cores,
          counts.engine,
          counts.scan,
          counts.stalled,
          lane_cycles == 0 ? 0 : static_cast<double>(counts.lane_operations) / lane_cycles,
          counts.time,
          std::string(name_of(bottleneck.resource)),
          run.layers[bottleneck.layer.value].name};
}

/// `lag`: so many steps after a frame's entry its answer leaves.
void add_frame_times(energy::MachineResult& result, const std::vector<sim::FrameTimes>& frames, std::size_t lag) {
  const std::size_t answered = frames.size() - lag;
  for (std::size_t t = 0; t < frames.size(); ++t) {
    result.frames.push_back({frames[t].entered, t < answered ? std::optional(frames[t + lag].left) : std::nullopt});
  }
  Cycles latencies;
  for (std::size_t t = 0; t < answered; ++t) {
    const Cycles latency = frames[t + lag].left - frames[t].entered;
    latencies += latency;
    result.latency_worst = std::max(result.latency_worst, latency);
  }
  result.latency_mean = static_cast<double>(latencies.value) / static_cast<double>(answered);
  const Cycles between = frames.back().left - frames[lag].left;
  const double cycles_per_frame = answered > 1 ? static_cast<double>(between.value) / static_cast<double>(answered - 1)
                                               : static_cast<double>(result.total.value);
  result.frames_per_second = result.clock_mhz * 1e6 / cycles_per_frame;
}

}  // namespace

energy::MachineResult machine_of(const scenarios::Plan& plan, const WorkerResult& worker) {
  const sim::RunResult& run = worker.run;
  energy::MachineResult result;
  result.total = run.total;
  result.powered = run.powered;
  result.clock_mhz = plan.machine.clock_mhz;
  add_frame_times(result, run.frames, lag_of(plan));
  result.packets = run.traffic.spikes_sent;
  result.hops = run.traffic.link_flits;
  result.activity_hash = run.activity_hash;
  const std::vector<sim::Bottleneck> bottlenecks = sim::bottlenecks_of(run);
  for (std::size_t l = 0; l < run.layers.size(); ++l) {
    result.layers.push_back(timing_of(run.layers[l], plan.machine.core.lanes, bottlenecks[l], run));
  }
  for (const sim::CoreResult& core : run.cores) {
    const auto cycles = [&](sim::CoreState state) { return Cycles{core.cycles[state]}; };
    result.cores.push_back({core.name, cycles(sim::CoreState::kIntegrating), cycles(sim::CoreState::kFiring),
                            cycles(sim::CoreState::kStalled), cycles(sim::CoreState::kIdle)});
  }
  result.cpu_seconds = worker.cpu_seconds;
  return result;
}

}  // namespace sigdel::cli
