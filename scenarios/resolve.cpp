#include "scenarios/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "models/base/errors.hpp"
#include "models/import/network_file.hpp"
#include "models/mapping/spill.hpp"
#include "scenarios/blame.hpp"
#include "scenarios/blocks.hpp"
#include "scenarios/check_prices.hpp"
#include "scenarios/check_recording.hpp"
#include "scenarios/check_systolic.hpp"
#include "scenarios/fold_networks.hpp"
#include "scenarios/host_port.hpp"
#include "scenarios/mapping_file.hpp"
#include "scenarios/problems.hpp"
#include "scenarios/read_stimulus.hpp"
#include "sim/core/off_chip.hpp"
#include "sim/core/packet.hpp"

namespace sigdel::scenarios {
namespace {

constexpr std::uint64_t kEndless = std::uint64_t{1} << 50U;  ///< bytes

bool holds(const std::vector<Mode>& modes, Mode mode) {
  return std::find(modes.begin(), modes.end(), mode) != modes.end();
}

void check_trace(const Scenario& scenario, Problems& problems) {
  const TraceKeys& trace = scenario.trace;
  if (!scenario.on_machine()) {
    problems.add(scenario.place_of("trace.enabled"), "trace.enabled",
                 "a trace is taken from the machine, and the scenario has no `machine` section");
    return;
  }
  if (!holds(scenario.machine_modes, trace.mode)) {
    problems.add(scenario.place_of("trace.mode"), "trace.mode",
                 fmt::format("'{}' does not run on the machine; add it to machine.modes", name_of(trace.mode)));
  }
  if (trace.frames[0] > trace.frames[1]) {
    problems.add(scenario.place_of("trace.frames"), "trace.frames",
                 fmt::format("the first frame, {}, comes after the last, {}", trace.frames[0], trace.frames[1]));
  }
  const auto names = block_names(scenario.machine);
  for (const std::string& pattern : trace.blocks) {
    if (std::none_of(names.begin(), names.end(), [&](const auto& name) { return matches(pattern, name); })) {
      problems.add(scenario.place_of("trace.blocks"), "trace.blocks",
                   fmt::format("'{}' matches no block; the last core is {}_{}_{}", pattern, "core",
                               scenario.machine.rows - 1, scenario.machine.columns - 1));
    }
  }
}

/// Exactly one key says what the scales are.
void check_scales(const Scenario& scenario, Problems& problems) {
  std::vector<std::string> given;
  if (!scenario.scales.empty()) {
    given.emplace_back("scales");
  }
  if (scenario.scale_factor != 0) {
    given.emplace_back("scale_factor");
  }
  if (!scenario.scales_file.empty()) {
    given.emplace_back("scales_file");
  }
  if (given.empty() && runs(scenario, Family::kScaled)) {
    problems.add(scenario.place_of("scales"), "scales",
                 "missing; give a number for each quantised tensor, one for all, a scale_factor or a scales_file");
  }
  if (given.size() > 1) {
    problems.add(scenario.place_of(given.back()), given.back(),
                 fmt::format("there is `{}` too; one of them is too many", given.front()));
  }
}

void check_messages(const Scenario& scenario, Problems& problems) {
  if (scenario.network.message_bits == 1) {
    problems.add(scenario.place_of("network.message_bits"), "network.message_bits",
                 "1 bit is a sign alone; write 2 or more, or 0 for what the file says");
  }
}

void check_frame_period(const Scenario& scenario, Problems& problems) {
  const double clock_mhz = scenario.machine.clock_mhz;
  const double period_us = scenario.machine.frame_period_us;
  if (scenario.on_machine() && period_us > 0 && period_us * clock_mhz < 1) {
    problems.add(scenario.place_of("machine.frame_period_us"), "machine.frame_period_us",
                 fmt::format("{:g} us is less than a clock cycle, {:g} us; write 0 for frames back to back", period_us,
                             1 / clock_mhz));
  }
}

void check_discipline(const Scenario& scenario, Problems& problems) {
  const bool is_barrier = scenario.machine.discipline == sim::Discipline::kBarrier;
  if (scenario.on_machine() && scenario.machine.semantics == Semantics::kStep && !is_barrier) {
    problems.add(scenario.place_of("semantics"), "semantics",
                 "`step` needs a machine whose layers work in steps; add machine.discipline: barrier");
  }
  if (!is_barrier && scenario.machine.sync_cycles != 0) {
    problems.add(scenario.place_of("machine.sync_cycles"), "machine.sync_cycles",
                 "only a barrier synchronises; write machine.discipline: barrier");
  }
}

void check_banks(const Scenario& scenario, Problems& problems) {
  const sim::CoreConfig& core = scenario.machine.core;
  const auto check = [&](const char* key, std::uint32_t banks, std::uint64_t memory_bytes) {
    if (memory_bytes % banks != 0) {
      problems.add(scenario.place_of(key), key,
                   fmt::format("{} bytes do not make {} equal banks", memory_bytes, banks));
    } else if (8 * (memory_bytes / banks) < core.word_bits) {
      problems.add(scenario.place_of(key), key,
                   fmt::format("a bank of {} bytes holds no word of {} bits; fewer banks or a larger memory help",
                               memory_bytes / banks, core.word_bits));
    }
  };
  check("machine.core.weight_banks", core.weight_banks, core.weight_memory_bytes);
  check("machine.core.state_banks", core.state_banks, core.state_memory_bytes);
}

void check_host_ports(const Scenario& scenario, Problems& problems) {
  const sim::MachineConfig& machine = scenario.machine;
  for (const sim::HostPort& port : machine.host_ports) {
    const bool in_row = port.edge == sim::Edge::kWest || port.edge == sim::Edge::kEast;
    const std::uint32_t places = in_row ? machine.rows : machine.columns;
    if (scenario.on_machine() && port.position >= places) {
      problems.add(scenario.place_of("machine.host_ports"), "machine.host_ports",
                   fmt::format("'{}' is beyond the mesh of {} x {} cores; the last at that edge is {}_{}",
                               to_text(port), machine.columns, machine.rows, name_of(port.edge), places - 1));
    }
  }
}

void check_energy_keys(const Scenario& scenario, Problems& problems) {
  if (scenario.energy.scale_to_v != 0 && scenario.energy.scale_to_nm == 0) {
    problems.add(scenario.place_of("energy.scale_to_v"), "energy.scale_to_v",
                 "a supply without a node; write energy.scale_to_nm too");
  }
}

void check_mapping_keys(const Scenario& scenario, Problems& problems) {
  const bool is_explicit = scenario.mapping.strategy == mapping::Strategy::kExplicit;
  if (is_explicit && scenario.mapping.file.empty()) {
    problems.add(scenario.place_of("machine.mapping.strategy"), "machine.mapping.file",
                 "missing; the strategy `explicit` reads a mapping file");
  }
  if (!is_explicit && !scenario.mapping.file.empty()) {
    problems.add(scenario.place_of("machine.mapping.file"), "machine.mapping.file",
                 fmt::format("the strategy `{}` reads no file; write machine.mapping.strategy: explicit",
                             name_of(scenario.mapping.strategy)));
  }
}

void check_traced_frames(const Scenario& scenario, std::size_t frames) {
  if (scenario.trace.enabled && scenario.trace.frames[1] >= frames) {
    fail("{}: trace.frames: frame {} is beyond the run's last, {}", scenario.place_of("trace.frames"),
         scenario.trace.frames[1], frames - 1);
  }
}

/// In step semantics the first answer comes after as many steps as there are layers.
void check_steps(const Plan& plan) {
  const std::size_t layers = plan.any_network().depths().back() + 1;
  if (plan.machine.semantics == Semantics::kStep && plan.frames.count <= layers) {
    fail(
        "{}: semantics: {} frames; with `step` the answer to the first comes {} steps later, so there must be {} or "
        "more",
        plan.scenario.place_of("semantics"), plan.frames.count, layers, layers + 1);
  }
}

/// With a barrier a layer fires in one step all that it reads: all of it must come from the step before.
void check_depths(const Plan& plan) {
  if (plan.machine.discipline != sim::Discipline::kBarrier || plan.machine.semantics == Semantics::kStep) {
    return;
  }
  const network::IntegerNetwork& network = plan.any_network();
  const std::vector<std::uint32_t> depths = network.depths();
  for (const network::IntegerLayer& layer : network.layers) {
    for (const network::Synapses& synapses : layer.synapses) {
      const auto writers = network.writers_of(synapses.tensor());
      const bool is_late = std::any_of(writers.begin(), writers.end(), [&](LayerId writer) {
        return depths[writer.value] + 1 != depths[layer.id.value];
      });
      if (is_late || (writers.empty() && depths[layer.id.value] != 0)) {
        fail(
            "{}: machine.discipline: layer '{}' reads '{}' along ways of different length; a barrier has no delay "
            "buffers "
            "for the shorter one, write machine.discipline: wavefront",
            plan.scenario.place_of("machine.discipline"), layer.name, network.tensors[synapses.tensor()].name);
      }
    }
  }
}

/// A run is counted in 64-bit numbers of cycles and, in SystemC, of picoseconds.
void check_duration(const Scenario& scenario, std::size_t frames) {
  constexpr double kMostSeconds = 4.6e6;  // just below 2^62 ps
  const double seconds = static_cast<double>(frames) * scenario.machine.frame_period_us * 1e-6;
  if (seconds > kMostSeconds) {
    fail("{}: machine.frame_period_us: {} frames take {:.3g} s of simulated time; a run can have {:.3g} s, 53 days",
         scenario.place_of("machine.frame_period_us"), frames, seconds, kMostSeconds);
  }
}

std::uint32_t widest_packet(const Plan& plan) {
  std::uint32_t bits = sim::output_bits(plan.any_network().outputs());
  for (const Mode mode : plan.scenario.machine_modes) {
    for (const network::Tensor& tensor : plan.network_for(mode).tensors) {
      bits = std::max(bits, sim::spike_bits(tensor.value_bits()));
    }
  }
  return bits;
}

/// A packet is stored whole in every queue on its way.
void check_queues(const Plan& plan) {
  const Scenario& scenario = plan.scenario;
  const sim::RouterConfig& router = scenario.machine.router;
  const std::uint32_t bits = widest_packet(plan);
  const std::uint32_t flits = (bits + router.flit_bits - 1) / router.flit_bits;
  if (flits > router.queue_depth) {
    fail(
        "{}: machine.router.queue_depth: {} flits; a packet of {} bits is {} flits of {} and must fit; hint: deeper "
        "queues or wider flits",
        scenario.place_of("machine.router.queue_depth"), router.queue_depth, bits, flits, router.flit_bits);
  }
}

void check_off_chip_keys(const Scenario& scenario, Problems& problems) {
  if (!scenario.on_machine() || !scenario.machine.spills) {
    return;
  }
  if (scenario.machine.discipline == sim::Discipline::kBarrier) {
    problems.add(
        scenario.place_of("machine.spill"), "machine.spill",
        "with a barrier accumulators have two banks, and both must be on the core; write discipline: wavefront");
  }
  for (const sim::HostPort& port : scenario.machine.memory_ports) {
    const bool in_row = port.edge == sim::Edge::kWest || port.edge == sim::Edge::kEast;
    if (port.position >= (in_row ? scenario.machine.rows : scenario.machine.columns)) {
      problems.add(scenario.place_of("machine.memory.ports"), "machine.memory.ports",
                   fmt::format("'{}' is beyond the mesh of {} x {} cores", to_text(port), scenario.machine.columns,
                               scenario.machine.rows));
    }
  }
}

/// The spike in the engine and the one that is prepared keep their lines.
void check_row_cache(const Plan& plan) {
  const std::uint32_t line = plan.machine.dram.burst_bytes;
  for (const mapping::Slice& slice : plan.mapping.slices) {
    const network::IntegerLayer& layer = plan.any_network().layers[slice.layer.value];
    const auto flag = [](bool is_off_chip) { return is_off_chip ? std::optional<std::uint64_t>(0) : std::nullopt; };
    const sim::OffChip part(layer, slice.box, static_cast<std::uint32_t>(plan.any_network().accumulator_bits),
                            flag(slice.weights_off_chip), flag(slice.states_off_chip));
    const std::uint64_t need = 2 * part.most_lines(line) * line;
    if (need > plan.machine.core.row_cache_bytes) {
      fail(
          "{}: machine.core.row_cache_kib: {} KiB; two events of layer '{}' on {} touch up to {} KiB off chip, and the "
          "cache must hold them; hint: a larger cache, or more cores for the layer",
          plan.scenario.place_of("machine.core.row_cache_kib"), plan.machine.core.row_cache_bytes / 1024, layer.name,
          plan.capacity().name_of(slice.core), (need + 1023) / 1024);
    }
  }
}

/// What the packet format can name.
void check_packets(const Plan& plan) {
  const auto& tensors = plan.any_network().tensors;
  if (tensors.size() > sim::kMaxTensors) {
    fail("{}: network.file: {} tensors between weight layers; a packet of the machine can name {}",
         plan.scenario.place_of("network.file"), tensors.size(), sim::kMaxTensors);
  }
  for (const network::Tensor& tensor : tensors) {
    if (tensor.shape.size() > sim::kMaxNeurons) {
      fail("{}: network.file: '{}' has {} neurons; a packet of the machine can name {}",
           plan.scenario.place_of("network.file"), tensor.name, tensor.shape.size(), sim::kMaxNeurons);
    }
  }
}

/// With `machine.spill` layers are mapped as if memories had no end if they do not fit, and what is too much is marked.
mapping::Mapping fitted_mapping(const Plan& plan,
                                const std::function<mapping::Mapping(const mapping::Capacity&)>& map) {
  const mapping::Capacity capacity = plan.capacity();
  if (!plan.machine.spills) {
    return map(capacity);
  }
  try {
    return map(capacity);
  } catch (const InputError&) {
    mapping::Capacity endless = capacity;
    endless.weight_bytes = kEndless;
    endless.state_bytes = kEndless;
    mapping::Mapping mapping = map(endless);
    mapping::spill(mapping, plan.any_network(), capacity);
    return mapping;
  }
}

mapping::Mapping mapping_of(const Plan& plan) {
  const Scenario& scenario = plan.scenario;
  const mapping::Capacity capacity = plan.capacity();
  std::vector<std::string> keys{"machine.mesh.columns", "machine.mesh.rows", "machine.core.weight_memory_kib",
                                "machine.core.state_memory_kib"};
  switch (scenario.mapping.strategy) {
    case mapping::Strategy::kLayerPerRow:
      keys.insert(keys.begin(), "machine.mapping.strategy");
      return blaming(scenario, keys, [&] {
        return fitted_mapping(plan,
                              [&](const auto& room) { return mapping::map_layer_per_row(plan.any_network(), room); });
      });
    case mapping::Strategy::kExplicit:
      return blaming(scenario, {"machine.mapping.file"},
                     [&] { return read_mapping(scenario.mapping.file, plan.any_network(), capacity); });
    default:
      return blaming(scenario, keys, [&] {
        return fitted_mapping(plan,
                              [&](const auto& room) { return mapping::map_automatically(plan.any_network(), room); });
      });
  }
}

std::vector<std::string> traced_blocks(const Scenario& scenario) {
  std::vector<std::string> traced;
  if (!scenario.trace.enabled) {
    return traced;
  }
  for (const std::string& name : block_names(scenario.machine)) {
    const auto& patterns = scenario.trace.blocks;
    if (std::any_of(patterns.begin(), patterns.end(), [&](const auto& pattern) { return matches(pattern, name); })) {
      traced.push_back(name);
    }
  }
  return traced;
}

}  // namespace

void check_keys_against_each_other(const Scenario& scenario) {
  Problems problems;
  for (const Mode mode : scenario.machine_modes) {
    if (!holds(scenario.modes, mode)) {
      problems.add(scenario.place_of("machine.modes"), "machine.modes",
                   fmt::format("'{}' is not one of modes; add it there too", name_of(mode)));
    }
  }
  check_scales(scenario, problems);
  check_messages(scenario, problems);
  check_stimulus_keys(scenario, problems);
  check_frame_period(scenario, problems);
  check_discipline(scenario, problems);
  check_banks(scenario, problems);
  check_host_ports(scenario, problems);
  check_off_chip_keys(scenario, problems);
  check_mapping_keys(scenario, problems);
  check_energy_keys(scenario, problems);
  check_recording_keys(scenario, problems);
  check_systolic_modes(scenario, problems);
  if (scenario.trace.enabled) {
    check_trace(scenario, problems);
  }
  problems.throw_if_any();
}

energy::Table table_as_read(const Scenario& scenario, const std::string& tables_folder) {
  return blaming(scenario, {"energy.table"}, [&] { return energy::read_table(scenario.energy.table, tables_folder); });
}

energy::Table priced_table(const Scenario& scenario, const energy::Table& as_read) {
  const EnergyKeys& keys = scenario.energy;
  const double clock_mhz = scenario.on_machine() ? scenario.machine.clock_mhz : 0;
  energy::Table table = blaming(scenario, {"energy.table"}, [&] {
    return energy::at_conditions(as_read, {keys.sram_cells, keys.temperature_k, clock_mhz});
  });
  if (keys.scale_to_nm == 0) {
    return table;
  }
  return blaming(scenario, {"energy.scale_to_nm", "energy.scale_to_v"},
                 [&] { return energy::scaled_to(table, keys.scale_to_nm, keys.scale_to_v); });
}

void load_arithmetic(Plan& plan, const traces::ReadProgress& progress) {
  const Scenario& scenario = plan.scenario;
  plan.graph = blaming(scenario, {"network.file"}, [&] { return import::read_network(scenario.network.file); });
  plan.frames = read_stimulus(scenario, plan.graph, progress);
  check_traced_frames(scenario, plan.frames.count);
  fold_networks(plan);
}

void fit_machine(Plan& plan) {
  const Scenario& scenario = plan.scenario;
  plan.machine = scenario.machine;
  plan.mapping = {};
  plan.traced_blocks = traced_blocks(scenario);
  check_steps(plan);
  if (scenario.on_machine()) {
    check_packets(plan);
    check_depths(plan);
    check_queues(plan);
    check_duration(scenario, plan.frames.count);
    plan.mapping = mapping_of(plan);
    const bool is_file = scenario.mapping.strategy == mapping::Strategy::kExplicit;
    blaming(scenario, {is_file ? "machine.mapping.file" : "machine.mapping.strategy"},
            [&] { mapping::validate(plan.mapping, plan.any_network(), plan.capacity()); });
    check_row_cache(plan);
  }
  if (scenario.on_systolic()) {
    check_systolic_memories(plan);
  }
}

void check_table(const Plan& plan) {
  blaming(plan.scenario, {"energy.table"}, [&] { check_prices(plan); });
}

Plan resolve(const Scenario& scenario, const std::string& tables_folder, const traces::ReadProgress& progress) {
  check_keys_against_each_other(scenario);
  Plan plan;
  plan.scenario = scenario;
  plan.table = priced_table(scenario, table_as_read(scenario, tables_folder));
  load_arithmetic(plan, progress);
  fit_machine(plan);
  check_table(plan);
  open_recording(plan);
  return plan;
}

}  // namespace sigdel::scenarios
