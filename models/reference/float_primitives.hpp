/// Single operations in float32 on oneDNN: one primitive each, for a batch of frames, on any thread. With the
/// instructions that every processor has on which sigdel runs, AVX2, and on the calling thread alone, so that floats
/// depend neither on the processor nor on how many there are (docs/decisions/0010). For models/reference and
/// models/tune.
#pragma once

#include <cstddef>
#include <vector>

#include "models/network/graph.hpp"

namespace sigdel::reference {

/// Values of a tensor for all frames of a batch, frame after frame, each in C order.
using Values = std::vector<float>;

/// One node's output from its inputs' values; `graph` gives the shapes. The node is not the Input.
Values forward(const network::Graph& graph, const network::Node& node, std::size_t batch,
               const std::vector<const Values*>& inputs);

/// The gradient with respect to the input's values of one node that multiplies or slides a window over an image (fully
/// connected, convolution, max and average pools), from that with respect to its output, `dy`. Of equal values in a
/// window of a max-pool one gets the gradient. Throws std::logic_error for other operations.
Values backward(const network::Graph& graph, const network::Node& node, std::size_t batch, const Values& x,
                const Values& dy);

}  // namespace sigdel::reference
