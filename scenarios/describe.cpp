#include "scenarios/describe.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "energy/text_table.hpp"
#include "models/mapping/use.hpp"
#include "scenarios/keys.hpp"

namespace sigdel::scenarios {
namespace {

using energy::TextTable;

/// "line 12", "--set" or "default".
std::string source_text(const Scenario& scenario, const Key& key) {
  const auto origin = scenario.origins.find(std::string(key.path));
  if (origin == scenario.origins.end()) {
    return "default";
  }
  const std::string& place = origin->second.place;
  return origin->second.source == Source::kOverridden ? "--set" : "line " + place.substr(place.rfind(':') + 1);
}

std::string keys_text(const Scenario& scenario) {
  std::string out = fmt::format("{:<35} {:<8} value\n", "key", "from");
  for (const Key& key : keys()) {
    if (!scenario.concerns(key.path)) {
      continue;
    }
    const Value value = key.field.get(scenario);
    const bool is_empty = value.empty() || value.front() == Scalar(std::string());
    const std::string text = is_empty ? "none" : value_text(key, value);
    out += fmt::format("{:<35} {:<8} {}{}{}\n", key.path, source_text(scenario, key), text, key.unit.empty() ? "" : " ",
                       key.unit);
  }
  return out;
}

/// How much of the accumulator's width the bound takes.
std::string bound_share(const network::IntegerLayer& layer, int bits) {
  const auto largest = static_cast<double>((std::int64_t{1} << static_cast<unsigned>(bits - 1)) - 1);
  return fmt::format("{:.1f} %", 100 * static_cast<double>(layer.bound) / largest);
}

/// "784 x 200", or "64x55x55 + 64x55x55 -> 16x55x55" where one of them is an image.
std::string shape_text(const network::IntegerLayer& layer) {
  const auto text = [](const network::Volume& volume) {
    return fmt::format("{}x{}x{}", volume.channels, volume.rows, volume.columns);
  };
  bool is_image = layer.values.pixels() > 1;
  std::string inputs;
  for (const network::Synapses& synapses : layer.synapses) {
    is_image = is_image || synapses.from().pixels() > 1;
    inputs += (inputs.empty() ? "" : " + ") + text(synapses.from());
  }
  return is_image ? fmt::format("{} -> {}", inputs, text(layer.values))
                  : fmt::format("{} x {}", layer.inputs(), layer.outputs());
}

void add_layers(TextTable& table, const network::IntegerNetwork& network, const std::string& family) {
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const network::IntegerLayer& layer = network.layers[i];
    table.add_row({layer.name, shape_text(layer), layer.relu ? "yes" : "no", family,
                   fmt::format("{:.7g}", network.tensors[layer.synapses.front().tensor()].scale),
                   fmt::format("{}", layer.fraction_bits), fmt::format("{}", layer.bound),
                   bound_share(layer, network.accumulator_bits)});
  }
}

std::string thresholds_text(const Plan& plan) {
  if (!plan.threshold) {
    return "";
  }
  const network::Threshold& of_frame = plan.threshold->tensors.front().threshold.value();
  std::string levels =
      fmt::format("frame {}", of_frame.level >> (plan.graph.fixed_point->spike_exp + of_frame.dropped_bits));
  for (const network::IntegerLayer& layer : plan.threshold->layers) {
    if (layer.threshold) {
      levels += fmt::format(", {} {}", layer.name,
                            layer.threshold->level >> (plan.graph.fixed_point->spike_exp + of_frame.dropped_bits));
    }
  }
  return fmt::format("Thresholds, in 2^-{}: {}. Messages of {} bits, {} dropped; residue {}\n", of_frame.dropped_bits,
                     levels, of_frame.message_bits, of_frame.dropped_bits, name_of(of_frame.residue));
}

std::string network_text(const Plan& plan) {
  TextTable table({{"", "layer"},
                   {"", "shape"},
                   {"", "ReLU"},
                   {"", "integers"},
                   {"", "input scale"},
                   {"", "fraction bits"},
                   {"accumulator", "bound"},
                   {"accumulator", "of width"}});
  if (plan.scaled) {
    add_layers(table, *plan.scaled, "scaled");
  }
  if (plan.scaled && plan.grid) {
    table.add_rule();
  }
  if (plan.grid) {
    add_layers(table, *plan.grid, "grid");
  }
  if (plan.threshold) {
    if (plan.scaled || plan.grid) {
      table.add_rule();
    }
    add_layers(table, *plan.threshold, "threshold");
  }
  return fmt::format(
      "Network: {} -> {}, {} weight layers. `rounding` and `sigma-delta` run on scaled integers, the "
      "other modes on the grid.\n{}{}",
      network::to_string(plan.graph.input_shape()), network::to_string(plan.graph.output_shape()),
      plan.any_network().layers.size(), table.text(), thresholds_text(plan));
}

std::string frames_text(const Plan& plan) {
  const auto& frames = plan.frames;
  const StimulusKeys& keys = plan.scenario.stimulus;
  const std::string labels =
      frames.labels.empty()
          ? "no labels"
          : fmt::format("labels up to {}", *std::max_element(frames.labels.begin(), frames.labels.end()));
  const bool is_window = keys.images.size() == 1 && keys.stride.front() == 1;
  const std::string from =
      is_window ? fmt::format("images {} to {}", keys.first.front(), keys.first.front() + frames.count - 1)
                : fmt::format("from {} clips", keys.images.size());
  return fmt::format("Frames: {} of {} values each ({}), {}\n", frames.count, frames.size, from, labels);
}

std::string share(std::uint64_t used, std::uint64_t capacity) {
  return fmt::format("{:.1f} %", 100 * static_cast<double>(used) / static_cast<double>(capacity));
}

/// "fc1 [0..33]", "conv1 [channels 0..63, rows 0..13, columns 0..27]".
std::string slice_text(const Plan& plan, const mapping::Slice& slice) {
  const network::IntegerLayer& layer = plan.any_network().layers.at(slice.layer.value);
  if (layer.values.pixels() > 1) {
    return fmt::format("{} [{}]", layer.name, network::to_string(slice.box));
  }
  return fmt::format("{} [{}..{}]", layer.name, slice.box.channels.begin, slice.box.channels.end - 1);
}

/// "fc1 [0..33], fc2 [0..66]" in one line; parts of images in a line each; "-" for none.
std::vector<std::string> slice_lines(const Plan& plan, const std::vector<mapping::Slice>& slices) {
  const auto& layers = plan.any_network().layers;
  const bool has_images =
      std::any_of(layers.begin(), layers.end(), [](const auto& layer) { return layer.values.pixels() > 1; });
  std::vector<std::string> lines;
  for (const mapping::Slice& slice : slices) {
    lines.push_back(slice_text(plan, slice));
  }
  if (has_images && !lines.empty()) {
    return lines;
  }
  return {lines.empty() ? "-" : fmt::format("{}", fmt::join(lines, ", "))};
}

std::string mapping_text(const Plan& plan) {
  TextTable table({{"", "core"},
                   {"", "layers [neurons]"},
                   {"weight memory", "bytes"},
                   {"weight memory", "of capacity"},
                   {"state memory", "bytes"},
                   {"state memory", "of capacity"},
                   {"dense updates", "per frame"},
                   {"dense updates", "of busiest"}});
  const mapping::Capacity capacity = plan.capacity();
  const auto cores = mapping::use_of_cores(plan.mapping, plan.any_network(), capacity);
  const mapping::Balance balance = mapping::balance_of(cores);
  for (const mapping::CoreUse& core : cores) {
    const std::vector<std::string> lines = slice_lines(plan, core.slices);
    table.add_row({core.core, lines.front(), fmt::format("{}", core.weight_bytes),
                   share(core.weight_bytes, capacity.weight_bytes), fmt::format("{}", core.state_bytes),
                   share(core.state_bytes, capacity.state_bytes), fmt::format("{}", core.dense_work),
                   share(core.dense_work, balance.busiest)});
    for (auto line = lines.begin() + 1; line != lines.end(); ++line) {
      table.add_row({"", *line, "", "", "", "", "", ""});
    }
  }
  return fmt::format(
      "Mapping ({}): {} x {} cores at {} MHz\n{}Balance: the busiest core has {:.2f} times the mean's dense updates\n",
      name_of(plan.scenario.mapping.strategy), capacity.columns, capacity.rows, plan.machine.clock_mhz, table.text(),
      balance.ratio());
}

}  // namespace

std::string describe(const Plan& plan) {
  const std::string mapping =
      plan.scenario.on_machine() ? mapping_text(plan) : "Mapping: none, the scenario has no `machine` section\n";
  return fmt::format("Scenario {} ({})\n\n{}\n{}\n{}\n{}\nEnergy table: {}: {}\n", plan.scenario.name,
                     plan.scenario.file, keys_text(plan.scenario), network_text(plan), frames_text(plan), mapping,
                     plan.table.name, plan.table.description);
}

std::string describe_keys(const Scenario& scenario) { return keys_text(scenario); }

}  // namespace sigdel::scenarios
