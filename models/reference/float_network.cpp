#include "models/reference/float_network.hpp"

#include <stdexcept>

namespace sigdel::reference {
namespace {

/// The last node that is no softmax.
std::size_t output_node(const network::Graph& graph) {
  const std::size_t last = graph.nodes.size() - 1;
  const bool is_softmax = std::holds_alternative<network::Softmax>(graph.nodes[last].operation);
  return is_softmax ? graph.nodes[last].inputs.front() : last;
}

/// Of the quantised tensors' nodes.
Neighbours neighbours_of(const quantise::WeightLayers& layers) {
  std::vector<std::size_t> nodes;
  for (std::size_t i = 0; i < layers.scales(); ++i) {
    nodes.push_back(layers.tensors[i].node);
  }
  return Neighbours(nodes);
}

/// Appends frames in C order as the tensor's neurons are numbered.
void append_in_order(const network::Volume& volume, std::span<const float> values, std::vector<float>& outputs) {
  for (std::size_t first = 0; first < values.size(); first += volume.size()) {
    const std::size_t begin = outputs.size();
    outputs.resize(begin + volume.size());
    for (std::uint32_t i = 0; i < volume.size(); ++i) {
      outputs[begin + volume.number_of_element(i)] = values[first + i];
    }
  }
}

}  // namespace

FloatResult run_float(const network::Graph& graph, const quantise::WeightLayers& layers, const FrameReader& frames,
                      std::size_t count, const quantise::Scales& scales, std::int32_t clamp) {
  if (!scales.empty() && scales.size() != layers.scales()) {
    throw std::logic_error("run_float: as many scales as quantised tensors are needed");
  }
  Rounding rounding{quantise::Scales(scales.empty() ? 0 : graph.nodes.size()), clamp};
  for (std::size_t i = scales.size(); i-- > 0;) {
    rounding.scales[layers.tensors[i].node] = scales[i];
  }
  FloatResult result;
  const std::size_t output = output_node(graph);
  Neighbours neighbours = neighbours_of(layers);
  const auto observer = [&](std::size_t node, std::size_t frame, std::span<const float> values) {
    if (scales.empty()) {
      neighbours.observe(node, frame, static_cast<std::size_t>(network::element_count(graph.nodes[node].shape)),
                         values);
    }
    if (node == output) {
      append_in_order(layers.tensors.back().shape, values, result.outputs);
    }
  };
  const FloatTensors tensors = run_graph(graph, frames, count, observer, rounding);
  for (std::size_t i = 0; i < layers.scales(); ++i) {
    result.ranges.push_back(tensors.ranges[layers.tensors[i].node]);
    result.rms.push_back(tensors.rms[layers.tensors[i].node]);
  }
  result.neighbours = neighbours.frames();
  return result;
}

}  // namespace sigdel::reference
