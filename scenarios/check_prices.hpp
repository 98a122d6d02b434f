/// Whether the energy table has a price for everything that a run can count, known before the run.
#pragma once

#include "scenarios/plan.hpp"

namespace sigdel::scenarios {

/// Every action that the plan's modes can count, once per width and memory, each with count 1.
Activity countable_actions(const Plan& plan);

/// Throws InputError that names action, width and table where the table lacks a price.
void check_prices(const Plan& plan);

}  // namespace sigdel::scenarios
