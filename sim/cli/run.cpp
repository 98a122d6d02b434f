#include "sim/cli/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "energy/activity_file.hpp"
#include "energy/summary.hpp"
#include "energy/writers.hpp"
#include "scenarios/mapping_file.hpp"
#include "scenarios/output_folder.hpp"
#include "sim/cli/build_report.hpp"
#include "sim/cli/output_files.hpp"
#include "sim/cli/progress.hpp"
#include "sim/systemc/platform.hpp"
#include "traces/replay.hpp"

namespace sigdel::cli {
namespace {

std::vector<ModeRun> run_executor(const scenarios::Plan& plan) {
  Progress progress(plan.recording ? "reading the recording" : "functional executor", plan.scenario.modes.size(),
                    "modes");
  std::vector<ModeRun> runs;
  for (const Mode mode : plan.scenario.modes) {
    runs.push_back({run_functional(plan, mode), std::nullopt});
    progress.show(runs.size());
  }
  return runs;
}

sim::TraceConfig trace_of(const scenarios::Plan& plan, const std::string& file) {
  const auto& frames = plan.scenario.trace.frames;
  return {file, static_cast<std::uint64_t>(frames[0]), static_cast<std::uint64_t>(frames[1]), plan.traced_blocks};
}

Job machine_job(const scenarios::Plan& plan, const FunctionalRun& functional,
                const std::optional<sim::TraceConfig>& trace) {
  const bool traced = trace && functional.mode == plan.scenario.trace.mode;
  return [&plan, &functional, &trace, traced](const std::function<void(std::uint64_t)>& report) {
    sim::MachineInput input{
        plan.network_for(functional.mode), plan.mapping, functional.input, plan.machine, functional.mode, 0};
    network::RecordedLayers recorded;
    if (plan.recording) {
      recorded = traces::replay(*plan.recording, functional.mode);
      input.recorded = &recorded;
    }
    return sim::run_systemc(input, {traced ? &*trace : nullptr, report});
  };
}

void run_machine(const scenarios::Plan& plan, unsigned jobs_at_once, const std::optional<sim::TraceConfig>& trace,
                 std::vector<ModeRun>& runs) {
  const auto& modes = plan.scenario.machine_modes;
  std::vector<ModeRun*> on_machine;
  std::vector<Job> jobs;
  for (ModeRun& run : runs) {
    if (std::find(modes.begin(), modes.end(), run.functional.mode) != modes.end()) {
      on_machine.push_back(&run);
      jobs.push_back(machine_job(plan, run.functional, trace));
    }
  }
  Progress progress("machine", jobs.size() * plan.frames.count, "frames");
  std::vector<WorkerResult> results =
      run_workers(jobs, jobs_at_once, [&](std::uint64_t frames) { progress.show(frames); });
  for (std::size_t i = 0; i < results.size(); ++i) {
    on_machine[i]->machine = std::move(results[i]);
  }
}

std::optional<SystolicRun> run_array(const scenarios::Plan& plan, const std::vector<ModeRun>& runs) {
  const auto& modes = plan.scenario.systolic_modes;
  const auto first = std::find_if(runs.begin(), runs.end(), [&](const ModeRun& run) {
    return std::find(modes.begin(), modes.end(), run.functional.mode) != modes.end();
  });
  return first == runs.end() ? std::nullopt : std::optional(run_systolic(plan, first->functional));
}

/// Whether the folder's mapping.yaml is the mapping file that the run has read.
bool keeps_mapping(const scenarios::Plan& plan) {
  std::error_code not_there;
  return std::filesystem::equivalent(plan.scenario.mapping.file, plan.scenario.output_folder + "/mapping.yaml",
                                     not_there);
}

/// What an earlier run may have left in the folder and this one need not write.
std::vector<std::string> stale_files(const scenarios::Plan& plan) {
  std::vector<std::string> stale{"trace.vcd"};
  if (!keeps_mapping(plan)) {
    stale.emplace_back("mapping.yaml");
  }
  return stale;
}

void write_results(const scenarios::Plan& plan, const energy::Report& report, OutputFiles& files) {
  files.write("report.json", energy::write_json(report, plan.table));
  files.write("layers.csv", energy::write_csv(report, plan.table));
  files.write("frames.csv", energy::write_frames_csv(report));
  files.write("outputs.csv", energy::write_outputs_csv(report));
  files.write("tensors.csv", energy::write_tensors_csv(report));
  files.write("activity.json", energy::write_activity(energy::activity_of(report)));
  if (plan.scenario.on_machine() && !keeps_mapping(plan)) {
    files.write("mapping.yaml", scenarios::write_mapping(plan.mapping, plan.any_network(), plan.capacity()));
  }
}

}  // namespace

energy::Report simulate(const scenarios::Plan& plan, unsigned jobs, const std::optional<sim::TraceConfig>& trace) {
  Runs runs{run_executor(plan), std::nullopt};
  run_machine(plan, jobs, trace, runs.modes);
  runs.systolic = run_array(plan, runs.modes);
  return build_report(plan, runs);
}

int run(const scenarios::Plan& plan, unsigned jobs) {
  scenarios::check_output_folder(plan.scenario.output_folder);
  catch_interrupts();
  OutputFiles files(plan.scenario.output_folder);
  std::optional<sim::TraceConfig> trace;
  if (plan.scenario.trace.enabled) {
    trace = trace_of(plan, files.reserve("trace.vcd"));
  }
  const energy::Report report = simulate(plan, jobs, trace);
  write_results(plan, report, files);
  const auto written = files.commit(stale_files(plan));  // first, as the reader of the text may go away
  fmt::print("{}", energy::write_text(report, plan.table));
  if (plan.recording) {
    fmt::print("\nExecution: trace. What the layers send comes from {}.\n", plan.recording->file());
  }
  fmt::print("\nWritten:\n");
  for (const std::string& path : written) {
    fmt::print("  {}\n", path);
  }
  return energy::passed_checks(report) == report.checks.size() ? 0 : 1;
}

}  // namespace sigdel::cli
