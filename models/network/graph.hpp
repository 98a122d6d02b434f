/// A trained network in floating point, as imported: a graph of operations in topological order, whatever the source
/// format. Convolutions and branches become further operations and nodes with several inputs.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace sigdel::network {

/// Extents of a tensor without the batch axis: {784} or {channels, height, width}.
using Shape = std::vector<std::int64_t>;

/// Number of elements; 1 for the empty shape.
std::int64_t element_count(const Shape& shape);
/// "1x28x28"; "scalar" for the empty shape.
std::string to_string(const Shape& shape);

/// The frame that enters the network.
struct Input {};

/// y = x W + b over the last axis.
struct FullyConnected {
  std::int64_t inputs = 0;
  std::int64_t outputs = 0;
  std::vector<float> weights;  ///< inputs x outputs, row-major: row i holds what input i sends to every output
  std::vector<float> bias;     ///< outputs
};

struct Relu {};
/// Reads its input in C order as one axis.
struct Flatten {};
/// Over the last axis; only as the last operation.
struct Softmax {};

using Operation = std::variant<Input, FullyConnected, Relu, Flatten, Softmax>;

struct Node {
  std::string name;
  Operation operation;
  std::vector<std::size_t> inputs;  ///< indices of earlier nodes
  Shape shape;                      ///< of the node's output
};

/// Nodes in topological order; the first is the Input, the last gives the output. All weights are finite.
struct Graph {
  std::vector<Node> nodes;

  [[nodiscard]] const Shape& input_shape() const { return nodes.front().shape; }
  [[nodiscard]] const Shape& output_shape() const { return nodes.back().shape; }
};

/// The name of the operation as the reports print it: "input", "fully-connected", "relu", ...
std::string operation_name(const Operation& operation);

}  // namespace sigdel::network
