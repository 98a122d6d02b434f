/// The recording that drives a run with `execution: trace`.
#pragma once

#include "scenarios/plan.hpp"
#include "scenarios/problems.hpp"

namespace sigdel::scenarios {

/// What is wrong with `execution` and `recording.file`, as far as no file tells.
void check_recording_keys(const Scenario& scenario, Problems& problems);

/// Opens the plan's recording, if its execution needs one. Throws InputError if it is damaged or does not fit the
/// plan's network, scales, semantics, frames or modes.
void open_recording(Plan& plan);

}  // namespace sigdel::scenarios
