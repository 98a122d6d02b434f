#include "scenarios/key_groups.hpp"

namespace sigdel::scenarios {
namespace {

constexpr double kMaxDepth = 65536;
constexpr ListOf kPortList{1, sim::kMaxHostPorts};

std::vector<Key> mesh_keys() {
  return {
      {.path = "machine.modes",
       .item = Item::kChoice,
       .choices = names_of<Mode>(),
       .list = kModeList,
       .derived = "every one of `modes`",
       .meaning = "which of `modes` also run on the machine, cycle by cycle",
       .field = at([](auto& s) -> auto& { return s.machine_modes; })},
      {.path = "machine.clock_mhz",
       .item = Item::kReal,
       .limits = {1e-3, 1e5},
       .unit = "MHz",
       .need = Need::kWithMachine,
       .meaning = "the one clock of the machine",
       .field = at([](auto& s) -> auto& { return s.machine.clock_mhz; })},
      {.path = "machine.frame_period_us",
       .item = Item::kReal,
       .limits = {0, 1e9},
       .unit = "us",
       .meaning = "a frame enters no earlier than this after the one before, at least a clock cycle; 0: back to back",
       .field = at([](auto& s) -> auto& { return s.machine.frame_period_us; })},
      {.path = "machine.mesh.columns",
       .limits = {1, 64},
       .unit = "cores",
       .need = Need::kWithMachine,
       .meaning = "cores in a row of the mesh",
       .field = at([](auto& s) -> auto& { return s.machine.columns; })},
      {.path = "machine.mesh.rows",
       .limits = {1, 64},
       .unit = "cores",
       .need = Need::kWithMachine,
       .meaning = "cores in a column of the mesh",
       .field = at([](auto& s) -> auto& { return s.machine.rows; })},
      {.path = "machine.discipline",
       .item = Item::kChoice,
       .choices = names_of<sim::Discipline>(),
       .meaning = "`wavefront`: layers hand frames on with tokens, several frames are in flight; `barrier`: all layers "
                  "work in steps and wait for each other after each, with two banks of accumulators",
       .field = at([](auto& s) -> auto& { return s.machine.discipline; })},
      {.path = "machine.sync_cycles",
       .limits = {0, kMaxIndex},
       .unit = "cycles",
       .meaning = "what the synchronisation after each step of a `barrier` takes",
       .field = at([](auto& s) -> auto& { return s.machine.sync_cycles; })},
      {.path = "machine.host_ports",
       .item = Item::kPort,
       .list = kPortList,
       .meaning = "where frames enter and outputs leave: `west_<row>`, `east_<row>`, `north_<column>`, "
                  "`south_<column>`, at the edge of the mesh; of P ports, port p sends the inputs p, p + P, ...",
       .field = at([](auto& s) -> auto& { return s.machine.host_ports; })},
      {.path = "machine.encoding",
       .item = Item::kChoice,
       .choices = names_of<Encoding>(),
       .meaning = "what a spike of magnitude m costs the lanes: m additions, one multiplication and addition, or an "
                  "addition per non-zero digit; the dense family always multiplies",
       .field = at([](auto& s) -> auto& { return s.machine.core.encoding; })},
  };
}

std::vector<Key> router_keys() {
  return {
      {.path = "machine.router.queue_depth",
       .limits = {1, kMaxDepth},
       .unit = "flits",
       .meaning = "depth of a router's input queue, one queue per port",
       .field = at([](auto& s) -> auto& { return s.machine.router.queue_depth; })},
      {.path = "machine.router.flit_bits",
       .limits = {8, 1024},
       .unit = "bits",
       .meaning = "width of a link; a wider packet travels as several flits",
       .field = at([](auto& s) -> auto& { return s.machine.router.flit_bits; })},
      {.path = "machine.router.latency",
       .limits = {1, 64},
       .unit = "cycles",
       .meaning = "cycles that a flit spends in a router without load",
       .field = at([](auto& s) -> auto& { return s.machine.router.latency; })},
      {.path = "machine.router.link_latency",
       .limits = {1, 64},
       .unit = "cycles",
       .meaning = "cycles that a flit spends on a link between routers, or between host and router",
       .field = at([](auto& s) -> auto& { return s.machine.router.link_latency; })},
      {.path = "machine.router.multicast",
       .item = Item::kChoice,
       .choices = names_of<sim::Multicast>(),
       .meaning = "a spike for several cores travels once and forks in routers, or is repeated for each core",
       .field = at([](auto& s) -> auto& { return s.machine.router.multicast; })},
  };
}

std::vector<Key> core_keys() {
  return {
      {.path = "machine.core.lanes",
       .limits = {1, 4096},
       .unit = "lanes",
       .meaning = "adders (multipliers in the dense family) that work on one spike side by side",
       .field = at([](auto& s) -> auto& { return s.machine.core.lanes; })},
      {.path = "machine.core.inbox_depth",
       .limits = {1, kMaxDepth},
       .unit = "packets",
       .meaning = "packets that can wait before the synaptic engine",
       .field = at([](auto& s) -> auto& { return s.machine.core.inbox_depth; })},
      {.path = "machine.core.outbox_depth",
       .limits = {2, kMaxDepth},
       .unit = "packets",
       .meaning = "packets that can wait before the router",
       .field = at([](auto& s) -> auto& { return s.machine.core.outbox_depth; })},
      {.path = "machine.core.scan_rate",
       .limits = {1, 4096},
       .unit = "neurons/cycle",
       .meaning = "neurons that the fire unit reads per cycle",
       .field = at([](auto& s) -> auto& { return s.machine.core.scan_rate; })},
      {.path = "machine.core.scan",
       .item = Item::kChoice,
       .choices = names_of<Scan>(),
       .meaning = "neurons that the fire unit visits at the end of a frame: all, or, in the modes that send changes, "
                  "those that a spike has reached since the last visit (the output layer's always)",
       .field = at([](auto& s) -> auto& { return s.machine.core.scan; })},
  };
}

std::vector<Key> memory_keys() {
  return {
      {.path = "machine.core.weight_port_bits",
       .limits = {8, 65536},
       .unit = "bits/cycle",
       .meaning = "what the weight memory delivers",
       .field = at([](auto& s) -> auto& { return s.machine.core.weight_port_bits; })},
      {.path = "machine.core.state_port_bits",
       .limits = {8, 65536},
       .unit = "bits/cycle",
       .meaning = "what the state memory delivers and takes, together",
       .field = at([](auto& s) -> auto& { return s.machine.core.state_port_bits; })},
      {.path = "machine.core.weight_banks",
       .limits = {1, 1024},
       .unit = "banks",
       .meaning = "equal parts of the weight memory, words interleaved; from 2 on each delivers one word per cycle at "
                  "most, and a word costs the energy of a memory of a bank's size",
       .field = at([](auto& s) -> auto& { return s.machine.core.weight_banks; })},
      {.path = "machine.core.state_banks",
       .limits = {1, 1024},
       .unit = "banks",
       .meaning = "the same for the state memory",
       .field = at([](auto& s) -> auto& { return s.machine.core.state_banks; })},
      {.path = "machine.core.word_bits",
       .limits = {8, 1024},
       .unit = "bits",
       .meaning = "one access of a memory, for counting its energy",
       .field = at([](auto& s) -> auto& { return s.machine.core.word_bits; })},
      {.path = "machine.core.weight_memory_kib",
       .limits = {1, 1048576},
       .unit = "KiB",
       .meaning = "weights and biases of one core",
       .field = at_kib([](auto& s) -> auto& { return s.machine.core.weight_memory_bytes; })},
      {.path = "machine.core.state_memory_kib",
       .limits = {1, 1048576},
       .unit = "KiB",
       .meaning = "accumulators and last sent values of one core",
       .field = at_kib([](auto& s) -> auto& { return s.machine.core.state_memory_bytes; })},
      {.path = "machine.core.row_cache_kib",
       .limits = {1, 65536},
       .unit = "KiB",
       .meaning = "with `machine.spill`: cache of one core for lines of what is off chip, each as long as a burst",
       .field = at_kib([](auto& s) -> auto& { return s.machine.core.row_cache_bytes; })},
      {.path = "machine.core.reply_bursts",
       .limits = {1, 4096},
       .unit = "bursts",
       .meaning = "buffer of one core for what it has asked for off chip",
       .field = at([](auto& s) -> auto& { return s.machine.core.reply_bursts; })},
  };
}

std::vector<Key> off_chip_keys() {
  return {
      {.path = "machine.spill",
       .item = Item::kBoolean,
       .meaning = "weights and states that do not fit the cores' memories are kept off chip; without it a network that "
                  "does not fit is refused",
       .field = at([](auto& s) -> auto& { return s.machine.spills; })},
      {.path = "machine.memory.ports",
       .item = Item::kPort,
       .list = kPortList,
       .meaning = "where off-chip memories are, each with a channel of its own; a core uses the nearest",
       .field = at([](auto& s) -> auto& { return s.machine.memory_ports; })},
      {.path = "machine.memory.bytes_per_cycle",
       .limits = {1, 65536},
       .unit = "bytes",
       .meaning = "bandwidth of an off-chip memory",
       .field = at([](auto& s) -> auto& { return s.machine.dram.bytes_per_cycle; })},
      {.path = "machine.memory.burst_bytes",
       .choices = {"16", "32", "64", "128"},
       .unit = "bytes",
       .meaning = "what one transfer moves; energy tables have a price for each width",
       .field = at([](auto& s) -> auto& { return s.machine.dram.burst_bytes; })},
      {.path = "machine.memory.banks",
       .limits = {1, 1024},
       .unit = "banks",
       .meaning = "banks of an off-chip memory, each with one row that can be open",
       .field = at([](auto& s) -> auto& { return s.machine.dram.banks; })},
      {.path = "machine.memory.row_bytes",
       .choices = {"1024", "2048", "4096"},
       .unit = "bytes",
       .meaning = "a row of a bank",
       .field = at([](auto& s) -> auto& { return s.machine.dram.row_bytes; })},
      {.path = "machine.memory.hit_latency",
       .limits = {0, 100000},
       .unit = "cycles",
       .meaning = "from the start of a burst to its first byte if its row is open",
       .field = at([](auto& s) -> auto& { return s.machine.dram.hit_latency; })},
      {.path = "machine.memory.activate_latency",
       .limits = {0, 100000},
       .unit = "cycles",
       .meaning = "more if the row has to be opened",
       .field = at([](auto& s) -> auto& { return s.machine.dram.activate_latency; })},
      {.path = "machine.memory.precharge_latency",
       .limits = {0, 100000},
       .unit = "cycles",
       .meaning = "more if another row has to be closed before",
       .field = at([](auto& s) -> auto& { return s.machine.dram.precharge_latency; })},
      {.path = "machine.memory.bursts_in_flight",
       .limits = {1, 65536},
       .unit = "bursts",
       .meaning = "bursts that have been started and not yet transferred",
       .field = at([](auto& s) -> auto& { return s.machine.dram.bursts_in_flight; })},
      {.path = "machine.memory.queue_depth",
       .limits = {1, 65536},
       .unit = "requests",
       .meaning = "requests that can wait at an off-chip memory",
       .field = at([](auto& s) -> auto& { return s.machine.dram.queue_depth; })},
      {.path = "machine.memory.reply_bursts",
       .limits = {1, 65536},
       .unit = "bursts",
       .meaning = "buffer of a memory port for replies on their way to the cores",
       .field = at([](auto& s) -> auto& { return s.machine.dram.reply_bursts; })},
  };
}

std::vector<Key> mapping_keys() {
  return {
      {.path = "machine.mapping.strategy",
       .item = Item::kChoice,
       .choices = names_of<mapping::Strategy>(),
       .meaning = "which core computes which neurons: by their work, layer l on row l of the mesh, or as "
                  "`machine.mapping.file` says",
       .field = at([](auto& s) -> auto& { return s.mapping.strategy; })},
      {.path = "machine.mapping.file",
       .item = Item::kFile,
       .derived = "none",
       .meaning = "a mapping file, such as the mapping.yaml of another run; required by `explicit`, refused otherwise",
       .field = at([](auto& s) -> auto& { return s.mapping.file; })},
  };
}

}  // namespace

std::vector<Key> machine_keys() {
  std::vector<Key> all;
  for (const auto& part : {mesh_keys(), router_keys(), core_keys(), memory_keys(), off_chip_keys(), mapping_keys()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace sigdel::scenarios
