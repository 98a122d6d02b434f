#include "models/network/inspect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace sigdel::network {
namespace {

constexpr std::size_t kColumns = 6;
using Row = std::array<std::string, kColumns>;

/// 397600 -> "397,600".
std::string grouped(std::int64_t value) {
  std::string digits = fmt::format("{}", value);
  for (std::size_t end = digits.size(); end > 3; end -= 3) {
    digits.insert(end - 3, ",");
  }
  return digits;
}

template <class Layer>
std::int64_t parameters_of(const Layer& layer) {
  return static_cast<std::int64_t>(layer.weights.size() + layer.bias.size());
}

/// Pairs of output and weight along both axes of the image, as the paper counts a convolution.
std::int64_t paper_pairs(const Window& window, const Shape& input, const Shape& output) {
  const bool same = window.stride == Window::Pair{1, 1} && input[1] == output[1] && input[2] == output[2];
  if (same) {
    return output[1] * output[2] * window.kernel[0] * window.kernel[1];
  }
  return window_pairs(window, 0, input[1], output[1]) * window_pairs(window, 1, input[2], output[2]);
}

/// Pads every column to its widest cell: text to the left, the two numbers at the end to the right.
std::string aligned(const std::vector<Row>& rows) {
  std::array<std::size_t, kColumns> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < kColumns; ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string text;
  for (const Row& row : rows) {
    text += fmt::format("{:<{}}  {:<{}}  {:<{}}  {:<{}}  {:>{}}  {:>{}}\n", row[0], widths[0], row[1], widths[1],
                        row[2], widths[2], row[3], widths[3], row[4], widths[4], row[5], widths[5]);
  }
  return text;
}

/// One line: the multiply-adds of every kind of weight layer; empty where there is no convolution.
std::string by_operation(const Graph& graph) {
  std::map<std::string, std::int64_t> sums;
  for (const Node& node : graph.nodes) {
    if (parameter_count(node) > 0) {
      sums[operation_name(node.operation)] += multiply_adds(node);
    }
  }
  if (sums.count("convolution") == 0) {
    return {};
  }
  std::string text = "multiply-adds/frame, products with padding included:";
  for (const auto& [name, sum] : sums) {
    text += fmt::format(" {} {}", name, grouped(sum));
  }
  return text + "\n";
}

}  // namespace

std::int64_t parameter_count(const Node& node) {
  if (const auto* map = std::get_if<FullyConnected>(&node.operation)) {
    return parameters_of(*map);
  }
  const auto* convolution = std::get_if<Convolution>(&node.operation);
  return convolution == nullptr ? 0 : parameters_of(*convolution);
}

std::int64_t dense_operations(const Graph& graph, const Node& node) {
  const auto* convolution = std::get_if<Convolution>(&node.operation);
  if (convolution == nullptr) {
    return 2 * multiply_adds(node);
  }
  const std::int64_t maps = convolution->outputs * (convolution->inputs / convolution->groups);
  return 2 * maps * paper_pairs(convolution->window, graph.nodes[node.inputs.front()].shape, node.shape);
}

std::int64_t multiply_adds(const Node& node) {
  if (const auto* map = std::get_if<FullyConnected>(&node.operation)) {
    return map->inputs * element_count(node.shape);
  }
  const auto* convolution = std::get_if<Convolution>(&node.operation);
  if (convolution == nullptr) {
    return 0;
  }
  const Window::Pair& kernel = convolution->window.kernel;
  return convolution->inputs / convolution->groups * kernel[0] * kernel[1] * element_count(node.shape);
}

std::string inspect(const Graph& graph) {
  std::vector<Row> rows{{"layer", "name", "operation", "output", "parameters", "dense ops/frame"}};
  std::int64_t parameters = 0;
  std::int64_t operations = 0;
  std::size_t layers = 0;
  for (const Node& node : graph.nodes) {
    const bool has_weights = parameter_count(node) > 0;
    rows.push_back({has_weights ? fmt::format("{}", layers) : "-", node.name, operation_name(node.operation),
                    to_string(node.shape), grouped(parameter_count(node)), grouped(dense_operations(graph, node))});
    layers += has_weights ? 1 : 0;
    parameters += parameter_count(node);
    operations += dense_operations(graph, node);
  }
  rows.push_back({"total", "", "", "", grouped(parameters), grouped(operations)});
  return fmt::format("input {}, output {}, {} weight layer{}\n", to_string(graph.input_shape()),
                     to_string(graph.output_shape()), layers, layers == 1 ? "" : "s") +
         aligned(rows) + "dense ops/frame: multiplications and additions, as the paper counts them\n" +
         by_operation(graph);
}

}  // namespace sigdel::network
