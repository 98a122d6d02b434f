#include "sim/cli/sweep_columns.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "energy/price.hpp"
#include "energy/summary.hpp"
#include "scenarios/blocks.hpp"

namespace sigdel::cli {
namespace {

std::string group_of(Mode mode, Engine engine) {
  return fmt::format("{}{}", name_of(mode), engine == Engine::kSystolic ? "-systolic" : "");
}

std::string layer_group(Mode mode, Engine engine, const std::string& layer) {
  return fmt::format("layer.{}.{}", group_of(mode, engine), layer);
}

Columns machine_columns(const energy::Report& report) {
  Columns columns{{"frames", report.frames}};
  if (report.accuracy.float_class_error) {
    columns["float_class_error"] = *report.accuracy.float_class_error;
  }
  if (report.shape) {
    columns["cores"] = report.shape->cores;
    columns["lanes"] = report.shape->cores * report.shape->lanes;
    columns["sram_bytes"] = report.shape->cores * report.shape->memory_bytes;
  }
  const auto array = std::find_if(report.modes.begin(), report.modes.end(),
                                  [](const energy::ModeResult& mode) { return mode.systolic.has_value(); });
  if (array != report.modes.end()) {
    columns["array_elements"] = array->systolic->rows * array->systolic->columns;
    columns["array_sram_bytes"] = array->systolic->memory_bytes;
  }
  return columns;
}

void add_tallies(Columns& columns, const Work& work) {
  columns["paper_operations"] = energy::paper_operations(work);
  for (const Tally tally : all_of<Tally>()) {
    columns[std::string(name_of(tally))] = work[tally];
  }
}

Columns mode_columns(const energy::Report& report, const energy::ModeResult& mode) {
  Columns columns = Columns::object();
  add_tallies(columns, energy::sum_of(mode.layers));
  columns["input_saturations"] = mode.input_saturations;
  if (mode.class_error) {
    columns["class_error"] = *mode.class_error;
  }
  columns["agreement"] = mode.agreement;
  if (const auto clocked = energy::clocked(mode)) {
    columns["cycles"] = clocked->total.value;
    columns["cycles_per_frame"] = static_cast<double>(clocked->total.value) / static_cast<double>(report.frames);
    columns["latency_mean_cycles"] = clocked->latency_mean;
    columns["latency_worst_cycles"] = clocked->latency_worst.value;
    columns["frames_per_second"] = clocked->frames_per_second;
  }
  if (mode.machine) {
    const energy::Utilisation utilisation = energy::utilisation_of(*mode.machine);
    columns["packets"] = mode.machine->packets;
    columns["hops"] = mode.machine->hops;
    columns["engine_utilisation"] = utilisation.engine;
    columns["lane_utilisation"] = utilisation.lanes;
  }
  return columns;
}

Columns layer_columns(const energy::ModeResult& mode, std::size_t layer) {
  Columns columns = Columns::object();
  add_tallies(columns, mode.layers[layer]);
  if (mode.machine) {
    const energy::LayerTiming& timing = mode.machine->layers[layer];
    columns["cores"] = timing.cores;
    columns["engine_cycles"] = timing.engine.value;
    columns["scan_cycles"] = timing.scan.value;
    columns["stalled_cycles"] = timing.stalled.value;
    columns["bottleneck"] = timing.bottleneck;
  }
  if (mode.systolic) {
    columns["array_cycles"] = mode.systolic->layers[layer].cycles().value;
  }
  return columns;
}

std::string price_name(Category category) {
  std::string name(name_of(category));
  std::replace(name.begin(), name.end(), '-', '_');
  return name + "_nj_per_frame";
}

/// pJ of all frames -> nJ per frame; rounded as report.json's.
double per_frame(Picojoules energy, std::uint64_t frames) { return energy.value / static_cast<double>(frames) / 1e3; }

void add_categories(Columns& columns, const energy::CategoryEnergies& energies, bool complete, std::uint64_t frames) {
  for (const Category category : all_of<Category>()) {
    if (complete || category == Category::kArithmetic) {
      columns[price_name(category)] = per_frame(energies[category], frames);
    }
  }
}

void add_mode_prices(Columns& columns, const energy::ModeEnergy& mode, std::uint64_t frames) {
  columns["paper_nj_per_frame"] = per_frame(mode.paper.full_precision, frames);
  columns["paper_8bit_nj_per_frame"] = per_frame(mode.paper.matched, frames);
  add_categories(columns, mode.activity.total, mode.complete(), frames);
  if (mode.complete()) {
    columns["dynamic_nj_per_frame"] = per_frame(mode.activity.total.dynamic(), frames);
    columns["full_nj_per_frame"] = per_frame(mode.activity.total.total(), frames);
    columns["off_chip_bytes_read"] = mode.activity.off_chip.bytes_read;
    columns["off_chip_bytes_written"] = mode.activity.off_chip.bytes_written;
  }
  if (mode.eight_bit) {
    columns["full_8bit_nj_per_frame"] = per_frame(mode.eight_bit->total(), frames);
  }
}

/// These names, all tallies and the energies of all categories.
std::set<std::string> with_counts(std::set<std::string> names) {
  for (const Tally tally : all_of<Tally>()) {
    names.emplace(name_of(tally));
  }
  for (const Category category : all_of<Category>()) {
    names.insert(price_name(category));
  }
  return names;
}

const std::set<std::string>& machine_figures() {
  static const std::set<std::string> kNames{"frames",     "float_class_error", "cores",           "lanes",
                                            "sram_bytes", "array_elements",    "array_sram_bytes"};
  return kNames;
}

const std::set<std::string>& mode_figures() {
  static const std::set<std::string> kNames = with_counts({"paper_operations",
                                                           "input_saturations",
                                                           "class_error",
                                                           "agreement",
                                                           "cycles",
                                                           "cycles_per_frame",
                                                           "latency_mean_cycles",
                                                           "latency_worst_cycles",
                                                           "frames_per_second",
                                                           "packets",
                                                           "hops",
                                                           "engine_utilisation",
                                                           "lane_utilisation",
                                                           "paper_nj_per_frame",
                                                           "paper_8bit_nj_per_frame",
                                                           "dynamic_nj_per_frame",
                                                           "full_nj_per_frame",
                                                           "full_8bit_nj_per_frame",
                                                           "off_chip_bytes_read",
                                                           "off_chip_bytes_written"});
  return kNames;
}

const std::set<std::string>& layer_figures() {
  static const std::set<std::string> kNames = [] {
    auto names = with_counts({"paper_operations", "cores", "engine_cycles", "scan_cycles", "stalled_cycles",
                              "bottleneck", "array_cycles", "paper_nj_per_frame"});
    names.erase(price_name(Category::kStatic));
    return names;
  }();
  return kNames;
}

}  // namespace

Columns counted_columns(const energy::Report& report) {
  Columns groups{{"", machine_columns(report)}};
  for (const energy::ModeResult& mode : report.modes) {
    groups[group_of(mode.mode, mode.activity_engine)] = mode_columns(report, mode);
  }
  for (const energy::ModeResult& mode : report.modes) {
    for (std::size_t l = 0; l < report.layers.size(); ++l) {
      groups[layer_group(mode.mode, mode.activity_engine, report.layers[l].name)] = layer_columns(mode, l);
    }
  }
  return groups;
}

void add_prices(Columns& columns, const energy::ActivityFile& activity, const energy::Table& table) {
  for (const energy::ModeEnergy& mode : energy::price_modes(activity, table)) {
    add_mode_prices(columns[group_of(mode.mode, mode.engine)], mode, activity.frames);
    for (std::size_t l = 0; l < activity.layers.size(); ++l) {
      Columns& layer = columns[layer_group(mode.mode, mode.engine, activity.layers[l])];
      layer["paper_nj_per_frame"] = per_frame(mode.layers[l].full_precision, activity.frames);
      add_categories(layer, mode.activity.layers[l], mode.complete(), activity.frames);
      layer.erase(price_name(Category::kStatic));  // belongs to no layer
    }
  }
}

Columns flattened(const Columns& groups) {
  Columns flat = Columns::object();
  for (const auto& [group, figures] : groups.items()) {
    for (const auto& [name, value] : figures.items()) {
      flat[group.empty() ? name : fmt::format("{}.{}", group, name)] = value;
    }
  }
  return flat;
}

void PossibleColumns::add(const scenarios::Scenario& scenario) {
  for (const Mode mode : scenario.modes) {
    groups_.insert(group_of(mode, Engine::kMachine));
  }
  for (const Mode mode : scenario.systolic_modes) {
    groups_.insert(group_of(mode, Engine::kSystolic));
  }
}

bool PossibleColumns::can_match(const std::string& pattern) const {
  const auto some = [&](const std::set<std::string>& names, const std::string& before) {
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& name) { return scenarios::can_agree(pattern, before + name); });
  };
  return some(machine_figures(), "") || std::any_of(groups_.begin(), groups_.end(), [&](const std::string& group) {
           return some(mode_figures(), group + ".") || some(layer_figures(), "layer." + group + ".*.");
         });
}

bool PossibleColumns::is_figure(const std::string& name) { return mode_figures().contains(name); }

}  // namespace sigdel::cli
