#include "scenarios/key_groups.hpp"

namespace sigdel::scenarios {

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

}  // namespace sigdel::scenarios
