/// The integer networks of a plan.
#pragma once

#include "scenarios/plan.hpp"

namespace sigdel::scenarios {

/// From the plan's scenario, graph and frames: the float32 network's outputs, and the integers of the families whose
/// modes run. Throws InputError that names the keys at fault when one does not fit.
void fold_networks(Plan& plan);

/// What the scenario says the scales are: its `scales`, `scale_factor` or `scales_file`. The plan has its layers and
/// float32 results. Throws InputError where they do not fit the network.
quantise::Scales scales_of(const Plan& plan);

/// Whether a mode of the family is among the scenario's.
bool runs(const Scenario& scenario, Family family);

}  // namespace sigdel::scenarios
