#include "scenarios/keys.hpp"

#include <algorithm>

#include "scenarios/systolic_keys.hpp"

namespace sigdel::scenarios {
namespace {

constexpr double kMaxIndex = 2147483647;
constexpr double kMaxDepth = 65536;
constexpr ListOf kModeList{1, kEnumSize<Mode>};
constexpr ListOf kLongList{1, 1024};
constexpr ListOf kPortList{1, sim::kMaxHostPorts};

template <class Enum>
std::vector<std::string_view> names_of() {
  return {EnumTable<Enum>::names.begin(), EnumTable<Enum>::names.end()};
}

std::vector<Key> general_keys() {
  return {
      {.path = "name",
       .item = Item::kName,
       .derived = "the file's name without .yaml",
       .meaning = "names the run in its reports and its default output folder",
       .field = at([](auto& s) -> auto& { return s.name; })},
      {.path = "network.file",
       .item = Item::kFile,
       .need = Need::kRequired,
       .meaning = "the trained network, an ONNX file",
       .field = at([](auto& s) -> auto& { return s.network.file; })},
      {.path = "network.weight_bits",
       .choices = {"8", "16", "32"},
       .unit = "bits",
       .meaning = "width of the fixed-point weights",
       .field = at([](auto& s) -> auto& { return s.network.weight_bits; })},
      {.path = "network.accumulator_bits",
       .choices = {"16", "32"},
       .unit = "bits",
       .meaning = "width of accumulators and biases",
       .field = at([](auto& s) -> auto& { return s.network.accumulator_bits; })},
      {.path = "network.activation_bits",
       .limits = {2, 16},
       .unit = "bits",
       .meaning = "width of an activation in `dense`, `zero-skip` and `temporal-difference`",
       .field = at([](auto& s) -> auto& { return s.network.activation_bits; })},
      {.path = "network.max_magnitude",
       .limits = {1, 32767},
       .meaning = "largest magnitude of a value in `rounding` and `sigma-delta`; larger ones are clamped and counted",
       .field = at([](auto& s) -> auto& { return s.network.max_magnitude; })},
      {.path = "semantics",
       .item = Item::kChoice,
       .choices = names_of<Semantics>(),
       .meaning = "`frame`: a layer fires frame t when it has all of frame t; `step`: every layer fires in every step, "
                  "from what the one before sent in the step before (lava-dl), and a frame's answer comes as many "
                  "steps later as there are layers; on a machine `step` needs `machine.discipline: barrier`",
       .field = at([](auto& s) -> auto& { return s.machine.semantics; })},
      {.path = "scales",
       .item = Item::kReal,
       .limits = {1e-6, 1e6},
       .list = kLongList,
       .need = Need::kRequired,
       .meaning = "scale of every quantised tensor: the frame, then each layer that another layer reads; one number "
                  "stands for all",
       .field = at([](auto& s) -> auto& { return s.scales; })},
  };
}

std::vector<Key> stimulus_keys() {
  return {
      {.path = "stimulus.images",
       .item = Item::kFile,
       .need = Need::kRequired,
       .meaning = "the frames, an IDX file of unsigned bytes",
       .field = at([](auto& s) -> auto& { return s.stimulus.images; })},
      {.path = "stimulus.labels",
       .item = Item::kFile,
       .derived = "none",
       .meaning = "the frames' classes, an IDX file; without it no class error is reported",
       .field = at([](auto& s) -> auto& { return s.stimulus.labels; })},
      {.path = "stimulus.first",
       .limits = {0, kMaxIndex},
       .unit = "frames",
       .meaning = "the first image to use, counted from 0",
       .field = at([](auto& s) -> auto& { return s.stimulus.first; })},
      {.path = "stimulus.frames",
       .limits = {0, kMaxIndex},
       .unit = "frames",
       .meaning = "how many images to use; 0: all from the first on",
       .field = at([](auto& s) -> auto& { return s.stimulus.frames; })},
      {.path = "modes",
       .item = Item::kChoice,
       .choices = names_of<Mode>(),
       .list = kModeList,
       .derived = "all five",
       .meaning = "the ways to run the network that the report compares",
       .field = at([](auto& s) -> auto& { return s.modes; })},
  };
}

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

std::vector<Key> energy_keys() {
  return {
      {.path = "execution",
       .item = Item::kChoice,
       .choices = names_of<Execution>(),
       .meaning =
           "where what the layers send comes from: the network's arithmetic, or `recording.file`, which gives the "
           "same report without arithmetic",
       .field = at([](auto& s) -> auto& { return s.execution; })},
      {.path = "recording.file",
       .item = Item::kFile,
       .derived = "none",
       .meaning = "a recording, as `sigdel record` writes it; required by `execution: trace`, refused otherwise",
       .field = at([](auto& s) -> auto& { return s.recording_file; })},
      {.path = "energy.table",
       .item = Item::kTable,
       .meaning = "energy coefficients: the name of a table in energy/tables, or a file",
       .field = at([](auto& s) -> auto& { return s.energy.table; })},
      {.path = "energy.sram_cells",
       .item = Item::kChoice,
       .choices = names_of<energy::SramCells>(),
       .meaning = "transistors of the memories, for their leakage: high performance, low operating power, low standby "
                  "power",
       .field = at([](auto& s) -> auto& { return s.energy.sram_cells; })},
      {.path = "energy.temperature_k",
       .choices = {"320", "360"},
       .unit = "K",
       .meaning = "temperature of the memories, for their leakage",
       .field = at([](auto& s) -> auto& { return s.energy.temperature_k; })},
      {.path = "energy.scale_to_nm",
       .choices = {"0", "65", "45", "32", "20", "16", "10", "7"},
       .unit = "nm",
       .meaning = "technology node to which the table's energies are scaled; 0: they are not",
       .field = at([](auto& s) -> auto& { return s.energy.scale_to_nm; })},
      {.path = "energy.scale_to_v",
       .item = Item::kReal,
       .limits = {0, 2},
       .unit = "V",
       .meaning = "supply at that node; 0: its usual one",
       .field = at([](auto& s) -> auto& { return s.energy.scale_to_v; })},
  };
}

std::vector<Key> output_keys() {
  return {
      {.path = "output.folder",
       .item = Item::kFolder,
       .derived = "out/ and the name",
       .meaning = "where reports are written; made if it is not there",
       .field = at([](auto& s) -> auto& { return s.output_folder; })},
      {.path = "trace.enabled",
       .item = Item::kBoolean,
       .meaning = "write trace.vcd; needs a machine",
       .field = at([](auto& s) -> auto& { return s.trace.enabled; })},
      {.path = "trace.mode",
       .item = Item::kChoice,
       .choices = names_of<Mode>(),
       .derived = "the last of `machine.modes`",
       .meaning = "the mode whose run is traced",
       .field = at([](auto& s) -> auto& { return s.trace.mode; })},
      {.path = "trace.frames",
       .limits = {0, kMaxIndex},
       .list = {2, 2},
       .unit = "frames",
       .meaning = "first and last frame to trace, both included, counted from 0 at the run's first",
       .field = at([](auto& s) -> auto& { return s.trace.frames; })},
      {.path = "trace.blocks",
       .item = Item::kText,
       .list = kLongList,
       .meaning = "shell-style patterns of the blocks to trace: `core_<row>_<column>`, `router_<row>_<column>`, `host` "
                  "(`host_<port>` of several)",
       .field = at([](auto& s) -> auto& { return s.trace.blocks; })},
  };
}

std::vector<Key> all_keys() {
  std::vector<Key> all;
  for (const auto& part : {general_keys(), stimulus_keys(), mesh_keys(), router_keys(), core_keys(), mapping_keys(),
                           systolic_keys(), energy_keys(), output_keys()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace

const std::vector<Key>& keys() {
  static const std::vector<Key> kKeys = all_keys();
  return kKeys;
}

const Key* find_key(std::string_view path) {
  const auto found = std::find_if(keys().begin(), keys().end(), [&](const Key& key) { return key.path == path; });
  return found == keys().end() ? nullptr : &*found;
}

bool is_section(std::string_view path) {
  return std::any_of(keys().begin(), keys().end(), [&](const Key& key) {
    return key.path.size() > path.size() && key.path.starts_with(path) && key.path[path.size()] == '.';
  });
}

bool names_file(const Key& key, std::string_view text) {
  return key.item == Item::kFile ||
         (key.item == Item::kTable && (text.find('/') != std::string_view::npos || text.ends_with(".yaml")));
}

}  // namespace sigdel::scenarios
