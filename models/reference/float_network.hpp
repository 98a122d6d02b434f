/// The float32 network on oneDNN, to state accuracy by; never mixed with the integers.
#pragma once

#include <span>
#include <vector>

#include "models/network/graph.hpp"
#include "models/quantise/scales.hpp"
#include "models/quantise/weight_layers.hpp"
#include "models/reference/float_graph.hpp"
#include "models/reference/neighbours.hpp"

namespace sigdel::reference {

struct FloatResult {
  std::vector<float> outputs;  ///< frames x outputs before a softmax, in the order of the last tensor's neurons
  std::vector<float> ranges;   ///< per quantised tensor, its largest magnitude over all frames
  std::vector<double> rms;     ///< and the root mean square of its non-zero values
  std::vector<std::vector<Neighbour>> neighbours;  ///< per frame and quantised tensor; none with scales
};

/// Runs `count` frames. With `scales` (of the quantised tensors) every quantised tensor is rounded on its way:
/// rha(k a) / k, clamped to +-clamp / k; without them it is the plain network. A node of which two tensors are made
/// (one as it is, one averaged) is rounded by the first one's scale.
FloatResult run_float(const network::Graph& graph, const quantise::WeightLayers& layers, const FrameReader& frames,
                      std::size_t count, const quantise::Scales& scales = {}, std::int32_t clamp = 0);

}  // namespace sigdel::reference
