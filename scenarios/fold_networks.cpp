#include "scenarios/fold_networks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/quantise/fold.hpp"
#include "models/quantise/fold_thresholds.hpp"
#include "scenarios/blame.hpp"
#include "scenarios/scales_file.hpp"

namespace sigdel::scenarios {
namespace {

/// "the frame, the output of 'fc1'": what each quantised tensor is.
std::string tensor_names(const quantise::WeightLayers& layers) {
  std::string names = "the frame";
  for (std::size_t i = 1; i < layers.scales(); ++i) {
    names += fmt::format(", the output of '{}'", layers.tensors[i].name);
  }
  return names;
}

void check_thresholds(const Scenario& scenario, const network::Graph& graph) {
  if (!graph.fixed_point) {
    fail("{}: modes: 'threshold' runs networks that were trained with thresholds, as lava-dl exports them; {} has none",
         scenario.place_of("modes"), scenario.network.file);
  }
}

}  // namespace

quantise::Scales scales_of(const Plan& plan) {
  const Scenario& scenario = plan.scenario;
  const quantise::WeightLayers& layers = plan.layers;
  if (scenario.scale_factor != 0) {
    return quantise::per_tensor(quantise::factor_scales(plan.in_float.rms, scenario.scale_factor));
  }
  if (!scenario.scales_file.empty()) {
    return blaming(scenario, {"scales_file"},
                   [&] { return read_scales(scenario.scales_file, scenario.network.file, plan.layers); });
  }
  std::vector<double> scales = scenario.scales;
  if (scales.size() == 1) {
    scales.assign(layers.scales(), scenario.scales.front());
  }
  if (scales.size() != layers.scales()) {
    fail("{}: scales: {} given; the network quantises {} tensors: {}", scenario.place_of("scales"), scales.size(),
         layers.scales(), tensor_names(layers));
  }
  return quantise::per_tensor(scales);
}

bool runs(const Scenario& scenario, Family family) {
  return std::any_of(scenario.modes.begin(), scenario.modes.end(),
                     [&](Mode mode) { return family_of(mode) == family; });
}

void fold_networks(Plan& plan) {
  const Scenario& scenario = plan.scenario;
  plan.layers = blaming(scenario, {"network.file"}, [&] { return quantise::weight_layers(plan.graph); });
  const quantise::NumberFormat format{scenario.network.weight_bits, scenario.network.accumulator_bits};
  plan.in_float = reference::run_float(plan.graph, plan.layers, plan.frame_reader(), plan.frames.count);
  if (runs(scenario, Family::kScaled)) {
    plan.scales = scales_of(plan);
    plan.scaled = blaming(
        scenario, {"network.accumulator_bits", "network.weight_bits", "network.max_magnitude", "scales"},
        [&] { return quantise::fold(plan.layers, plan.scales, scenario.network.max_magnitude, format, "scaled"); });
  }
  if (runs(scenario, Family::kGrid)) {
    const auto bits = static_cast<unsigned>(scenario.network.activation_bits);
    const std::vector<double> scales = quantise::grid_scales(plan.in_float.ranges, scenario.network.activation_bits);
    plan.grid = blaming(scenario, {"network.accumulator_bits", "network.weight_bits", "network.activation_bits"}, [&] {
      return quantise::fold(plan.layers, scales, (std::int32_t{1} << (bits - 1)) - 1, format, "grid");
    });
  }
  if (runs(scenario, Family::kThreshold)) {
    check_thresholds(scenario, plan.graph);
    plan.threshold = blaming(
        scenario, {"network.file", "network.weight_bits", "network.accumulator_bits", "network.message_bits"}, [&] {
          return quantise::fold_thresholds(plan.graph, plan.layers, format,
                                           {scenario.network.message_bits, scenario.network.residue});
        });
  }
}

}  // namespace sigdel::scenarios
