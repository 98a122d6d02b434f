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

/// The parts of resolve, in their order, for runs that share some of them. Each throws as resolve does.
///
/// The table that a scenario's `energy` section names, and that table at the section's conditions.
energy::Table table_as_read(const Scenario& scenario, const std::string& tables_folder);
energy::Table priced_table(const Scenario& scenario, const energy::Table& as_read);
/// Network, frames and both families of integers, from the plan's scenario.
void load_arithmetic(Plan& plan, const traces::ReadProgress& progress = {});
/// Machine and mapping, from the plan's scenario, around the arithmetic that is loaded.
void fit_machine(Plan& plan);
/// Whether the plan's table prices all that the plan's run can count.
void check_table(const Plan& plan);

/// The part of resolve that needs no file: modes, mapping and recording keys, trace window. Throws InputError with all
/// that is wrong.
void check_keys_against_each_other(const Scenario& scenario);

}  // namespace sigdel::scenarios
