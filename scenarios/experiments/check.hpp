/// Whether an experiment's keys fit together, before anything is read.
#pragma once

#include "scenarios/scenario.hpp"

namespace sigdel::experiments {

/// Throws InputError with all that is wrong; of data files that are not there, with the command that fetches them.
void check_experiment(const scenarios::Scenario& scenario);

}  // namespace sigdel::experiments
