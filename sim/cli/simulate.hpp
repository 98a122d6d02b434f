/// All runs of a plan: every mode through the executor, those of the machine on it, those of the array on that.
#pragma once

#include <optional>

#include "sim/cli/build_report.hpp"
#include "sim/systemc/platform.hpp"

namespace sigdel::cli {

/// At most `jobs` runs of the machine at a time. `trace`: where trace.vcd goes, if one is wanted. Throws Interrupted
/// and WorkerLost as run_workers() does.
Runs simulate(const scenarios::Plan& plan, unsigned jobs, const std::optional<sim::TraceConfig>& trace);

}  // namespace sigdel::cli
