/// `sigdel run`: a scenario from its plan to its files.
#pragma once

#include <optional>

#include "energy/report.hpp"
#include "scenarios/plan.hpp"
#include "sim/systemc/platform.hpp"

namespace sigdel::cli {

/// All modes through the functional executor, and on the machine (`jobs` at a time) and the array where the scenario
/// says so; with `trace` the waveforms of the traced mode are written. catch_interrupts() must have been called.
energy::Report simulate(const scenarios::Plan& plan, unsigned jobs, const std::optional<sim::TraceConfig>& trace = {});

/// Runs every mode through the functional executor and, where the scenario says so, on the machine (`jobs` at a time);
/// prints the report and writes the files. Returns the exit code: 0, or 1 if a check failed.
int run(const scenarios::Plan& plan, unsigned jobs);

}  // namespace sigdel::cli
