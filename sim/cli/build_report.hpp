/// From the results of a run to its report.
#pragma once

#include <optional>
#include <vector>

#include "energy/report.hpp"
#include "scenarios/plan.hpp"
#include "sim/cli/functional.hpp"
#include "sim/cli/systolic.hpp"
#include "sim/cli/worker.hpp"

namespace sigdel::cli {

/// A mode's results; `machine` is there if the mode ran on the machine.
struct ModeRun {
  FunctionalRun functional;
  std::optional<WorkerResult> machine;
};

/// Everything that ran.
struct Runs {
  std::vector<ModeRun> modes;
  std::optional<SystolicRun> systolic;  ///< for all modes of the array
};

energy::Report build_report(const scenarios::Plan& plan, const Runs& runs);

}  // namespace sigdel::cli
