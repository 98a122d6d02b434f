/// From a Scenario to a Plan.
#pragma once

#include <string>

#include "scenarios/plan.hpp"
#include "scenarios/scenario.hpp"
#include "traces/frame_sink.hpp"

namespace sigdel::scenarios {

/// Loads network, frames, energy table and recording, folds the network into both families of integers, maps it if a
/// mode runs on the machine, and checks everything against everything. `tables_folder` holds the tables shipped with
/// the program. Throws InputError that names place and key.
Plan resolve(const Scenario& scenario, const std::string& tables_folder, const traces::ReadProgress& progress = {});

/// The part of resolve that needs no file: modes, mapping and recording keys, trace window. Throws InputError with all
/// that is wrong.
void check_keys_against_each_other(const Scenario& scenario);

}  // namespace sigdel::scenarios
