/// Any graph in float32 on oneDNN, node by node, to state accuracy by; never mixed with the integers.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "models/network/graph.hpp"

namespace sigdel::reference {

/// Sees every node's output, the input's too: the node's index in the graph, the number of the first frame of the
/// block, and its frames' values, frame after frame, each in C order. Of a node, blocks come in order; of a block,
/// nodes do.
using Observer = std::function<void(std::size_t node, std::size_t first_frame, std::span<const float> values)>;

struct FloatTensors {
  std::vector<float> outputs;  ///< frames x elements of the last node's output, a softmax included
  std::vector<float> ranges;   ///< per node, the largest magnitude of its output over all frames
  std::vector<double> rms;     ///< and the root mean square of its output's non-zero values; 0 if there are none
};

/// Fills `values` with frame i; no NaN.
using FrameReader = std::function<void(std::size_t i, std::span<float> values)>;

/// Nodes whose values are rounded on their way: rha(k a) / k, clamped to +-clamp / k.
struct Rounding {
  /// Per node k, or one for each channel (first axis); empty where nothing is rounded. No nodes: nothing is.
  std::vector<std::vector<double>> scales;
  std::int32_t clamp = 0;
};

/// Runs `count` frames, blocks of them on all processors; results do not depend on how many there are. The observer and
/// the ranges have the values before rounding.
FloatTensors run_graph(const network::Graph& graph, const FrameReader& frames, std::size_t count,
                       const Observer& observer = {}, const Rounding& rounding = {});
/// The same with all frames in memory: count x input elements. Throws std::logic_error for another number of values.
FloatTensors run_graph(const network::Graph& graph, std::span<const float> frames, std::size_t count,
                       const Observer& observer = {});

}  // namespace sigdel::reference
