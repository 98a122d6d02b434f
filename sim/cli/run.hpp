/// `sigdel run`: a scenario from its plan to its files.
#pragma once

#include "scenarios/plan.hpp"

namespace sigdel::cli {

/// Runs every mode through the functional executor and, where the scenario says so, on the machine (`jobs` at a time);
/// prints the report and writes the files. Returns the exit code: 0, or 1 if a check failed.
int run(const scenarios::Plan& plan, unsigned jobs);

}  // namespace sigdel::cli
