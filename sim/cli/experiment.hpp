/// `sigdel run` of a scenario with an experiment.
#pragma once

#include <functional>
#include <string>

#include "scenarios/plan.hpp"

namespace sigdel::cli {

/// From a scenario to its plan.
using Resolve = std::function<scenarios::Plan(const scenarios::Scenario&)>;

/// Runs the experiment, prints its table and writes its files, pictures only where gnuplot is installed. Returns the
/// exit code: 0, or 1 if something that must hold exactly does not.
int run_experiment(const scenarios::Scenario& scenario, unsigned jobs, const Resolve& resolve);

/// What `sigdel check` prints of it.
std::string describe_experiment(const scenarios::Scenario& scenario, const Resolve& resolve);

}  // namespace sigdel::cli
