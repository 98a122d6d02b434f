/// A trained network in floating point, as imported: a graph of operations in topological order, whatever the source
/// format. Images are {channels, rows, columns}.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "models/network/window.hpp"

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

/// y = sum over the window of x W, + b. Output channel j reads the inputs/groups input channels of group
/// j / (outputs/groups); groups = inputs is a depthwise convolution. Padding is zero.
struct Convolution {
  std::int64_t inputs = 0;   ///< channels; a multiple of groups
  std::int64_t outputs = 0;  ///< channels; a multiple of groups
  std::int64_t groups = 1;
  Window window;
  std::vector<float> weights;  ///< outputs x inputs/groups x rows x columns
  std::vector<float> bias;     ///< outputs
};

/// The largest of the window, per channel; padding never is. The last window may hang over the end of the image.
struct MaxPool {
  Window window;
};

/// The mean of the window, per channel. Divides by its elements on the image, or by all if pads count.
struct AveragePool {
  Window window;
  bool pads_count = false;
};

/// The mean of every channel: {channels, 1, 1}.
struct GlobalAveragePool {};
/// Its inputs behind each other on the first axis, the channels.
struct Concat {};
/// The sum of two tensors of one shape (residual).
struct Add {};

/// Every pixel repeated: output pixel (i, j) is input pixel (i / factor 0, j / factor 1).
struct ResizeNearest {
  Window::Pair factors{1, 1};
};

/// min(max(x, 0), high): ReLU6 has 6.
struct Clip {
  float high = 6;  ///< above 0, finite
};

using Operation = std::variant<Input, FullyConnected, Relu, Flatten, Softmax, Convolution, MaxPool, AveragePool,
                               GlobalAveragePool, Concat, Add, ResizeNearest, Clip>;

struct Node {
  std::string name;
  Operation operation;
  std::vector<std::size_t> inputs;          ///< indices of earlier nodes
  Shape shape;                              ///< of the node's output
  std::optional<std::int32_t> threshold{};  ///< with FixedPoint, of what travels: in 2^-state_exp, 0 or more
};

/// The integers of a network that was trained with thresholds (lava-dl): frame, weights, biases and thresholds are
/// multiples of 2^-state_exp, messages of 2^-(state_exp + spike_exp), states of 2^-(2 state_exp + spike_exp). The first
/// convention is the file's where both exponents are 6, which all published files have.
struct FixedPoint {
  static constexpr int kMostExponent = 8;
  static constexpr int kMostMessageBits = 16;

  int spike_exp = 6;      ///< 0..8
  int state_exp = 6;      ///< 1..8
  int message_bits = 16;  ///< width of a message with its sign, 2..16

  constexpr bool operator==(const FixedPoint&) const = default;
};

/// Nodes in topological order; the first is the Input, the last gives the output. All weights are finite.
struct Graph {
  std::vector<Node> nodes;
  std::optional<FixedPoint> fixed_point{};  ///< then every node whose values travel between layers has a threshold

  [[nodiscard]] const Shape& input_shape() const { return nodes.front().shape; }
  [[nodiscard]] const Shape& output_shape() const { return nodes.back().shape; }
};

/// The name of the operation as the reports print it: "input", "fully-connected", "relu", ...
std::string operation_name(const Operation& operation);

}  // namespace sigdel::network
