/// Conv: two-dimensional, any stride, pads and groups.
#include "models/import/onnx_affine.hpp"
#include "models/import/onnx_naming.hpp"
#include "models/import/onnx_operators.hpp"
#include "models/import/onnx_window.hpp"

namespace sigdel::import {
namespace {

using network::Convolution;

/// Channels and groups, checked against the weights' extents.
Convolution channels_of(const OnnxImporter& importer, const OnnxNode& node, const Tensor& weights,
                        const network::Shape& image) {
  if (weights.extents.size() != 4) {
    importer.refuse(node, "its weights {} are {}; outputs x inputs x rows x columns were expected", shown(weights),
                    network::to_string(weights.extents));
  }
  Convolution layer;
  layer.inputs = image.front();
  layer.outputs = weights.extents.front();
  layer.groups = importer.integer(node, "group", 1);
  if (layer.groups < 1 || layer.inputs % layer.groups != 0 || layer.outputs % layer.groups != 0) {
    importer.refuse(node, "its {} groups do not divide {} input and {} output channels", layer.groups, layer.inputs,
                    layer.outputs);
  }
  if (weights.extents[1] != layer.inputs / layer.groups) {
    importer.refuse(node, "its weights {} ({}) take {} channels in each of {} groups, but {} channels arrive ({})",
                    shown(weights), network::to_string(weights.extents), weights.extents[1], layer.groups, layer.inputs,
                    network::to_string(image));
  }
  return layer;
}

std::vector<float> bias_of(const OnnxImporter& importer, const OnnxNode& node, std::int64_t outputs) {
  if (!OnnxImporter::has_input(node, 2)) {
    return std::vector<float>(static_cast<std::size_t>(outputs));
  }
  const Tensor& tensor = importer.constant(node, 2);
  const std::vector<float>& bias = importer.weights(node, tensor);
  if (tensor.extents != network::Shape{outputs}) {
    importer.refuse(node, "its bias {} is {}, {} was expected", shown(tensor), network::to_string(tensor.extents),
                    outputs);
  }
  return bias;
}

}  // namespace

void import_conv(OnnxImporter& importer, const OnnxNode& node) {
  const Value value = readable(importer, node, 0);
  const network::Shape image = image_shape(importer, node, value.node);
  const Tensor& weights = importer.constant(node, 1);
  const std::vector<float>& elements = importer.weights(node, weights);  // not empty: no extent is 0
  Convolution layer = channels_of(importer, node, weights, image);
  const std::vector<std::int64_t> kernel{weights.extents[2], weights.extents[3]};
  if (node.attributes.count("kernel_shape") > 0 && importer.extents(node, "kernel_shape", 2, 1) != kernel) {
    importer.refuse(node, "its kernel_shape is not that of its weights {}, {}", shown(weights),
                    network::to_string(weights.extents));
  }
  layer.window = read_window(importer, node, {kernel[0], kernel[1]}, image);
  layer.weights = elements;
  layer.bias = bias_of(importer, node, layer.outputs);
  if (value.affine != nullptr) {
    fold_before(importer, *value.affine, layer);
  }
  const network::Shape shape = slide(importer, node, layer.window, image, layer.outputs, false);
  importer.add(node, first_of({stem(weights.name, ".weight"), module_of(node)}), std::move(layer), {value.node}, shape);
}

}  // namespace sigdel::import
