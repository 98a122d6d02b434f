/// Hand-made networks and machines whose timing can be worked out on paper.
#pragma once

#include <vector>

#include "sim/core/machine.hpp"

namespace sigdel::test {

/// A chain of layers with all weights 1, no bias, F = 1, no ReLU; in `dense` mode every neuron sends in every frame.
network::IntegerNetwork plain_chain(const std::vector<std::uint32_t>& widths);

/// One slice per layer, layer l on core l of a mesh that is one row of as many columns.
mapping::Mapping one_core_per_layer(const network::IntegerNetwork& network);

/// `frames` frames in which every input sends the value 1.
sim::FrameEvents full_frames(const network::IntegerNetwork& network, std::size_t frames);

/// A machine of one row of `columns` cores, all defaults.
sim::MachineConfig row_of_cores(std::uint32_t columns);

}  // namespace sigdel::test
