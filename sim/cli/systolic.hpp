/// The systolic array's run: one simulation for all of its modes, its checks, its entries in the report.
#pragma once

#include <vector>

#include "energy/report.hpp"
#include "scenarios/plan.hpp"
#include "sim/cli/functional.hpp"
#include "sim/systolic/machine.hpp"

namespace sigdel::cli {

struct SystolicRun {
  systolic::Result result;
  double cpu_seconds = 0;
};

/// `functional`: the run of one of the array's modes, whose frames go in.
SystolicRun run_systolic(const scenarios::Plan& plan, const FunctionalRun& functional);

/// The array in a mode against the functional executor.
std::vector<energy::Check> check_systolic(const scenarios::Plan& plan, const FunctionalRun& functional,
                                          const SystolicRun& run);

/// The report's entry of a mode on the array, made from its entry without: figures of the network are the same.
energy::ModeResult on_systolic(const scenarios::Plan& plan, const SystolicRun& run, energy::ModeResult mode);

}  // namespace sigdel::cli
