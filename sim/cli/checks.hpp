/// The checks that every run makes on itself; a failed one fails the run.
#pragma once

#include <string>
#include <vector>

#include "energy/report.hpp"
#include "sim/cli/functional.hpp"
#include "sim/core/result.hpp"

namespace sigdel::cli {

/// Accumulators of all frames: equal, or the first difference in words.
energy::Check compare_outputs(const std::string& name, const std::vector<std::int32_t>& got,
                              const std::vector<std::int32_t>& wanted, std::size_t outputs);

/// The machine against the functional executor or the recording that drives it, and the machine's own balances.
std::vector<energy::Check> check_machine(const scenarios::Plan& plan, const FunctionalRun& functional,
                                         const sim::RunResult& machine);

/// Modes that must agree with each other: sigma-delta with rounding, temporal-difference and zero-skip with dense.
std::vector<energy::Check> check_modes(const std::vector<const FunctionalRun*>& runs, std::size_t outputs);

}  // namespace sigdel::cli
