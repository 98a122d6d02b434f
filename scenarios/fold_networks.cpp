#include "scenarios/fold_networks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/quantise/fold.hpp"
#include "scenarios/blame.hpp"

namespace sigdel::scenarios {
namespace {

/// "the frame, the output of 'fc1'": what each quantised tensor is.
std::string tensor_names(const std::vector<quantise::WeightLayer>& layers) {
  std::string names = "the frame";
  for (std::size_t i = 0; i + 1 < layers.size(); ++i) {
    names += fmt::format(", the output of '{}'", layers[i].name);
  }
  return names;
}

std::vector<double> expanded_scales(const Scenario& scenario, const std::vector<quantise::WeightLayer>& layers) {
  std::vector<double> scales = scenario.scales;
  if (scales.size() == 1) {
    scales.assign(layers.size(), scenario.scales.front());
  }
  if (scales.size() != layers.size()) {
    fail("{}: scales: {} given; the network quantises {} tensors: {}", scenario.place_of("scales"), scales.size(),
         layers.size(), tensor_names(layers));
  }
  return scales;
}

bool runs(const Scenario& scenario, bool quantised) {
  return std::any_of(scenario.modes.begin(), scenario.modes.end(),
                     [&](Mode mode) { return is_quantised(mode) == quantised; });
}

}  // namespace

void fold_networks(Plan& plan) {
  const Scenario& scenario = plan.scenario;
  const auto layers = blaming(scenario, {"network.file"}, [&] { return quantise::weight_layers(plan.graph); });
  const quantise::NumberFormat format{scenario.network.weight_bits, scenario.network.accumulator_bits};
  if (runs(scenario, true)) {
    const std::vector<double> scales = expanded_scales(scenario, layers);
    plan.scaled =
        blaming(scenario, {"network.accumulator_bits", "network.weight_bits", "network.max_magnitude", "scales"},
                [&] { return quantise::fold(plan.graph, scales, scenario.network.max_magnitude, format, "scaled"); });
  }
  plan.in_float = reference::run_float(plan.graph, traces::all_values(plan.frames), plan.frames.count);
  if (runs(scenario, false)) {
    const auto bits = static_cast<unsigned>(scenario.network.activation_bits);
    const std::vector<double> scales = quantise::grid_scales(plan.in_float.ranges, scenario.network.activation_bits);
    plan.grid = blaming(scenario, {"network.accumulator_bits", "network.weight_bits", "network.activation_bits"}, [&] {
      return quantise::fold(plan.graph, scales, (std::int32_t{1} << (bits - 1)) - 1, format, "grid");
    });
  }
}

}  // namespace sigdel::scenarios
