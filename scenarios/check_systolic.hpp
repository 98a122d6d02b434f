/// Cross-checks of the systolic array's keys.
#pragma once

#include "scenarios/plan.hpp"
#include "scenarios/problems.hpp"

namespace sigdel::scenarios {

/// Elements of an array: 16 bytes each in this program.
constexpr std::uint64_t kMaxSystolicElements = 16'777'216;

/// Its modes must be among the scenario's; it knows frame semantics only; its size and banks must make sense.
void check_systolic_modes(const Scenario& scenario, Problems& problems);

/// The array has no memory behind its own: the network must fit. Throws InputError with need, capacity and key.
void check_systolic_memories(const Plan& plan);

}  // namespace sigdel::scenarios
