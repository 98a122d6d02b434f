/// What the user wrote: one typed value per key of a scenario file, checked one by one but not yet against each other.
/// docs/formats/scenario.md documents every key; the tables in scenarios/*keys.cpp declare each once. A key's default
/// is the value that a default-constructed Scenario holds.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "energy/conditions.hpp"
#include "models/base/mode.hpp"
#include "models/mapping/mapping.hpp"
#include "models/network/threshold.hpp"
#include "models/tune/settings.hpp"
#include "sim/core/config.hpp"
#include "sim/systolic/config.hpp"
#include "traces/frames.hpp"
#include "traces/npy.hpp"
#include "traces/order.hpp"
#include "traces/picture.hpp"

namespace sigdel::scenarios {

struct NetworkKeys {
  std::string file;
  int weight_bits = 32;
  int accumulator_bits = 32;
  int activation_bits = 16;
  std::int32_t max_magnitude = 2047;
  int message_bits = 0;  ///< in mode `threshold`; 0: what the file says
  network::Residue residue = network::Residue::kUnsent;
};

/// Lists by clip: what has one item stands for all clips.
struct StimulusKeys {
  std::vector<std::string> images;
  std::vector<std::string> labels;  ///< one for each clip; empty: no class error
  std::vector<std::uint64_t> first{0};
  std::vector<std::uint64_t> frames{0};  ///< 0: all from `first` on
  std::vector<std::uint64_t> stride{1};
  traces::Order order = traces::Order::kGiven;
  std::uint64_t order_seed = 1;  ///< of kShuffled
  traces::PictureRules pictures;
  traces::NpyAxes npy_axes = traces::NpyAxes::kFrameFirst;
  traces::Preprocessing values;
  double noise_sigma = 0;  ///< grey levels
  std::uint64_t noise_seed = 1;
};

/// What an integer costs while scales are tuned.
enum class TunePrices {
  kAdditions,  ///< one for each addition, as in the paper
  kEnergy,     ///< what the energy table says: docs/tuning.md
};

/// How `sigdel tune` finds scales.
struct TuneKeys {
  tune::Settings settings;  ///< its clamp is network.max_magnitude
  double start = 0;         ///< every scale; 0: the scenario's own
  TunePrices prices = TunePrices::kAdditions;
  double held_out = 0.2;      ///< share of the frames, the last, that results are measured on
  double max_error = 0;       ///< target instead of a lambda; 0: none
  double max_operations = 0;  ///< per frame; likewise

  bool operator==(const TuneKeys&) const = default;
};

struct MappingKeys {
  mapping::Strategy strategy = mapping::Strategy::kAuto;
  std::string file;  ///< with kExplicit: the mapping file
};

struct EnergyKeys {
  std::string table = "horowitz-45nm";  ///< name of a table shipped with the program, or a file
  energy::SramCells sram_cells = energy::Conditions{}.cells;
  int temperature_k = energy::Conditions{}.temperature_k;
  int scale_to_nm = 0;    ///< 0: the table's node
  double scale_to_v = 0;  ///< 0: the node's usual supply
};

/// Where what the layers send comes from.
enum class Execution {
  kFull,   ///< from the network's arithmetic
  kTrace,  ///< from a recording
};

/// What `sigdel run` does with a scenario.
enum class Experiment {
  kNone,           ///< runs it
  kRandomNetwork,  ///< O'Connor and Welling (2017), Figure 2
  kTemporalOrder,  ///< Figures 3 and 4
};

struct ExperimentKeys {
  Experiment kind = Experiment::kNone;
  std::vector<double> lambdas;  ///< computation summed over a batch
  double learning_rate = 0.01;
  std::size_t batch = 10;  ///< frames
  std::size_t epochs = 1;
  double clip = 50;  ///< of a derivative; 0: none
  std::uint32_t seed = 1234;
  std::size_t triples = 1000;
  std::string train_images;
  std::string train_labels;
  std::size_t train_frames = 0;  ///< 0: all
  std::size_t machine_frames = 500;
};

struct TraceKeys {
  bool enabled = false;                       ///< write trace.vcd
  Mode mode = Mode::kSigmaDelta;              ///< which mode's run
  std::array<std::uint64_t, 2> frames{0, 1};  ///< first and last frame of the run, counted from 0, inclusive
  std::vector<std::string> blocks{"core_*", "router_*", "host*"};  ///< shell-style patterns over block names
};

/// How a key came to its value.
enum class Source { kDefault, kWritten, kOverridden };

struct Origin {
  Source source = Source::kDefault;
  std::string place;  ///< "quickstart.yaml:12" or "--set machine.core.lanes=8"
};

struct Scenario {
  std::string file;                       ///< for messages
  std::map<std::string, Origin> origins;  ///< by key, of the keys that are not defaults
  std::string name;
  NetworkKeys network;         ///< files here and below: resolved, ready to open
  std::vector<double> scales;  ///< one per quantised tensor, or a single one for all; empty with a scale factor
  double scale_factor = 0;     ///< scales are this over each tensor's root mean square; 0: given otherwise
  std::string scales_file;     ///< that `sigdel tune` wrote; empty: scales are given otherwise
  TuneKeys tune;
  StimulusKeys stimulus;
  std::vector<Mode> modes;          ///< what the report compares
  std::vector<Mode> machine_modes;  ///< which of them also run on the machine; empty: there is no machine
  sim::MachineConfig machine;
  MappingKeys mapping;               ///< of the machine
  std::vector<Mode> systolic_modes;  ///< which of the modes also run on the systolic array; empty: there is none
  systolic::Config systolic;
  Execution execution = Execution::kFull;
  std::string recording_file;  ///< with kTrace
  EnergyKeys energy;
  ExperimentKeys experiment;
  std::string output_folder;
  TraceKeys trace;

  [[nodiscard]] bool on_machine() const { return !machine_modes.empty(); }
  [[nodiscard]] bool on_systolic() const { return !systolic_modes.empty(); }
  /// Whether the key says something of this scenario: those of a machine, an array or an experiment that is not there
  /// do not, nor those of tuning where all are defaults.
  [[nodiscard]] bool concerns(std::string_view key) const {
    if (key.starts_with("experiment.")) {
      return experiment.kind != Experiment::kNone;
    }
    if (key.starts_with("tune.")) {
      return tune != TuneKeys{};
    }
    return key.starts_with("machine.systolic.") ? on_systolic() : on_machine() || !key.starts_with("machine.");
  }
  /// Where a message about that key should point: its line, its override, or the file.
  [[nodiscard]] const std::string& place_of(const std::string& key) const {
    const auto origin = origins.find(key);
    return origin == origins.end() ? file : origin->second.place;
  }
};

/// Reads a scenario file and applies overrides of the form `machine.core.lanes=8`, each with the same checks.
/// Throws InputError with up to ten problems, one per line: `file:line: key: expected ..., found ...`.
Scenario read_scenario(const std::string& file, const std::vector<std::string>& overrides);

/// The scenario with every key written out, to be saved in `folder`: read back, it gives the same scenario.
std::string to_yaml(const Scenario& scenario, const std::string& folder);

}  // namespace sigdel::scenarios

namespace sigdel {
template <>
struct EnumTable<scenarios::Experiment> {
  static constexpr std::array<std::string_view, 3> names{"none", "random-network", "temporal-order"};
};
template <>
struct EnumTable<scenarios::Execution> {
  static constexpr std::array<std::string_view, 2> names{"full", "trace"};
};
template <>
struct EnumTable<scenarios::TunePrices> {
  static constexpr std::array<std::string_view, 2> names{"additions", "energy"};
};
}  // namespace sigdel
