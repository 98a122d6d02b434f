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

double engine_utilisation(const MachineResult& machine) {
  Cycles worked;
  for (const LayerTiming& layer : machine.layers) {
    worked += layer.engine;
  }
  const double powered = static_cast<double>(machine.cores.size()) * static_cast<double>(machine.total.value);
  return powered > 0 ? static_cast<double>(worked.value) / powered : 0;
}

double lane_utilisation(const MachineResult& machine) {
  double used = 0;
  double worked = 0;
  for (const LayerTiming& layer : machine.layers) {
    used += layer.lane_utilisation * static_cast<double>(layer.engine.value);
    worked += static_cast<double>(layer.engine.value);
  }
  return worked > 0 ? used / worked : 0;
}

std::size_t passed_checks(const Report& report) {
  return static_cast<std::size_t>(
      std::count_if(report.checks.begin(), report.checks.end(), [](const Check& check) { return check.passed; }));
}

}  // namespace sigdel::energy
