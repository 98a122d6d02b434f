/// What the user wrote: one typed value per key of a scenario file, checked one by one but not yet against each other.
/// docs/formats/scenario.md documents every key; the table in scenarios/keys.cpp declares each once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/base/mode.hpp"
#include "sim/core/config.hpp"

namespace sigdel::scenarios {

struct NetworkKeys {
  std::string file;                  ///< resolved against the scenario's folder
  std::int64_t weight_bits = 32;
  std::int64_t accumulator_bits = 32;
  std::int64_t activation_bits = 16;
  std::int64_t max_magnitude = 2047;
};

struct StimulusKeys {
  std::string images;
  std::string labels;                ///< empty: no class error
  std::int64_t first = 0;
  std::int64_t frames = 0;           ///< 0: all from `first` on
};

struct TraceKeys {
  bool enabled = false;              ///< write trace.vcd
  std::string mode;                  ///< which mode's run; empty: the last that runs on the machine
  std::vector<std::int64_t> frames;  ///< first and last frame, inclusive
  std::vector<std::string> blocks;   ///< shell-style patterns over block names: "core_0_*"
};

struct Scenario {
  std::string file;                  ///< for messages
  std::string name;
  NetworkKeys network;
  std::vector<double> scales;        ///< one per quantised tensor, or a single one for all
  StimulusKeys stimulus;
  std::vector<Mode> modes;           ///< what the report compares
  std::vector<Mode> machine_modes;   ///< which of them also run on the machine
  sim::MachineConfig machine;
  std::string energy_table;          ///< name of a table shipped with the program, or a file
  std::string output_folder;
  TraceKeys trace;
};

}  // namespace sigdel::scenarios
