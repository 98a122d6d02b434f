#include "scenarios/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/import/onnx.hpp"
#include "models/quantise/fold.hpp"
#include "scenarios/blocks.hpp"
#include "scenarios/check_prices.hpp"
#include "scenarios/mapping_file.hpp"
#include "scenarios/problems.hpp"

namespace sigdel::scenarios {
namespace {

bool holds(const std::vector<Mode>& modes, Mode mode) {
  return std::find(modes.begin(), modes.end(), mode) != modes.end();
}

/// Runs a step that knows nothing of scenarios; its error gets the place and key that led to it.
template <class Step>
auto blaming(const Scenario& scenario, const std::string& key, Step step) {
  try {
    return step();
  } catch (const InputError& error) {
    fail("{}: {}: {}", scenario.place_of(key), key, error.what());
  }
}

void check_trace(const Scenario& scenario, Problems& problems) {
  const TraceKeys& trace = scenario.trace;
  if (!scenario.on_machine()) {
    problems.add(scenario.place_of("trace.enabled"), "trace.enabled",
                 "a trace is taken from the machine, and the scenario has no `machine` section");
    return;
  }
  if (!holds(scenario.machine_modes, trace.mode)) {
    problems.add(scenario.place_of("trace.mode"), "trace.mode",
                 fmt::format("'{}' does not run on the machine; add it to machine.modes", name_of(trace.mode)));
  }
  if (trace.frames[0] > trace.frames[1]) {
    problems.add(scenario.place_of("trace.frames"), "trace.frames",
                 fmt::format("the first frame, {}, comes after the last, {}", trace.frames[0], trace.frames[1]));
  }
  const auto names = block_names(scenario.machine);
  for (const std::string& pattern : trace.blocks) {
    if (std::none_of(names.begin(), names.end(), [&](const auto& name) { return matches(pattern, name); })) {
      problems.add(scenario.place_of("trace.blocks"), "trace.blocks",
                   fmt::format("'{}' matches no block; the last core is {}_{}_{}", pattern, "core",
                               scenario.machine.rows - 1, scenario.machine.columns - 1));
    }
  }
}

void check_mapping_keys(const Scenario& scenario, Problems& problems) {
  const bool is_explicit = scenario.mapping.strategy == mapping::Strategy::kExplicit;
  if (is_explicit && scenario.mapping.file.empty()) {
    problems.add(scenario.place_of("machine.mapping.strategy"), "machine.mapping.file",
                 "missing; the strategy `explicit` reads a mapping file");
  }
  if (!is_explicit && !scenario.mapping.file.empty()) {
    problems.add(scenario.place_of("machine.mapping.file"), "machine.mapping.file",
                 fmt::format("the strategy `{}` reads no file; write machine.mapping.strategy: explicit",
                             name_of(scenario.mapping.strategy)));
  }
}

/// "'fc1', 'fc2'": what each quantised tensor feeds.
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

void check_frames(const Scenario& scenario, const network::Graph& graph, const traces::Frames& frames) {
  const auto inputs = static_cast<std::size_t>(network::element_count(graph.input_shape()));
  if (frames.size != inputs) {
    fail("{}: stimulus.images: a frame of {} has {} values; the input of {} has {} ({})",
         scenario.place_of("stimulus.images"), scenario.stimulus.images, frames.size, scenario.network.file, inputs,
         network::to_string(graph.input_shape()));
  }
  const auto classes = static_cast<std::size_t>(network::element_count(graph.output_shape()));
  for (std::size_t i = 0; i < frames.labels.size(); ++i) {
    if (frames.labels[i] >= classes) {
      fail("{}: stimulus.labels: the label of frame {} is {}; {} has {} outputs, so labels are 0 to {}",
           scenario.place_of("stimulus.labels"), i, frames.labels[i], scenario.network.file, classes, classes - 1);
    }
  }
  if (scenario.trace.enabled && scenario.trace.frames[1] >= frames.count) {
    fail("{}: trace.frames: frame {} is beyond the run's last, {}", scenario.place_of("trace.frames"),
         scenario.trace.frames[1], frames.count - 1);
  }
}

void fold_networks(Plan& plan) {
  const Scenario& scenario = plan.scenario;
  const auto layers = blaming(scenario, "network.file", [&] { return quantise::weight_layers(plan.graph); });
  const std::vector<double> scales = expanded_scales(scenario, layers);
  const quantise::NumberFormat format{scenario.network.weight_bits, scenario.network.accumulator_bits};
  plan.scaled = blaming(scenario, "scales", [&] {
    return quantise::fold(plan.graph, scales, scenario.network.max_magnitude, format, "scaled");
  });
  plan.in_float = reference::run_float(plan.graph, plan.frames.values, plan.frames.count);
  const int bits = scenario.network.activation_bits;
  const std::vector<double> grid_scales = quantise::grid_scales(plan.in_float.ranges, bits);
  plan.grid = blaming(scenario, "network.activation_bits", [&] {
    return quantise::fold(plan.graph, grid_scales, (std::int32_t{1} << static_cast<unsigned>(bits - 1)) - 1, format,
                          "grid");
  });
}

/// What the packet format can name.
void check_packets(const Plan& plan) {
  const auto& layers = plan.scaled.layers;
  if (layers.size() > sim::kMaxLayers) {
    fail("{}: network.file: {} weight layers; a packet of the machine can name {}",
         plan.scenario.place_of("network.file"), layers.size(), sim::kMaxLayers);
  }
  for (const network::IntegerLayer& layer : layers) {
    const std::uint32_t widest = std::max(layer.inputs(), layer.outputs());
    if (widest > sim::kMaxNeurons) {
      fail("{}: network.file: layer '{}' is {} neurons wide; a packet of the machine can name {}",
           plan.scenario.place_of("network.file"), layer.name, widest, sim::kMaxNeurons);
    }
  }
}

mapping::Mapping mapping_of(const Plan& plan) {
  const Scenario& scenario = plan.scenario;
  const network::IntegerNetwork& network = plan.any_network();
  const mapping::Capacity capacity = plan.capacity();
  switch (scenario.mapping.strategy) {
    case mapping::Strategy::kLayerPerRow:
      return blaming(scenario, "machine.mapping.strategy",
                     [&] { return mapping::map_layer_per_row(network, capacity); });
    case mapping::Strategy::kExplicit:
      return blaming(scenario, "machine.mapping.file", [&] {
        mapping::Mapping mapping = read_mapping(scenario.mapping.file, network, capacity);
        mapping::validate(mapping, network, capacity);
        return mapping;
      });
    default:
      return blaming(scenario, "machine.mesh.columns", [&] { return mapping::map_automatically(network, capacity); });
  }
}

std::vector<std::string> traced_blocks(const Scenario& scenario) {
  std::vector<std::string> traced;
  if (!scenario.trace.enabled) {
    return traced;
  }
  for (const std::string& name : block_names(scenario.machine)) {
    const auto& patterns = scenario.trace.blocks;
    if (std::any_of(patterns.begin(), patterns.end(), [&](const auto& pattern) { return matches(pattern, name); })) {
      traced.push_back(name);
    }
  }
  return traced;
}

}  // namespace

void check_keys_against_each_other(const Scenario& scenario) {
  Problems problems;
  for (const Mode mode : scenario.machine_modes) {
    if (!holds(scenario.modes, mode)) {
      problems.add(scenario.place_of("machine.modes"), "machine.modes",
                   fmt::format("'{}' is not one of modes; add it there too", name_of(mode)));
    }
  }
  check_mapping_keys(scenario, problems);
  if (scenario.trace.enabled) {
    check_trace(scenario, problems);
  }
  problems.throw_if_any();
}

Plan resolve(const Scenario& scenario, const std::string& tables_folder) {
  check_keys_against_each_other(scenario);
  Plan plan;
  plan.scenario = scenario;
  plan.machine = scenario.machine;
  plan.traced_blocks = traced_blocks(scenario);
  plan.table =
      blaming(scenario, "energy.table", [&] { return energy::read_table(scenario.energy_table, tables_folder); });
  plan.graph = blaming(scenario, "network.file", [&] { return import::read_onnx(scenario.network.file); });
  const StimulusKeys& stimulus = scenario.stimulus;
  plan.frames = blaming(scenario, "stimulus.images",
                        [&] { return traces::read_images(stimulus.images, stimulus.first, stimulus.frames); });
  if (!stimulus.labels.empty()) {
    plan.frames.labels = blaming(scenario, "stimulus.labels", [&] {
      return traces::read_labels(stimulus.labels, stimulus.images, stimulus.first, plan.frames.count);
    });
  }
  check_frames(scenario, plan.graph, plan.frames);
  fold_networks(plan);
  if (scenario.on_machine()) {
    check_packets(plan);
    plan.mapping = mapping_of(plan);
  }
  blaming(scenario, "energy.table", [&] { check_prices(plan); });
  return plan;
}

}  // namespace sigdel::scenarios
