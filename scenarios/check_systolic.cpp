#include "scenarios/check_systolic.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/base/errors.hpp"
#include "sim/systolic/need.hpp"

namespace sigdel::scenarios {
namespace {

/// An element takes memory of this program, and a bank with less than a word has no price.
void check_size(const Scenario& scenario, Problems& problems) {
  const systolic::Config& array = scenario.systolic;
  const std::uint64_t elements = std::uint64_t{array.rows} * array.columns;
  if (elements > kMaxSystolicElements) {
    problems.add(scenario.place_of("machine.systolic.rows"), "machine.systolic.rows",
                 fmt::format("{} x {} are {} elements; an array can have {}", array.rows, array.columns, elements,
                             kMaxSystolicElements));
  }
  if (8 * array.weight_bank_bytes() < array.word_bits) {
    problems.add(scenario.place_of("machine.systolic.weight_banks"), "machine.systolic.weight_banks",
                 fmt::format("{} banks of {} KiB in all hold no word of {} bits each; fewer banks help",
                             array.weight_banks, array.weight_memory_bytes / 1024, array.word_bits));
  }
}

}  // namespace

void check_systolic_modes(const Scenario& scenario, Problems& problems) {
  if (scenario.on_systolic() && scenario.machine.semantics == Semantics::kStep) {
    problems.add(scenario.place_of("semantics"), "semantics",
                 "the systolic array computes whole frames; write semantics: frame, or leave machine.systolic out");
  }
  if (scenario.on_systolic() && scenario.execution == Execution::kTrace) {
    problems.add(scenario.place_of("execution"), "execution",
                 "a recording drives the mesh alone; write execution: full, or leave machine.systolic out");
  }
  if (scenario.on_systolic()) {
    check_size(scenario, problems);
  }
  for (const Mode mode : scenario.systolic_modes) {
    if (std::find(scenario.modes.begin(), scenario.modes.end(), mode) == scenario.modes.end()) {
      problems.add(scenario.place_of("machine.systolic.modes"), "machine.systolic.modes",
                   fmt::format("'{}' is not one of modes; add it there too", name_of(mode)));
    }
  }
}

void check_systolic_memories(const Plan& plan) {
  struct Memory {
    std::string_view key;
    std::uint64_t need;
    std::uint64_t capacity;
    std::string_view what;
  };
  for (const network::IntegerLayer& layer : plan.grid.value().layers) {
    if (layer.sums.pixels() > 1 || layer.synapses.size() > 1 || layer.synapses.front().from().pixels() > 1) {
      fail(
          "{}: machine.systolic.rows: layer '{}' is a convolution; the array runs chains of fully connected layers so "
          "far. Leave machine.systolic out",
          plan.scenario.place_of("machine.systolic.rows"), layer.name);
    }
  }
  const systolic::Config& config = plan.scenario.systolic;
  const systolic::Need need = systolic::need_of(plan.grid.value(), config);
  Problems problems;
  for (const Memory& memory :
       {Memory{"input_memory_kib", need.input, config.input_memory_bytes, "what a layer reads and writes"},
        Memory{"weight_memory_kib", need.weights, config.weight_memory_bytes, "the network's weights and biases"},
        Memory{"output_memory_kib", need.output, config.output_memory_bytes, "a layer's sums"}}) {
    if (memory.need > memory.capacity) {
      const std::string key = fmt::format("machine.systolic.{}", memory.key);
      problems.add(
          plan.scenario.place_of(key), key,
          fmt::format("{} KiB; {} ({} frames together) are {} bytes, so at least {} KiB", memory.capacity / 1024,
                      memory.what, config.batch, memory.need, (memory.need + 1023) / 1024));
    }
  }
  problems.throw_if_any();
}

}  // namespace sigdel::scenarios
