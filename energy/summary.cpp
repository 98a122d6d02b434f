#include "energy/summary.hpp"

#include <algorithm>

namespace sigdel::energy {

Work sum_of(const std::vector<Work>& layers) {
  Work sum;
  for (const Work& work : layers) {
    sum += work;
  }
  return sum;
}

std::uint64_t paper_operations(const Work& work) { return work[Tally::kPaperAdds] + work[Tally::kPaperMultiplies]; }

std::optional<double> ratio_to_dense(const ModeResult& mode, const Report& report) {
  const auto dense = std::find_if(report.modes.begin(), report.modes.end(),
                                  [](const ModeResult& other) { return other.mode == Mode::kDense; });
  if (dense == report.modes.end()) {
    return std::nullopt;
  }
  const auto operations = static_cast<double>(paper_operations(sum_of(mode.layers)));
  return operations / static_cast<double>(paper_operations(sum_of(dense->layers)));
}

Utilisation utilisation_of(const MachineResult& machine, const LayerTiming& layer) {
  const double all = static_cast<double>(layer.cores) * static_cast<double>(machine.total.value);
  const auto share = [&](Cycles cycles) { return all > 0 ? static_cast<double>(cycles.value) / all : 0; };
  return {share(layer.engine), share(layer.scan), share(layer.stalled), layer.lane_utilisation};
}

Utilisation utilisation_of(const MachineResult& machine) {
  LayerTiming all;
  all.cores = static_cast<std::uint32_t>(machine.cores.size());
  double used = 0;
  for (const LayerTiming& layer : machine.layers) {
    all.engine += layer.engine;
    all.scan += layer.scan;
    all.stalled += layer.stalled;
    used += layer.lane_utilisation * static_cast<double>(layer.engine.value);
  }
  all.lane_utilisation = all.engine.value > 0 ? used / static_cast<double>(all.engine.value) : 0;
  return utilisation_of(machine, all);
}

double utilisation_of(const SystolicResult& array, const SystolicLayer& layer) {
  const double elements = static_cast<double>(array.rows) * array.columns;
  return static_cast<double>(layer.macs) / (static_cast<double>(layer.cycles().value) * elements);
}

double utilisation_of(const SystolicResult& array) {
  SystolicLayer all;
  for (const SystolicLayer& layer : array.layers) {
    all.macs += layer.macs;
    all.stream += layer.cycles();
  }
  return utilisation_of(array, all);
}

std::optional<Clocked> clocked(const ModeResult& mode) {
  if (mode.machine) {
    return Clocked{mode.machine->total, mode.machine->latency_mean, mode.machine->latency_worst,
                   mode.machine->frames_per_second};
  }
  if (mode.systolic) {
    return Clocked{mode.systolic->total, mode.systolic->latency_mean, mode.systolic->latency_worst,
                   mode.systolic->frames_per_second};
  }
  return std::nullopt;
}

std::size_t passed_checks(const Report& report) {
  return static_cast<std::size_t>(
      std::count_if(report.checks.begin(), report.checks.end(), [](const Check& check) { return check.passed; }));
}

}  // namespace sigdel::energy
