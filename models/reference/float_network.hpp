/// The float32 network on oneDNN, to state accuracy by; never mixed with the integers.
#pragma once

#include <span>
#include <vector>

#include "models/network/graph.hpp"

namespace sigdel::reference {

struct FloatResult {
  std::vector<float> outputs;  ///< frames x outputs, before a ReLU or softmax behind the last weight layer
  std::vector<float> ranges;   ///< per quantised tensor, its largest magnitude over all frames
};

/// Runs `count` frames (count x inputs values). With `scales` (one per quantised tensor) every quantised tensor is
/// rounded on its way: rha(k a) / k, clamped to +-clamp / k; without them it is the plain network.
FloatResult run_float(const network::Graph& graph, std::span<const float> frames, std::size_t count,
                      std::span<const double> scales = {}, std::int32_t clamp = 0);

}  // namespace sigdel::reference
