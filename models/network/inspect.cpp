#include "models/network/inspect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

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

/// The parameters of an operation. A new operation does not compile until it is listed.
struct Parameters {
  std::int64_t operator()(const Input&) const { return 0; }
  std::int64_t operator()(const FullyConnected& layer) const {
    return static_cast<std::int64_t>(layer.weights.size() + layer.bias.size());
  }
  std::int64_t operator()(const Relu&) const { return 0; }
  std::int64_t operator()(const Flatten&) const { return 0; }
  std::int64_t operator()(const Softmax&) const { return 0; }
};

/// Dense operations of an operation with `outputs` output elements.
struct DenseOperations {
  std::int64_t outputs = 0;

  std::int64_t operator()(const Input&) const { return 0; }
  std::int64_t operator()(const FullyConnected& layer) const { return 2 * layer.inputs * outputs; }
  std::int64_t operator()(const Relu&) const { return 0; }
  std::int64_t operator()(const Flatten&) const { return 0; }
  std::int64_t operator()(const Softmax&) const { return 0; }
};

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

}  // namespace

std::int64_t parameter_count(const Node& node) { return std::visit(Parameters{}, node.operation); }

std::int64_t dense_operations(const Node& node) {
  return std::visit(DenseOperations{element_count(node.shape)}, node.operation);
}

std::string inspect(const Graph& graph) {
  std::vector<Row> rows{{"layer", "name", "operation", "output", "parameters", "dense ops/frame"}};
  std::int64_t parameters = 0;
  std::int64_t operations = 0;
  std::size_t layers = 0;
  for (const Node& node : graph.nodes) {
    const bool has_weights = parameter_count(node) > 0;
    rows.push_back({has_weights ? fmt::format("{}", layers) : "-", node.name, operation_name(node.operation),
                    to_string(node.shape), grouped(parameter_count(node)), grouped(dense_operations(node))});
    layers += has_weights ? 1 : 0;
    parameters += parameter_count(node);
    operations += dense_operations(node);
  }
  rows.push_back({"total", "", "", "", grouped(parameters), grouped(operations)});
  return fmt::format("input {}, output {}, {} weight layer{}\n", to_string(graph.input_shape()),
                     to_string(graph.output_shape()), layers, layers == 1 ? "" : "s") +
         aligned(rows) + "dense ops/frame: multiplications and additions, as the paper counts them\n";
}

}  // namespace sigdel::network
