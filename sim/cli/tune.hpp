/// `sigdel tune`: scales for a scenario's network, from its frames, into a file that `scales_file` names.
#pragma once

#include <string>

#include "scenarios/plan.hpp"

namespace sigdel::cli {

/// The scenario without what tuning does not depend on: scales, modes, runs on a machine (its sizes stay, for prices).
/// Throws InputError for keys of `tune` that contradict each other.
scenarios::Scenario tunable(scenarios::Scenario scenario);

/// "0.5%" or "0.005" as a share, above 0 and at most 1. Throws InputError for anything else.
double share_of(const std::string& text);

/// Tunes for the plan's lambda or target and writes the scales into `file`; prints what was found. Throws InputError
/// for a target that cannot be reached, with the nearest that can.
void tune(const scenarios::Plan& plan, const std::string& file);

}  // namespace sigdel::cli
