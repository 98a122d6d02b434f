#include "scenarios/check_recording.hpp"

#include <fmt/format.h>

#include "scenarios/blame.hpp"

namespace sigdel::scenarios {

void check_recording_keys(const Scenario& scenario, Problems& problems) {
  if (scenario.execution == Execution::kFull) {
    if (!scenario.recording_file.empty()) {
      problems.add(scenario.place_of("recording.file"), "recording.file",
                   "a run with `execution: full` reads no recording; write execution: trace");
    }
    return;
  }
  if (!scenario.on_machine()) {
    problems.add(scenario.place_of("execution"), "execution",
                 "a recording drives the machine, and the scenario has no `machine` section");
  }
  if (scenario.recording_file.empty()) {
    problems.add(scenario.place_of("execution"), "recording.file",
                 "missing; `execution: trace` reads a recording, as `sigdel record` writes it");
  }
}

void open_recording(Plan& plan) {
  const Scenario& scenario = plan.scenario;
  if (scenario.execution == Execution::kFull) {
    return;
  }
  blaming(scenario, {"recording.file"}, [&] {
    auto recording = std::make_shared<traces::Recording>(scenario.recording_file);
    const auto wanted = traces::make_header({&plan.scaled, &plan.grid, &plan.threshold}, plan.frames, scenario.modes,
                                            scenario.machine.semantics);
    if (const auto unfit = traces::difference(recording->header(), wanted)) {
      fail("{} does not fit this run: {}; make a new one with `sigdel record`", scenario.recording_file, *unfit);
    }
    plan.recording = std::move(recording);
  });
}

}  // namespace sigdel::scenarios
