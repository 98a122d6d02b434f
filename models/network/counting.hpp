/// The counting rules, once for both engines. docs/counting.md explains each and names its source.
#pragma once

#include <cstdint>

#include "models/base/activity.hpp"
#include "models/base/mode.hpp"
#include "models/network/integer_network.hpp"

namespace sigdel::network {

/// How many passes over the targets a spike of this value needs on the lanes (0 for value 0 in a quantised mode).
std::uint32_t lane_passes(Mode mode, Encoding encoding, std::int32_t value);

/// Counts one event that reaches `fan_out` targets.
void count_event(Mode mode, Encoding encoding, std::int32_t value, std::uint64_t fan_out, Work& work);

/// Counts what the activation unit does for `neurons` neurons of the layer at the end of a frame, and the bias
/// additions of the paper's convention.
void count_fire(Mode mode, const IntegerLayer& layer, std::uint64_t neurons, Work& work);

}  // namespace sigdel::network
