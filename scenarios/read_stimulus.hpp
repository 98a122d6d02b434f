/// From the scenario's stimulus keys to frames.
#pragma once

#include "models/network/graph.hpp"
#include "scenarios/problems.hpp"
#include "scenarios/scenario.hpp"
#include "traces/frame_sink.hpp"
#include "traces/frames.hpp"

namespace sigdel::scenarios {

/// What is wrong with these keys whatever is in the files.
void check_stimulus_keys(const Scenario& scenario, Problems& problems);

/// Reads all clips and their labels. Throws InputError with place and key for what is wrong with a file, or does not
/// fit the network. The keys must have passed check_stimulus_keys().
traces::Frames read_stimulus(const Scenario& scenario, const network::Graph& graph,
                             const traces::ReadProgress& progress);

}  // namespace sigdel::scenarios
