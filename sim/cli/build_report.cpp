#include "sim/cli/build_report.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "models/reference/float_network.hpp"
#include "sim/cli/answers.hpp"
#include "sim/cli/checks.hpp"
#include "sim/cli/machine_report.hpp"
#include "sim/cli/version.hpp"

namespace sigdel::cli {
namespace {

/// Places in which they differ.
std::uint64_t differences(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
  std::uint64_t different = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    different += a[i] != b[i] ? 1U : 0U;
  }
  return different;
}

/// The first so many frames, those that were answered.
template <class T>
std::vector<T> first_of(const std::vector<T>& all, std::size_t count) {
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count)};
}

std::optional<double> class_error(const std::vector<std::uint32_t>& classes, const scenarios::Plan& plan) {
  if (plan.frames.labels.empty()) {
    return std::nullopt;
  }
  return static_cast<double>(differences(classes, first_of(plan.frames.labels, classes.size()))) /
         static_cast<double>(classes.size());
}

/// Outputs that answer frame 0, 1, ...: in step semantics the first ones answer none.
std::vector<std::int32_t> answers_of(const scenarios::Plan& plan, const FunctionalRun& run) {
  const std::size_t skipped = lag_of(plan) * plan.any_network().outputs();
  return {run.outputs.begin() + static_cast<std::ptrdiff_t>(skipped), run.outputs.end()};
}

/// Accumulators against float outputs, both before the softmax.
energy::Difference compare(const std::vector<std::int32_t>& answers, const network::IntegerNetwork& network,
                           const std::vector<float>& all_in_float) {
  const std::vector<float> in_float = first_of(all_in_float, answers.size());
  energy::Difference difference;
  const double unit = network.output_unit();
  double sum = 0;
  for (std::size_t i = 0; i < in_float.size(); ++i) {
    const double value = answers[i] * unit;
    const double distance = std::abs(value - static_cast<double>(in_float[i]));
    difference.largest = std::max(difference.largest, distance);
    sum += distance;
  }
  difference.mean = sum / static_cast<double>(in_float.size());
  difference.other_class = differences(classes_of(answers, network.outputs()), classes_of(in_float, network.outputs()));
  return difference;
}

/// Of the integers of each family that ran; the modes of a family have the same outputs, so the first one stands for
/// all.
energy::Accuracy accuracy_of(const scenarios::Plan& plan, const std::vector<ModeRun>& runs) {
  const auto difference_of = [&](bool quantised, const network::IntegerNetwork& network,
                                 const std::vector<float>& in_float) {
    const auto found = std::find_if(runs.begin(), runs.end(),
                                    [&](const ModeRun& run) { return is_quantised(run.functional.mode) == quantised; });
    return compare(answers_of(plan, found->functional), network, in_float);
  };
  energy::Accuracy accuracy;
  const std::size_t outputs = plan.any_network().outputs();
  accuracy.float_class_error = class_error(classes_of(plan.in_float.outputs, outputs), plan);
  if (plan.grid) {
    accuracy.integer_to_float_dense = difference_of(false, *plan.grid, plan.in_float.outputs);
  }
  if (plan.scaled) {
    const auto rounded = reference::run_float(plan.graph, plan.layers, plan.frame_reader(), plan.frames.count,
                                              plan.scales, plan.scaled->clamp);
    accuracy.integer_to_float_rounding = difference_of(true, *plan.scaled, rounded.outputs);
  }
  return accuracy;
}

std::optional<energy::FamilyInfo> family_of(const std::optional<network::IntegerNetwork>& network, std::size_t l) {
  if (!network) {
    return std::nullopt;
  }
  const network::IntegerLayer& layer = network->layers[l];
  return energy::FamilyInfo{network->tensors[layer.synapses.front().tensor()].scale, layer.fraction_bits, layer.bound};
}

energy::LayerInfo info_of(const scenarios::Plan& plan, std::size_t l) {
  const network::IntegerLayer& layer = plan.any_network().layers[l];
  return {layer.name, layer.inputs(), layer.outputs(), family_of(plan.scaled, l), family_of(plan.grid, l)};
}

/// What the float32 network has to say of the frames.
void describe_frames(const scenarios::Plan& plan, energy::Report& report) {
  report.labels = plan.frames.labels;
  report.float_answers = float_answers(plan.in_float.outputs, plan.any_network().outputs());
  for (std::size_t i = 0; i < plan.layers.scales(); ++i) {
    report.tensors.push_back(plan.layers.tensors[i].name);
  }
  for (const auto& frame : plan.in_float.neighbours) {
    report.tensor_frames.emplace_back();
    for (const reference::Neighbour& tensor : frame) {
      report.tensor_frames.back().push_back({tensor.l1, tensor.l1_distance, tensor.cosine_distance});
    }
  }
}

/// What the executor counts of the machine's actions: arithmetic.
Activity arithmetic_activity(const network::IntegerNetwork& network, const std::vector<Work>& layers) {
  const auto accumulator_bits = static_cast<std::uint32_t>(network.accumulator_bits);
  Activity activity;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    for (const ArithmeticAction& row : kArithmeticActions) {
      const std::uint64_t count = layers[l][row.tally];
      if (count != 0) {
        const std::uint32_t bits = row.multiplies ? network.multiply_bits() : accumulator_bits;
        activity.push_back({"executor", network.layers[l].name, row.action, bits, 0, count});
      }
    }
  }
  return activity;
}

/// FNV-1a over the accumulators of all frames, each as four bytes, the lowest first.
std::uint64_t hash_of(const std::vector<std::int32_t>& outputs) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const std::int32_t output : outputs) {
    for (unsigned byte = 0; byte < 4; ++byte) {
      hash = (hash ^ (static_cast<std::uint32_t>(output) >> (8 * byte) & 0xffU)) * 0x100000001b3U;
    }
  }
  return hash;
}

energy::ModeResult mode_of(const scenarios::Plan& plan, const ModeRun& run) {
  energy::ModeResult result;
  const std::size_t outputs = plan.any_network().outputs();
  const auto classes = classes_of(answers_of(plan, run.functional), outputs);
  result.mode = run.functional.mode;
  result.layers = run.functional.total();
  result.first_frame = run.functional.work.front();
  result.frames = run.functional.work;
  result.input_saturations = run.functional.input_saturations;
  result.outputs_hash = hash_of(run.functional.outputs);
  result.class_error = class_error(classes, plan);
  const std::uint64_t others =
      differences(classes, first_of(classes_of(plan.in_float.outputs, outputs), classes.size()));
  result.agreement = static_cast<double>(classes.size() - others) / static_cast<double>(classes.size());
  result.answers =
      integer_answers(answers_of(plan, run.functional), plan.network_for(result.mode), plan.in_float.outputs);
  result.executor_seconds = run.functional.seconds;
  if (run.machine) {
    result.activity_engine = Engine::kMachine;
    result.activity = run.machine->run.activity;
    result.activity_8bit = run.machine->run.activity_8bit;
    result.machine = machine_of(plan, *run.machine);
  } else {
    result.activity_engine = Engine::kExecutor;
    result.activity = arithmetic_activity(plan.network_for(result.mode), result.layers);
  }
  return result;
}

bool is_on_systolic(const scenarios::Plan& plan, Mode mode) {
  const auto& modes = plan.scenario.systolic_modes;
  return std::find(modes.begin(), modes.end(), mode) != modes.end();
}

std::vector<energy::Check> checks_of(const scenarios::Plan& plan, const Runs& runs) {
  std::vector<const FunctionalRun*> functional;
  std::vector<energy::Check> checks;
  for (const ModeRun& run : runs.modes) {
    functional.push_back(&run.functional);
    if (run.machine) {
      const auto more = check_machine(plan, run.functional, run.machine->run);
      checks.insert(checks.end(), more.begin(), more.end());
    }
    if (is_on_systolic(plan, run.functional.mode)) {
      const auto more = check_systolic(plan, run.functional, runs.systolic.value());
      checks.insert(checks.end(), more.begin(), more.end());
    }
  }
  const auto between = check_modes(functional, plan.any_network().outputs());
  checks.insert(checks.begin(), between.begin(), between.end());
  return checks;
}

}  // namespace

energy::Report build_report(const scenarios::Plan& plan, const Runs& runs) {
  energy::Report report;
  report.program = program_version();
  report.scenario = plan.scenario.name;
  report.network = std::filesystem::path(plan.scenario.network.file).filename().string();
  report.frames = plan.frames.count;
  report.labelled = !plan.frames.labels.empty();
  report.weight_bits = plan.any_network().layers.front().weight_bits();
  report.accumulator_bits = plan.any_network().accumulator_bits;
  report.activation_bits = plan.scenario.network.activation_bits;
  report.max_magnitude = plan.scenario.network.max_magnitude;
  if (plan.scenario.on_machine()) {
    report.mesh_columns = plan.machine.columns;
    report.mesh_rows = plan.machine.rows;
    report.clock_mhz = plan.machine.clock_mhz;
    report.shape = shape_of(plan);
    report.mapping = mapping_of(plan);
  }
  report.encoding = name_of(plan.machine.core.encoding);
  report.grid_multiply_bits = plan.grid ? plan.grid->multiply_bits() : 0;
  const bool multiplies = plan.scaled && plan.machine.core.encoding == Encoding::kGraded;
  report.scaled_multiply_bits = multiplies ? plan.scaled->multiply_bits() : 0;
  report.scan = name_of(plan.machine.core.scan);
  report.discipline = name_of(plan.machine.discipline);
  report.semantics = name_of(plan.machine.semantics);
  for (std::size_t l = 0; l < plan.any_network().layers.size(); ++l) {
    report.layers.push_back(info_of(plan, l));
  }
  report.accuracy = accuracy_of(plan, runs.modes);
  describe_frames(plan, report);
  for (const ModeRun& run : runs.modes) {
    report.modes.push_back(mode_of(plan, run));
  }
  for (std::size_t m = 0; m < runs.modes.size(); ++m) {
    if (is_on_systolic(plan, report.modes[m].mode)) {
      report.modes.push_back(on_systolic(plan, runs.systolic.value(), report.modes[m]));
    }
  }
  report.checks = checks_of(plan, runs);
  report.resolved = scenarios::to_yaml(plan.scenario, plan.scenario.output_folder);
  return report;
}

}  // namespace sigdel::cli
