#include "models/import/onnx_operators.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "models/network/graph.hpp"

namespace sigdel::import {
namespace {

constexpr std::size_t kAnyNumber = std::numeric_limits<std::size_t>::max();

/// In alphabetical order.
const std::vector<OnnxOperator>& operators() {
  static const std::vector<OnnxOperator> kTable{
      {"Add", import_add, 2, 2, {}},
      {"AveragePool",
       import_average_pool,
       1,
       1,
       {"auto_pad", "ceil_mode", "count_include_pad", "dilations", "kernel_shape", "pads", "strides"}},
      {"BatchNormalization", import_batch_normalization, 5, 5, {"epsilon", "momentum", "spatial", "training_mode"}},
      {"Clip", import_clip, 1, 3, {"min", "max"}},
      {"Concat", import_concat, 1, kAnyNumber, {"axis"}},
      {"Constant", import_constant, 0, 0, {"value", "value_float", "value_floats", "value_int", "value_ints"}},
      {"Conv", import_conv, 2, 3, {"auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"}},
      {"Dropout", import_dropout, 1, 3, {"ratio", "seed"}},
      {"Flatten", import_flatten, 1, 1, {"axis"}},
      {"Gemm", import_gemm, 2, 3, {"alpha", "beta", "transA", "transB"}},
      {"GlobalAveragePool", import_global_average_pool, 1, 1, {}},
      {"Identity", import_identity, 1, 1, {}},
      {"MatMul", import_matmul, 2, 2, {}},
      {"MaxPool",
       import_max_pool,
       1,
       1,
       {"auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "storage_order", "strides"}},
      {"Relu", import_relu, 1, 1, {}},
      {"Reshape", import_reshape, 2, 2, {"allowzero"}},
      {"Resize",
       import_resize,
       1,
       4,
       {"antialias", "coordinate_transformation_mode", "cubic_coeff_a", "exclude_outside", "extrapolation_value",
        "mode", "nearest_mode"}},
      {"Softmax", import_softmax, 1, 1, {"axis"}},
  };
  return kTable;
}

/// Operators that networks get from the way they were written or exported, and how to avoid them.
struct Advice {
  std::string_view name;
  std::string_view text;
};
constexpr std::string_view kComputedShape =
    "it computes a shape, as x.view(x.size(0), -1) does: use torch.flatten(x, 1), or export for a fixed batch of 1";
constexpr std::string_view kUnfolded = "export with constant folding (do_constant_folding=True)";
constexpr std::string_view kOtherActivation =
    "activations are Relu and Clip from 0 (ReLU6): train the network with one of them";
constexpr std::string_view kUnquantised = "export the network in float32, before it is quantised";
constexpr std::array kAdvice{
    Advice{"ConvTranspose",
           "at stride 1 it is a Conv with both kernel axes flipped, channels exchanged and pads = kernel - 1 - pad; "
           "else use Resize (nearest) and a Conv"},
    Advice{"Elu", kOtherActivation},
    Advice{"Gather", kComputedShape},
    Advice{"HardSigmoid", kOtherActivation},
    Advice{"HardSwish", kOtherActivation},
    Advice{"LeakyRelu", kOtherActivation},
    Advice{"PRelu", kOtherActivation},
    Advice{"Pad", "give its padding to the convolution or pool behind it"},
    Advice{"QLinearConv", kUnquantised},
    Advice{"QuantizeLinear", kUnquantised},
    Advice{"ReduceMean", "over rows and columns it is a GlobalAveragePool: use torch.nn.AdaptiveAvgPool2d(1)"},
    Advice{"Shape", kComputedShape},
    Advice{"Sigmoid", kOtherActivation},
    Advice{"Tanh", kOtherActivation},
    Advice{"Transpose", kUnfolded},
    Advice{"Unsqueeze", kUnfolded},
    Advice{"Upsample", "export with opset_version 11 or later, which writes Resize"},
};

}  // namespace

const OnnxOperator* find_operator(std::string_view name) {
  const auto& table = operators();
  const auto row = std::find_if(table.begin(), table.end(), [name](const auto& entry) { return entry.name == name; });
  return row == table.end() ? nullptr : &*row;
}

std::string supported_operators() {
  std::string names;
  for (const OnnxOperator& row : operators()) {
    names.append(names.empty() ? "" : ", ").append(row.name);
  }
  return names;
}

std::string advice(std::string_view name) {
  const auto* const row =
      std::find_if(kAdvice.begin(), kAdvice.end(), [name](const Advice& entry) { return entry.name == name; });
  return row == kAdvice.end() ? std::string() : std::string("; ").append(row->text);
}

void import_relu(OnnxImporter& importer, const OnnxNode& node) {
  const std::size_t input = importer.activation(node, 0);
  importer.add(node, node.name, network::Relu{}, {input}, importer.graph_node(input).shape);
}

void import_softmax(OnnxImporter& importer, const OnnxNode& node) {
  const std::size_t input = importer.activation(node, 0);
  const network::Shape& shape = importer.graph_node(input).shape;
  const auto last = static_cast<std::int64_t>(shape.size());  // counted with the batch axis
  const std::int64_t axis = importer.integer(node, "axis", importer.opset() < 13 ? 1 : -1);
  if (axis != -1 && axis != last) {
    importer.refuse(node, "is over axis {} of [batch, {}]; only the last axis ({} or -1) is supported", axis,
                    network::to_string(shape), last);
  }
  importer.add(node, node.name, network::Softmax{}, {input}, shape);
}

void import_identity(OnnxImporter& importer, const OnnxNode& node) { importer.bind(node, importer.input(node, 0)); }

void import_dropout(OnnxImporter& importer, const OnnxNode& node) {
  if (OnnxImporter::has_input(node, 2)) {
    const std::vector<std::int64_t>& training = importer.integers(node, importer.constant(node, 2));
    if (training.size() != 1 || training.front() != 0) {
      importer.refuse(node, "is in training mode; export the network for inference (model.eval())");
    }
  }
  importer.bind(node, importer.input(node, 0));
}

void import_constant(OnnxImporter& importer, const OnnxNode& node) {
  if (node.attributes.size() != 1) {
    importer.refuse(node, "has {} values, one was expected", node.attributes.size());
  }
  importer.bind(node, {.constant = &node.attributes.begin()->second, .node = 0});
}

}  // namespace sigdel::import
