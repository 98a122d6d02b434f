#include "sim/cli/experiment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "energy/activity_file.hpp"
#include "energy/price.hpp"
#include "energy/summary.hpp"
#include "energy/writers.hpp"
#include "models/base/errors.hpp"
#include "scenarios/describe.hpp"
#include "scenarios/experiments/check.hpp"
#include "scenarios/experiments/order_files.hpp"
#include "scenarios/experiments/random_files.hpp"
#include "scenarios/fold_networks.hpp"
#include "scenarios/output_folder.hpp"
#include "sim/cli/figure.hpp"
#include "sim/cli/output_files.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/simulate.hpp"
#include "sim/cli/worker.hpp"

namespace sigdel::cli {
namespace {

/// Shows the parts that are done, from any thread, and gives up when the user does.
class Watched {
 public:
  Watched(const char* what, std::size_t parts, const char* unit) : progress_(what, parts, unit) {}

  [[nodiscard]] experiments::Watch watch() {
    return [this](std::size_t parts) {
      throw_if_interrupted();
      const std::lock_guard lock(mutex_);
      done_ += parts;
      progress_.show(done_);
    };
  }

 private:
  std::mutex mutex_;
  std::size_t done_ = 0;
  Progress progress_;
};

void write(const scenarios::Scenario& scenario, const analysis::Analyses& analyses) {
  OutputFiles files(scenario.output_folder);
  for (const analysis::NamedText& table : analyses.tables) {
    files.write(table.name, table.text);
  }
  const auto no_pictures = why_no_pictures();
  for (const analysis::NamedPicture& named : analyses.pictures) {
    if (!no_pictures) {
      draw_svg(named.picture.script, named.picture.width, named.picture.height, files.reserve(named.name));
    }
  }
  const auto written = files.commit({});
  if (no_pictures) {
    fmt::print("\nNo pictures: {}\n", *no_pictures);
  }
  fmt::print("\nWritten:\n");
  for (const std::string& path : written) {
    fmt::print("  {}\n", path);
  }
}

int run_random_network(const scenarios::Scenario& scenario) {
  Watched watched("tuning", experiments::parts_of_random_experiment(scenario.experiment), "epochs");
  const auto experiment = experiments::run_random_experiment(scenario.experiment, watched.watch());
  fmt::print("{}", experiments::table_text(experiment));
  write(scenario, experiments::files_of(experiment));
  return 0;
}

/// All modes, and scales of 1 until the experiment has found others.
scenarios::Scenario to_begin_with(scenarios::Scenario scenario) {
  scenario.scales = {1};
  return scenario;
}

struct OnMachine {
  experiments::MachineEnergy energy;
  bool passed = false;  ///< all checks of the run
};

/// The first frames in temporal order on the scenario's machine, with the scales of a point.
OnMachine run_on_machine(scenarios::Plan plan, const experiments::OrderData& data, const experiments::OrderPoint& point,
                         unsigned jobs) {
  std::vector<std::size_t> order = data.temporal;
  order.resize(std::min(order.size(), plan.scenario.experiment.machine_frames));
  plan.scenario.scales.clear();
  for (const auto& scales : point.scales) {
    plan.scenario.scales.push_back(scales.front());
  }
  plan.frames = traces::in_order(plan.frames, order);
  scenarios::fold_networks(plan);
  const energy::Report report = build_report(plan, simulate(plan, jobs, std::nullopt));
  OnMachine result;
  result.energy.frames = report.frames;
  result.passed = energy::passed_checks(report) == report.checks.size();
  const auto per_frame = [&](const energy::CategoryEnergies& energies) {
    return energies.total().value / static_cast<double>(report.frames) / 1e3;
  };
  for (const energy::ModeEnergy& mode : energy::price_modes(energy::activity_of(report), plan.table)) {
    const double nanojoules = per_frame(mode.activity.total);
    switch (mode.engine == Engine::kMachine ? mode.mode : Mode::kTemporalDifference) {
      case Mode::kDense:
        result.energy.dense = nanojoules;
        result.energy.dense_8bit = mode.eight_bit ? per_frame(*mode.eight_bit) : nanojoules;
        break;
      case Mode::kZeroSkip:
        result.energy.zero_skip = nanojoules;
        break;
      case Mode::kRounding:
        result.energy.rounding = nanojoules;
        break;
      case Mode::kSigmaDelta:
        result.energy.sigma_delta = nanojoules;
        break;
      default:
        break;
    }
  }
  return result;
}

/// The machine must run the modes that are compared.
void check_machine_modes(const scenarios::Scenario& scenario) {
  if (!scenario.on_machine() || scenario.experiment.machine_frames == 0) {
    return;
  }
  for (const Mode mode : {Mode::kDense, Mode::kZeroSkip, Mode::kRounding, Mode::kSigmaDelta}) {
    const auto& modes = scenario.machine_modes;
    if (std::find(modes.begin(), modes.end(), mode) == modes.end()) {
      fail("{}: machine.modes: the experiment compares dense, zero-skip, rounding and sigma-delta; '{}' is missing",
           scenario.place_of("machine.modes"), name_of(mode));
    }
  }
}

int run_temporal_order(const scenarios::Scenario& scenario, unsigned jobs, const Resolve& resolve) {
  check_machine_modes(scenario);
  const scenarios::Plan plan = resolve(to_begin_with(scenario));
  const experiments::OrderData data = experiments::read_order_data(plan, {});
  experiments::OrderExperiment experiment;
  {
    Watched watched("tuning and testing", experiments::parts_of_order_experiment(plan, data), "frames");
    experiment = experiments::run_order_experiment(plan, data, jobs, watched.watch());
  }
  std::optional<OnMachine> machine;
  const experiments::OrderPoint* const point = experiment.within(experiments::kSlack);
  if (point != nullptr && scenario.on_machine() && scenario.experiment.machine_frames > 0) {
    machine = run_on_machine(plan, data, *point, jobs);
  }
  const auto energy = machine ? std::optional(machine->energy) : std::nullopt;
  fmt::print("{}\n{}", experiments::table_text(experiment, plan.table),
             experiments::factors_text(experiment, plan.table, energy));
  fmt::print("\nOutputs of sigma-delta in both orders, and class errors, {} those of rounding, bit for bit.\n",
             experiment.equal() ? "equal" : "DIFFER from");
  write(scenario, experiments::files_of(plan, data, experiment, energy));
  return experiment.equal() && (!machine || machine->passed) ? 0 : 1;
}

}  // namespace

int run_experiment(const scenarios::Scenario& scenario, unsigned jobs, const Resolve& resolve) {
  experiments::check_experiment(scenario);
  scenarios::check_output_folder(scenario.output_folder);
  catch_interrupts();
  return scenario.experiment.kind == scenarios::Experiment::kRandomNetwork
             ? run_random_network(scenario)
             : run_temporal_order(scenario, jobs, resolve);
}

std::string describe_experiment(const scenarios::Scenario& scenario, const Resolve& resolve) {
  experiments::check_experiment(scenario);
  if (scenario.experiment.kind == scenarios::Experiment::kRandomNetwork) {
    return fmt::format("Scenario {} ({})\n\n{}", scenario.name, scenario.file, scenarios::describe_keys(scenario));
  }
  check_machine_modes(scenario);
  return scenarios::describe(resolve(to_begin_with(scenario)));
}

}  // namespace sigdel::cli
