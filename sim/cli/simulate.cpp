#include "sim/cli/simulate.hpp"

#include <algorithm>

#include "sim/cli/progress.hpp"
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

}  // namespace

Runs simulate(const scenarios::Plan& plan, unsigned jobs, const std::optional<sim::TraceConfig>& trace) {
  Runs runs{run_executor(plan), std::nullopt};
  run_machine(plan, jobs, trace, runs.modes);
  runs.systolic = run_array(plan, runs.modes);
  return runs;
}

}  // namespace sigdel::cli
