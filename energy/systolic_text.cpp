#include "energy/systolic_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "energy/summary.hpp"
#include "energy/text_table.hpp"

namespace sigdel::energy {
namespace {

/// Entries of report.modes that are about the array.
std::vector<std::size_t> array_modes(const Report& report) {
  std::vector<std::size_t> found;
  for (std::size_t m = 0; m < report.modes.size(); ++m) {
    if (report.modes[m].systolic) {
      found.push_back(m);
    }
  }
  return found;
}

SystolicLayer sum_of(const std::vector<SystolicLayer>& layers) {
  SystolicLayer sum;
  for (const SystolicLayer& layer : layers) {
    sum.folds += layer.folds;
    sum.fill += layer.fill;
    sum.stream += layer.stream;
    sum.drain += layer.drain;
    sum.macs += layer.macs;
    sum.input_reads += layer.input_reads;
    sum.input_writes += layer.input_writes;
    sum.weight_reads += layer.weight_reads;
    sum.output_reads += layer.output_reads;
    sum.output_writes += layer.output_writes;
  }
  return sum;
}

std::vector<std::string> row_of(const std::string& name, const SystolicLayer& layer, double utilisation,
                                std::uint64_t frames) {
  const auto per_frame = [&](std::uint64_t count) {
    return fixed(static_cast<double>(count) / static_cast<double>(frames), 1);
  };
  return {name,
          per_frame(layer.folds),
          per_frame(layer.cycles().value),
          per_frame(layer.fill.value),
          per_frame(layer.stream.value),
          per_frame(layer.drain.value),
          fixed(100 * utilisation, 1),
          per_frame(layer.input_reads + layer.input_writes),
          per_frame(layer.weight_reads),
          per_frame(layer.output_reads + layer.output_writes)};
}

}  // namespace

std::string systolic_text(const Report& report, const std::vector<ModeEnergy>& energies) {
  const std::vector<std::size_t> modes = array_modes(report);
  if (modes.empty()) {
    return "";
  }
  const SystolicResult& array = *report.modes[modes.front()].systolic;  // the same in all of them
  const std::string cycles = "cycles per frame";
  const std::string words = "words per frame";
  std::vector<TextTable::Column> columns{{"", "systolic array"}, {"", "folds"},     {cycles, "all"}, {cycles, "fill"},
                                         {cycles, "stream"},     {cycles, "drain"}, {"", "use %"},   {words, "input"},
                                         {words, "weights"},     {words, "output"}};
  for (const std::size_t m : modes) {
    columns.push_back({"dynamic energy, nJ", std::string(name_of(report.modes[m].mode))});
  }
  TextTable table(columns);
  const auto add = [&](std::vector<std::string> cells, auto energy_of) {
    for (const std::size_t m : modes) {
      cells.push_back(fixed(energy_of(energies[m]).value * 1e-3 / static_cast<double>(report.frames), 2));
    }
    table.add_row(std::move(cells));
  };
  for (std::size_t l = 0; l < report.layers.size(); ++l) {
    add(row_of(report.layers[l].name, array.layers[l], utilisation_of(array, array.layers[l]), report.frames),
        [l](const ModeEnergy& energy) { return energy.activity.layers[l].dynamic(); });
  }
  add(row_of("all", sum_of(array.layers), utilisation_of(array), report.frames),
      [](const ModeEnergy& energy) { return energy.activity.total.dynamic(); });
  return fmt::format("Systolic array of {} x {} elements, {}, {} frame{} together, at {:g} MHz\n{}", array.rows,
                     array.columns, array.dataflow, array.batch, array.batch == 1 ? "" : "s", array.clock_mhz,
                     table.text());
}

}  // namespace sigdel::energy
