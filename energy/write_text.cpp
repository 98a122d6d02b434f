#include <fmt/format.h>

#include <algorithm>

#include "energy/lava_work.hpp"
#include "energy/price.hpp"
#include "energy/summary.hpp"
#include "energy/systolic_text.hpp"
#include "energy/text_table.hpp"
#include "energy/verdict.hpp"
#include "energy/writers.hpp"

namespace sigdel::energy {
namespace {

constexpr std::size_t kNameWidth = 22;

double per_frame(std::uint64_t count, const Report& report) {
  return static_cast<double>(count) / static_cast<double>(report.frames);
}

std::string header(const Report& report, const Table& table) {
  std::string shape;
  std::string scales;
  for (const LayerInfo& layer : report.layers) {
    shape += fmt::format("{}-", layer.inputs);
    if (layer.scaled) {
      scales += fmt::format("{}{:.4g}", scales.empty() ? "" : ", ", layer.scaled->scale);
    }
  }
  shape += report.layers.empty() ? "" : std::to_string(report.layers.back().outputs);
  const auto ran = std::find_if(report.modes.begin(), report.modes.end(),
                                [](const ModeResult& mode) { return mode.machine.has_value(); });
  const std::string machine =
      ran == report.modes.end()
          ? "none: no mode ran on it"
          : fmt::format("{} x {} cores at {:g} MHz, encoding {}, {}{}, scan {}", report.mesh_columns, report.mesh_rows,
                        ran->machine->clock_mhz, report.encoding, report.discipline,
                        report.semantics == "step" ? " in step semantics" : "", report.scan);
  return fmt::format(
      "{}: scenario {}, {} frames{}\n"
      "Network   {} ({}), bits: weights {}, accumulators {}, dense activations {}\n"
      "Scales    {} (rounding and sigma-delta, clamped at {})\n"
      "Machine   {}\n"
      "Energy    {}: {}\n",
      report.program, report.scenario, report.frames, report.labelled ? " with labels" : ", no labels", report.network,
      shape, report.weight_bits, report.accumulator_bits, report.activation_bits, scales.empty() ? "-" : scales,
      report.max_magnitude, machine, table.name, table.description);
}

TextTable empty_work_table() {
  return TextTable({{"", "mode / layer"},
                    {"", "spikes"},
                    {"operations, k", "paper"},
                    {"operations, k", "adds"},
                    {"operations, k", "mults"},
                    {"energy, nJ", "paper"},
                    {"energy, nJ", "dynamic"},
                    {"", "cycles"},
                    {"machine, %", "engine"},
                    {"machine, %", "stall"},
                    {"machine, %", "lanes"},
                    {"", "bound by"}});
}

/// The cells of counts and energies, the same for a mode and for a layer.
std::vector<std::string> work_cells(const std::string& name, const Work& work, const PaperEnergy& paper,
                                    double dynamic_pj, const Report& report) {
  const auto thousands = [&](std::uint64_t count) { return fixed(per_frame(count, report) / 1e3, 2); };
  const double to_nj = 1e-3 / static_cast<double>(report.frames);
  return {shortened(name, kNameWidth),         fixed(per_frame(work[Tally::kEvents], report), 1),
          thousands(paper_operations(work)),   thousands(work[Tally::kAdds] + work[Tally::kSubtracts]),
          thousands(work[Tally::kMultiplies]), fixed(paper.full_precision.value * to_nj, 2),
          fixed(dynamic_pj * to_nj, 1)};
}

/// The machine's cells but the first, `cycles`.
void add_utilisation(std::vector<std::string>& cells, const Utilisation& utilisation, const std::string& bound_by) {
  for (const double share : {utilisation.engine, utilisation.stalled, utilisation.lanes}) {
    cells.push_back(fixed(100 * share, 1));
  }
  cells.push_back(bound_by);
}

/// "weight port", or "fc1: weight port" where that is another layer's.
std::string bound_of(const ModeResult& mode, std::size_t layer, const Report& report) {
  if (!mode.machine) {
    return "-";
  }
  const LayerTiming& timing = mode.machine->layers[layer];
  const bool own = timing.bottleneck_layer == report.layers[layer].name;
  return own ? timing.bottleneck : fmt::format("{}: {}", shortened(timing.bottleneck_layer, 8), timing.bottleneck);
}

constexpr Utilisation kNoUtilisation{kNothing, kNothing, kNothing, kNothing};

std::vector<std::string> mode_row(const ModeResult& mode, const ModeEnergy& energy, const Report& report) {
  const double dynamic = energy.complete() ? energy.activity.total.dynamic().value : kNothing;
  auto cells = work_cells(energy.name(), sum_of(mode.layers), energy.paper, dynamic, report);
  const auto clock = clocked(mode);
  cells.push_back(fixed(clock ? per_frame(clock->total.value, report) : kNothing, 0));
  add_utilisation(cells, mode.machine ? utilisation_of(*mode.machine) : kNoUtilisation, "");
  return cells;
}

std::vector<std::string> layer_row(const ModeResult& mode, const ModeEnergy& energy, std::size_t i,
                                   const Report& report) {
  const double dynamic = energy.complete() ? energy.activity.layers[i].dynamic().value : kNothing;
  auto cells = work_cells("  " + report.layers[i].name, mode.layers[i], energy.layers[i], dynamic, report);
  cells.emplace_back();  // cycles are the whole machine's
  add_utilisation(cells, mode.machine ? utilisation_of(*mode.machine, mode.machine->layers[i]) : kNoUtilisation,
                  bound_of(mode, i, report));
  return cells;
}

std::string work_text(const Report& report, const std::vector<ModeEnergy>& energies) {
  TextTable table = empty_work_table();
  for (std::size_t m = 0; m < report.modes.size(); ++m) {
    if (m > 0) {
      table.add_rule();
    }
    table.add_row(mode_row(report.modes[m], energies[m], report));
    for (std::size_t i = 0; i < report.layers.size(); ++i) {
      table.add_row(layer_row(report.modes[m], energies[m], i, report));
    }
  }
  return "Work, per frame (mean of all frames, the first one included)\n" + table.text();
}

std::string modes_text(const Report& report) {
  const std::string paper = "paper operations, k";
  const std::string latency = "latency, cycles";
  TextTable table({{"", "modes, per frame"},
                   {paper, "all"},
                   {paper, "of dense"},
                   {paper, "first frame"},
                   {"", "error %"},
                   {"", "as float %"},
                   {"", "clamped"},
                   {"", "cycles"},
                   {"", "frames/s"},
                   {latency, "mean"},
                   {latency, "worst"}});
  for (const ModeResult& mode : report.modes) {
    const Work sum = sum_of(mode.layers);
    const auto clock = clocked(mode);
    table.add_row({row_name(mode.mode, mode.activity_engine), fixed(per_frame(paper_operations(sum), report) / 1e3, 2),
                   fixed(ratio_to_dense(mode, report).value_or(kNothing), 4),
                   fixed(static_cast<double>(paper_operations(sum_of(mode.first_frame))) / 1e3, 2),
                   fixed(100 * mode.class_error.value_or(kNothing), 2), fixed(100 * mode.agreement, 2),
                   fixed(per_frame(sum[Tally::kSaturations] + mode.input_saturations, report), 2),
                   fixed(clock ? per_frame(clock->total.value, report) : kNothing, 1),
                   fixed(clock ? clock->frames_per_second : kNothing, 0),
                   fixed(clock ? clock->latency_mean : kNothing, 1),
                   clock ? std::to_string(clock->latency_worst.value) : "-"});
  }
  return table.text();
}

std::string difference_text(const std::string& name, const std::optional<Difference>& difference,
                            const Report& report) {
  if (!difference) {
    return fmt::format("{:<36}- (no mode with these integers ran)\n", name);
  }
  return fmt::format("{:<36}outputs differ by {:.3g} at most, {:.3g} on average; other class in {} of {} frames\n",
                     name, difference->largest, difference->mean, difference->other_class, report.frames);
}

std::string accuracy_text(const Report& report) {
  std::string text;
  if (report.accuracy.float_class_error) {
    text +=
        fmt::format("{:<36}{:.2f} %\n", "Class error of the float32 network", *report.accuracy.float_class_error * 100);
  }
  return text + difference_text("Integer dense against float32", report.accuracy.integer_to_float_dense, report) +
         difference_text("Integer rounding against float32's", report.accuracy.integer_to_float_rounding, report) +
         (report.accuracy.threshold_to_float
              ? difference_text("Integer threshold against float32", report.accuracy.threshold_to_float, report)
              : "");
}

/// With an empty line behind it, unless there is nothing to compare.
std::string verdict_section(const Report& report, const std::vector<ModeEnergy>& energies, const Table& table) {
  const std::string verdict = verdict_text(verdicts_of(report, energies, table));
  return verdict.empty() ? "" : verdict + area_text(report, table) + "\n";
}

std::string checks_text(const Report& report) {
  const std::size_t passed = passed_checks(report);
  if (passed == report.checks.size()) {
    return fmt::format("Checks    {} checks passed\n", passed);
  }
  std::string text = fmt::format("Checks    {} of {} FAILED\n", report.checks.size() - passed, report.checks.size());
  for (const Check& check : report.checks) {
    if (!check.passed) {
      text += fmt::format("  FAILED  {}: {}\n", check.name, check.detail);
    }
  }
  return text;
}

std::string rate(double count, double seconds, double unit, int decimals) {
  return fixed(seconds > 0 ? count / seconds / unit : kNothing, decimals);
}

std::string speed_text(const Report& report) {
  const std::string machine = "machine, simulated per second of processor time";
  const std::string executor = "functional executor";
  TextTable table({{"", "speed on this host"},
                   {machine, "seconds"},
                   {machine, "k packets"},
                   {machine, "k spikes"},
                   {machine, "k hops"},
                   {machine, "M syn. ops"},
                   {machine, "k cycles"},
                   {executor, "seconds"},
                   {executor, "frames/s"}});
  for (const ModeResult& mode : report.modes) {
    if (mode.systolic) {
      continue;  // one simulation for all modes: see the array's table
    }
    std::vector<std::string> cells(7, "-");
    cells[0] = row_name(mode.mode, mode.activity_engine);
    if (mode.machine) {
      const MachineResult& run = *mode.machine;
      const Work sum = sum_of(mode.layers);
      const auto per_second = [&](std::uint64_t count, double unit, int decimals) {
        return rate(static_cast<double>(count), run.cpu_seconds, unit, decimals);
      };
      cells = {cells[0],
               fixed(run.cpu_seconds, 3),
               per_second(run.packets, 1e3, 1),
               per_second(sum[Tally::kEvents], 1e3, 1),
               per_second(run.hops, 1e3, 1),
               per_second(sum[Tally::kUpdates], 1e6, 2),
               per_second(run.total.value, 1e3, 1)};
    }
    cells.push_back(fixed(mode.executor_seconds, 3));
    cells.push_back(rate(static_cast<double>(report.frames), mode.executor_seconds, 1, 0));
    table.add_row(std::move(cells));
  }
  return table.text();
}

std::string legend() {
  return "How to read it (k: thousands; -: not counted, the mode did not run on the machine)\n"
         "  spikes      what a layer receives: all activations (dense), the non-zero ones, or the changes\n"
         "  operations  paper: adds and multiplications of matrix products only, an integer of magnitude m costs m "
         "adds;\n"
         "              adds (subtractions included), mults (multiplications): what the machine does\n"
         "  energy      paper: the paper's counts as 32-bit operations; 8b mul: with 8-bit multiplications and 32-bit\n"
         "              additions, arithmetic alone; dynamic: arithmetic, memories, queues and network of the "
         "machine;\n"
         "              full: with static (leakage and clock of all blocks over the whole run, which belong to no\n"
         "              layer); full 8b: full with 8-bit multiplications and weight words, at the same cycles.\n"
         "              dense and zero-skip run on this same event-driven mesh, state read and written for every\n"
         "              multiply-add; the fair dense opponent is a systolic array (machine.systolic)\n"
         "  cycles      until the machine was at rest; frames/s: throughput at the machine's clock\n"
         "  machine, %  of all cores' cycles (of a layer: of its cores', for it): engine: synaptic engines worked;\n"
         "              stall: scans waited for the outbox; lanes: of the lanes of engines at work, used\n"
         "  bound by    what most of the layer's cycles are spent on; if it waits for its input, the layer before's;\n"
         "              token wait: for other layers to be ready, or their tokens\n"
         "  error %     frames with a wrong class; as float %: with the float32 network's; clamped: values per frame\n"
         "  speed       packets enter the network on chip; a spike counts once, however many cores and packets it "
         "takes;\n"
         "              syn. ops: synaptic operations, (spike, target) pairs; hops: flits over links\n";
}

}  // namespace

std::string write_text(const Report& report, const Table& table) {
  const std::vector<ModeEnergy> energies = price_modes(activity_of(report), table);
  const std::vector<UsedPrice> prices = prices_of(energies, table);
  std::vector<std::string> sections{
      header(report, table),
      work_text(report, energies),
      modes_text(report),
      lava_text(report),
      systolic_text(report, energies),
      energy_table(energies, report.frames) + shares_text(energies, table, report.frames) + memory_text(prices) +
          assumed_text(prices),
      verdict_section(report, energies, table) + accuracy_text(report) + checks_text(report),
      speed_text(report),
      legend()};
  sections.erase(std::remove(sections.begin(), sections.end(), std::string()), sections.end());
  return fmt::format("{}", fmt::join(sections, "\n"));
}

}  // namespace sigdel::energy
