/// Gemm, MatMul and Add: the fully connected layers.
#include <algorithm>
#include <cmath>

#include "models/import/onnx_affine.hpp"
#include "models/import/onnx_naming.hpp"
#include "models/import/onnx_operators.hpp"

namespace sigdel::import {
namespace {

using network::Convolution;
using network::FullyConnected;

/// Width of the one axis that the activation `input` must have.
std::int64_t flat_width(const OnnxImporter& importer, const OnnxNode& node, std::size_t input) {
  const network::Shape& shape = importer.graph_node(input).shape;
  if (shape.size() != 1) {
    importer.refuse(node, "its input is {} per frame, one axis was expected; put a Flatten in front of it",
                    network::to_string(shape));
  }
  return shape.front();
}

/// Refuses what alpha, beta or a sum made infinite.
void check_finite(const OnnxImporter& importer, const OnnxNode& node, const std::vector<float>& values,
                  std::string_view what) {
  if (!std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); })) {
    importer.refuse(node, "its {} are not finite after scaling and adding", what);
  }
}

/// A layer without bias: weights alpha * W, or alpha * W transposed if W is stored outputs x inputs.
FullyConnected layer_of(const OnnxImporter& importer, const OnnxNode& node, std::int64_t width, const Tensor& tensor,
                        bool transposed, float alpha) {
  if (tensor.extents.size() != 2) {
    importer.refuse(node, "its weights {} are {}, two axes were expected", shown(tensor),
                    network::to_string(tensor.extents));
  }
  const std::vector<float>& source = importer.weights(node, tensor);
  FullyConnected layer;
  layer.inputs = tensor.extents[transposed ? 1 : 0];
  layer.outputs = tensor.extents[transposed ? 0 : 1];
  if (layer.inputs != width) {
    importer.refuse(node, "its weights {} take {} inputs, but {} arrive", shown(tensor), layer.inputs, width);
  }
  const auto inputs = static_cast<std::size_t>(layer.inputs);
  const auto outputs = static_cast<std::size_t>(layer.outputs);
  layer.bias.assign(outputs, 0.0F);
  layer.weights.resize(source.size());
  for (std::size_t i = 0; i < inputs; ++i) {
    for (std::size_t j = 0; j < outputs; ++j) {
      layer.weights[i * outputs + j] = alpha * source[transposed ? j * inputs + i : i * outputs + j];
    }
  }
  check_finite(importer, node, layer.weights, "weights");
  return layer;
}

/// Adds beta * bias: one element per output, or one for all.
void add_elements(const OnnxImporter& importer, const OnnxNode& node, const std::vector<float>& elements, float beta,
                  std::vector<float>& bias) {
  for (std::size_t j = 0; j < bias.size(); ++j) {
    bias[j] += beta * elements[elements.size() == 1 ? 0 : j];
  }
  check_finite(importer, node, bias, "biases");
}

/// The bias has no other axis longer than 1.
void add_bias(const OnnxImporter& importer, const OnnxNode& node, const Tensor& tensor, float beta,
              FullyConnected& layer) {
  const std::vector<float>& bias = importer.weights(node, tensor);
  const auto width = static_cast<std::int64_t>(bias.size());
  const bool along_last_axis = width == 1 || tensor.extents.back() == width;
  if ((width != 1 && width != layer.outputs) || !along_last_axis || tensor.extents.size() > 2) {
    importer.refuse(node, "its bias {} is {}, {} or 1x{} was expected", shown(tensor),
                    network::to_string(tensor.extents), layer.outputs, layer.outputs);
  }
  add_elements(importer, node, bias, beta, layer.bias);
}

/// Behind a convolution the channels' axis is the third from the end: a bias without the others would be one per
/// column.
void add_bias(const OnnxImporter& importer, const OnnxNode& node, const Tensor& tensor, float beta,
              Convolution& layer) {
  const std::vector<float>& bias = importer.weights(node, tensor);
  const network::Shape& extents = tensor.extents;
  const bool along_channels = extents.size() >= 3 && extents[extents.size() - 3] == layer.outputs &&
                              static_cast<std::int64_t>(bias.size()) == layer.outputs;
  if ((bias.size() != 1 && !along_channels) || extents.size() > 4) {
    importer.refuse(node, "its bias {} is {}, {}x1x1 or 1x{}x1x1 was expected", shown(tensor),
                    network::to_string(extents), layer.outputs, layer.outputs);
  }
  add_elements(importer, node, bias, beta, layer.bias);
}

void add_layer(OnnxImporter& importer, const OnnxNode& node, std::string name, FullyConnected layer,
               std::size_t input) {
  const std::int64_t outputs = layer.outputs;
  importer.add(node, std::move(name), std::move(layer), {input}, {outputs});
}

/// A layer whose bias is a node of its own: a copy takes it in, the old one stays for whoever else reads it.
template <class Layer>
void add_bias_node(OnnxImporter& importer, const OnnxNode& node, const Tensor& bias, std::size_t before, Layer layer) {
  add_bias(importer, node, bias, 1.0F, layer);
  // Copies: adding a node may move the one in front.
  const std::string name = importer.graph_node(before).name;
  const std::vector<std::size_t> inputs = importer.graph_node(before).inputs;
  const network::Shape shape = importer.graph_node(before).shape;
  // A layer whose weights gave it no name may get one from the bias, "fc1.bias".
  const bool named_by_weights = name != module_of(importer.source(before));
  const std::string better = named_by_weights ? std::string() : stem(bias.name, ".bias");
  importer.add(node, first_of({better, name}), std::move(layer), inputs, shape);
}

void add_residual(OnnxImporter& importer, const OnnxNode& node, std::size_t first, std::size_t second) {
  const network::Shape& shape = importer.graph_node(first).shape;
  if (importer.graph_node(second).shape != shape) {
    importer.refuse(node, "adds '{}' ({}) and '{}' ({}); two tensors of one shape were expected",
                    importer.graph_node(first).name, network::to_string(shape), importer.graph_node(second).name,
                    network::to_string(importer.graph_node(second).shape));
  }
  importer.add(node, node.name, network::Add{}, {first, second}, shape);
}

}  // namespace

void import_gemm(OnnxImporter& importer, const OnnxNode& node) {
  if (importer.integer(node, "transA", 0) != 0) {
    importer.refuse(node, "transposes its first operand (transA), which is not supported");
  }
  const Value value = readable(importer, node, 0);
  const std::size_t input = value.node;
  const Tensor& weights = importer.constant(node, 1);
  FullyConnected layer = layer_of(importer, node, flat_width(importer, node, input), weights,
                                  importer.integer(node, "transB", 0) != 0, importer.real(node, "alpha", 1.0F));
  std::string bias_stem;
  if (OnnxImporter::has_input(node, 2)) {
    const Tensor& bias = importer.constant(node, 2);
    add_bias(importer, node, bias, importer.real(node, "beta", 1.0F), layer);
    bias_stem = stem(bias.name, ".bias");
  }
  if (value.affine != nullptr) {
    fold_before(importer, *value.affine, layer);
  }
  add_layer(importer, node, first_of({stem(weights.name, ".weight"), bias_stem, module_of(node)}), std::move(layer),
            input);
}

void import_matmul(OnnxImporter& importer, const OnnxNode& node) {
  const Value value = readable(importer, node, 0);
  const std::size_t input = value.node;
  const Tensor& weights = importer.constant(node, 1);
  FullyConnected layer = layer_of(importer, node, flat_width(importer, node, input), weights, false, 1.0F);
  if (value.affine != nullptr) {
    fold_before(importer, *value.affine, layer);
  }
  add_layer(importer, node, first_of({stem(weights.name, ".weight"), module_of(node)}), std::move(layer), input);
}

void import_add(OnnxImporter& importer, const OnnxNode& node) {
  const std::size_t constant = importer.input(node, 0).constant == nullptr ? 1 : 0;
  const std::size_t before = importer.activation(node, 1 - constant);
  if (importer.input(node, constant).constant == nullptr) {
    add_residual(importer, node, before, importer.activation(node, constant));
    return;
  }
  const Tensor& bias = importer.constant(node, constant);
  const network::Node& found = importer.graph_node(before);
  if (std::holds_alternative<FullyConnected>(found.operation)) {
    add_bias_node(importer, node, bias, before, std::get<FullyConnected>(found.operation));
  } else if (std::holds_alternative<Convolution>(found.operation)) {
    add_bias_node(importer, node, bias, before, std::get<Convolution>(found.operation));
  } else {
    importer.refuse(
        node, "adds a constant to the output of '{}' ({}); only a bias behind a MatMul, Gemm or Conv is supported",
        found.name, network::operation_name(found.operation));
  }
}

}  // namespace sigdel::import
