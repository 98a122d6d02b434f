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
#include "models/import/onnx.hpp"
#include "models/network/inspect.hpp"
#include "scenarios/describe.hpp"
#include "scenarios/resolve.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/record.hpp"
#include "sim/cli/run.hpp"
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
  record(resolved(recordable(scenario)),
         arguments.recording.empty() ? default_recording(scenario) : arguments.recording);
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

scenarios::Plan plan_of(const Arguments& arguments) {
  return resolved(scenarios::read_scenario(arguments.file, arguments.overrides));
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
  run_command->callback([&] { exit_code = run(plan_of(arguments), arguments.jobs); });

  CLI::App* const check_command = app.add_subcommand(
      "check", "Validate a scenario and print its plan: every key, the integer network, the mapping");
  add_scenario_arguments(*check_command, arguments);
  check_command->callback([&] { fmt::print("{}", scenarios::describe(plan_of(arguments))); });

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
  inspect_command->add_option("network", arguments.file, "Network file (ONNX)")->required();
  inspect_command->callback([&] { fmt::print("{}", network::inspect(import::read_onnx(arguments.file))); });

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

int parse_and_run(int argc, char** argv) {
  CLI::App app("Sigdel: a cycle-level simulator of hardware that runs sigma-delta neural networks.", "sigdel");
  app.set_version_flag("--version", program_version());
  app.require_subcommand(1);
  app.footer(
      "Through the launcher, `./sigdel test` builds and runs the tests.\n"
      "Start with: ./sigdel run scenarios/quickstart.yaml");
  Arguments arguments;
  int exit_code = 0;
  add_commands(app, arguments, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (argc > 1 && argv[1][0] != '-' && app.get_subcommands().empty()) {
      fail("unknown command '{}'; there are run, check, record, tune, inspect and price (sigdel --help)", argv[1]);
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
