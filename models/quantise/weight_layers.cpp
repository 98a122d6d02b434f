#include <limits>

#include "models/base/errors.hpp"
#include "models/quantise/fold.hpp"

namespace sigdel::quantise {
namespace {

using network::Graph;
using network::Node;

/// What integers can hold so far.
bool runs_on_integers(const network::Operation& operation) {
  return std::holds_alternative<network::Input>(operation) ||
         std::holds_alternative<network::FullyConnected>(operation) ||
         std::holds_alternative<network::Relu>(operation) || std::holds_alternative<network::Flatten>(operation) ||
         std::holds_alternative<network::Softmax>(operation);
}

void check_operations(const Graph& graph) {
  for (const Node& node : graph.nodes) {
    if (!runs_on_integers(node.operation)) {
      fail(
          "layer '{}': {} cannot run in a scenario yet, only chains of fully connected layers can; convolutions run in "
          "the float reference only so far",
          node.name, network::operation_name(node.operation));
    }
  }
}

void check_is_chain(const Graph& graph) {
  if (graph.nodes.empty() || !std::holds_alternative<network::Input>(graph.nodes.front().operation)) {
    fail("the network does not begin with an input");
  }
  for (std::size_t i = 1; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    if (node.inputs.size() != 1 || node.inputs.front() != i - 1) {
      fail("node '{}' ({}): it does not read the node before it and nothing else; only chains can run on integers",
           node.name, network::operation_name(node.operation));
    }
  }
}

void check_fits_its_input(const Node& node, const network::FullyConnected& map, const Node& before) {
  if (network::element_count(before.shape) != map.inputs) {
    fail("node '{}': it maps {} inputs, but the tensor it reads has shape {}; flatten the tensor first", node.name,
         map.inputs, network::to_string(before.shape));
  }
  constexpr std::int64_t kLargest = std::numeric_limits<std::int32_t>::max();
  if (map.inputs < 1 || map.outputs < 1 || map.inputs > kLargest || map.outputs > kLargest) {
    fail("node '{}': {} x {} weights; both sizes must be in 1 .. {}", node.name, map.inputs, map.outputs, kLargest);
  }
}

}  // namespace

std::vector<WeightLayer> weight_layers(const Graph& graph) {
  check_operations(graph);
  check_is_chain(graph);
  std::vector<WeightLayer> layers;
  for (std::size_t i = 1; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    if (const auto* map = std::get_if<network::FullyConnected>(&node.operation)) {
      check_fits_its_input(node, *map, graph.nodes[i - 1]);
      layers.push_back({node.name, map, false});
    } else if (std::holds_alternative<network::Relu>(node.operation)) {
      if (layers.empty()) {
        fail("node '{}': a ReLU before the first fully connected layer cannot run on integers", node.name);
      }
      layers.back().relu = true;
    } else if (std::holds_alternative<network::Softmax>(node.operation) && i + 1 != graph.nodes.size()) {
      fail("node '{}': a softmax can only be the last operation", node.name);
    } else if (std::holds_alternative<network::Input>(node.operation)) {
      fail("node '{}': a network has one input", node.name);
    }
  }
  if (layers.empty()) {
    fail("the network has no fully connected layer");
  }
  return layers;
}

}  // namespace sigdel::quantise
