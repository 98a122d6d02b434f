/// Cross-checks of the systolic array's keys.
#pragma once

#include "scenarios/plan.hpp"
#include "scenarios/problems.hpp"

namespace sigdel::scenarios {

/// Its modes must be among the scenario's; it knows frame semantics only.
void check_systolic_modes(const Scenario& scenario, Problems& problems);

/// The array has no memory behind its own: the network must fit. Throws InputError with need, capacity and key.
void check_systolic_memories(const Plan& plan);

}  // namespace sigdel::scenarios
