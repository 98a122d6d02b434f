#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "energy/csv.hpp"
#include "energy/price.hpp"
#include "energy/summary.hpp"
#include "energy/writers.hpp"

namespace sigdel::energy {
namespace {

/// What a row is made from.
struct Row {
  const Report& report;
  const ModeResult& mode;
  const ModeEnergy& energy;
  std::size_t layer;

  [[nodiscard]] const LayerInfo& info() const { return report.layers[layer]; }
  [[nodiscard]] const LayerTiming* timing() const { return mode.machine ? &mode.machine->layers[layer] : nullptr; }
};

struct Column {
  std::string name;  ///< with its unit
  std::function<std::string(const Row&)> cell;
};

std::string number(double value) { return fmt::format("{}", value); }

/// A column of the machine's timing; empty for modes that did not run there.
template <class Get>
Column timing_column(const std::string& name, Get get) {
  return {name, [get](const Row& row) {
            return row.timing() == nullptr ? std::string() : fmt::format("{}", get(*row.timing()));
          }};
}

Column utilisation_column(const std::string& name, double Utilisation::*share) {
  return {name, [share](const Row& row) {
            return row.timing() == nullptr ? std::string()
                                           : number(utilisation_of(*row.mode.machine, *row.timing()).*share);
          }};
}

void add_layer_columns(std::vector<Column>& columns) {
  columns.insert(columns.end(),
                 {
                     {"mode", [](const Row& row) { return std::string(name_of(row.mode.mode)); }},
                     {"layer", [](const Row& row) { return row.info().name; }},
                     {"engine", [](const Row& row) { return std::string(name_of(row.mode.activity_engine)); }},
                     {"frames", [](const Row& row) { return std::to_string(row.report.frames); }},
                     {"inputs", [](const Row& row) { return std::to_string(row.info().inputs); }},
                     {"outputs", [](const Row& row) { return std::to_string(row.info().outputs); }},
                     {"scale", [](const Row& row) { return number(row.info().family_of(row.mode.mode).scale); }},
                 });
}

void add_tally_columns(std::vector<Column>& columns) {
  for (const Tally tally : all_of<Tally>()) {
    columns.push_back({std::string(name_of(tally)),
                       [tally](const Row& row) { return std::to_string(row.mode.layers[row.layer][tally]); }});
  }
  for (const Tally tally : all_of<Tally>()) {
    columns.push_back({fmt::format("first_frame_{}", name_of(tally)),
                       [tally](const Row& row) { return std::to_string(row.mode.first_frame[row.layer][tally]); }});
  }
}

std::string column_name(Category category) {
  std::string name(name_of(category));
  std::replace(name.begin(), name.end(), '-', '_');
  return name + "_pj";
}

void add_energy_columns(std::vector<Column>& columns) {
  columns.push_back(
      {"paper_pj", [](const Row& row) { return number(row.energy.layers[row.layer].full_precision.value); }});
  columns.push_back(
      {"paper_8bit_pj", [](const Row& row) { return number(row.energy.layers[row.layer].matched.value); }});
  for (const Category category : all_of<Category>()) {
    if (category == Category::kStatic) {
      continue;  // belongs to no layer
    }
    columns.push_back({column_name(category), [category](const Row& row) {
                         const bool known = row.energy.complete() || category == Category::kArithmetic;
                         return known ? number(row.energy.activity.layers[row.layer][category].value) : std::string();
                       }});
  }
  columns.push_back({"dynamic_pj", [](const Row& row) {
                       return row.energy.complete() ? number(row.energy.activity.layers[row.layer].dynamic().value)
                                                    : std::string();
                     }});
}

void add_timing_columns(std::vector<Column>& columns) {
  columns.push_back(timing_column("cores", [](const LayerTiming& timing) { return timing.cores; }));
  columns.push_back(timing_column("engine_cycles", [](const LayerTiming& timing) { return timing.engine.value; }));
  columns.push_back(timing_column("scan_cycles", [](const LayerTiming& timing) { return timing.scan.value; }));
  columns.push_back(timing_column("stalled_cycles", [](const LayerTiming& timing) { return timing.stalled.value; }));
  columns.push_back(timing_column("bottleneck", [](const LayerTiming& timing) { return timing.bottleneck; }));
  columns.push_back(
      timing_column("bottleneck_layer", [](const LayerTiming& timing) { return timing.bottleneck_layer; }));
  columns.push_back(utilisation_column("engine_utilisation", &Utilisation::engine));
  columns.push_back(utilisation_column("scan_utilisation", &Utilisation::scan));
  columns.push_back(utilisation_column("stalled_utilisation", &Utilisation::stalled));
  columns.push_back(utilisation_column("lane_utilisation", &Utilisation::lanes));
}

/// Columns of the systolic array; empty in the other rows.
void add_systolic_columns(std::vector<Column>& columns) {
  const auto add = [&](const std::string& name, auto get) {
    columns.push_back({name, [get](const Row& row) {
                         const auto& array = row.mode.systolic;
                         return array ? fmt::format("{}", get(*array, array->layers[row.layer])) : std::string();
                       }});
  };
  using Array = SystolicResult;
  using Layer = SystolicLayer;
  add("array_cycles", [](const Array&, const Layer& layer) { return layer.cycles().value; });
  add("array_folds", [](const Array&, const Layer& layer) { return layer.folds; });
  add("array_utilisation", [](const Array& array, const Layer& layer) { return utilisation_of(array, layer); });
}

std::vector<Column> all_columns() {
  std::vector<Column> columns;
  add_layer_columns(columns);
  add_tally_columns(columns);
  add_energy_columns(columns);
  add_timing_columns(columns);
  add_systolic_columns(columns);
  return columns;
}

}  // namespace

std::string write_csv(const Report& report, const Table& table) {
  const std::vector<ModeEnergy> energies = price_modes(activity_of(report), table);
  const std::vector<Column> columns = all_columns();
  std::vector<std::string> cells;
  for (const Column& column : columns) {
    cells.push_back(column.name);
  }
  std::string text = fmt::format("{}\r\n", fmt::join(cells, ","));
  for (std::size_t m = 0; m < report.modes.size(); ++m) {
    for (std::size_t layer = 0; layer < report.layers.size(); ++layer) {
      const Row row{report, report.modes[m], energies[m], layer};
      std::transform(columns.begin(), columns.end(), cells.begin(),
                     [&](const Column& column) { return csv_field(column.cell(row)); });
      text += fmt::format("{}\r\n", fmt::join(cells, ","));
    }
  }
  return text;
}

}  // namespace sigdel::energy
