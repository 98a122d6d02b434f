#include "models/import/onnx_affine.hpp"

#include <algorithm>
#include <cmath>

#include "models/import/onnx_operators.hpp"

namespace sigdel::import {
namespace {

void check_finite(const OnnxImporter& importer, const Affine& affine, const std::vector<float>& values) {
  if (!std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); })) {
    importer.refuse(*affine.source, "gives weights or biases that are not finite when it is folded");
  }
}

/// Multiplies weight i by scale[channel(i)].
template <class Channel>
void scale_weights(const std::vector<double>& scale, Channel channel, std::vector<float>& weights) {
  for (std::size_t i = 0; i < weights.size(); ++i) {
    weights[i] = static_cast<float>(double{weights[i]} * scale[channel(i)]);
  }
}

/// Adds shift[input(i)] * weight i to the bias output(i), summed in double.
template <class Input, class Output>
void move_shift(const std::vector<double>& shift, Input input, Output output, const std::vector<float>& weights,
                std::vector<float>& bias) {
  std::vector<double> sums(bias.begin(), bias.end());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    sums[output(i)] += shift[input(i)] * double{weights[i]};
  }
  std::transform(sums.begin(), sums.end(), bias.begin(), [](double sum) { return static_cast<float>(sum); });
}

void scale_bias(const Affine& affine, std::vector<float>& bias) {
  for (std::size_t j = 0; j < bias.size(); ++j) {
    bias[j] = static_cast<float>(affine.scale[j] * double{bias[j]} + affine.shift[j]);
  }
}

/// Which input channel weight i of a convolution reads.
auto input_channel(const network::Convolution& layer) {
  const auto per_group = static_cast<std::size_t>(layer.inputs / layer.groups);
  const auto window = static_cast<std::size_t>(layer.window.kernel[0] * layer.window.kernel[1]);
  const auto group_outputs = static_cast<std::size_t>(layer.outputs / layer.groups);
  return [=](std::size_t i) { return i / window / per_group / group_outputs * per_group + i / window % per_group; };
}

auto output_channel(const network::Convolution& layer) {
  const std::size_t each = layer.weights.size() / static_cast<std::size_t>(layer.outputs);
  return [each](std::size_t i) { return i / each; };
}

bool has_padding(const network::Window& window) {
  constexpr network::Window::Pair kNone{0, 0};
  return window.pad_begin != kNone || window.pad_end != kNone;
}

/// y = gain (x - mean) / sqrt(variance + epsilon) + offset, per channel.
Affine affine_of(const OnnxImporter& importer, const OnnxNode& node, std::size_t channels) {
  std::vector<const std::vector<float>*> terms;
  for (std::size_t which = 1; which <= 4; ++which) {
    terms.push_back(&importer.weights(node, importer.constant(node, which)));
    if (terms.back()->size() != channels) {
      importer.refuse(node, "input {} has {} elements, one per channel was expected: {}", which, terms.back()->size(),
                      channels);
    }
  }
  const double epsilon = double{importer.real(node, "epsilon", 1e-5F)};
  Affine affine{{}, {}, &node};
  for (std::size_t c = 0; c < channels; ++c) {
    const double variance = double{(*terms[3])[c]} + epsilon;
    if (!(variance > 0)) {
      importer.refuse(node, "variance plus epsilon of channel {} is {}, it must be above 0", c, variance);
    }
    affine.scale.push_back(double{(*terms[0])[c]} / std::sqrt(variance));
    affine.shift.push_back(double{(*terms[1])[c]} - double{(*terms[2])[c]} * affine.scale.back());
  }
  return affine;
}

/// A copy of the weight layer in front, with the map folded in; the old one stays for whoever else reads it.
template <class Layer>
bool fold_into(OnnxImporter& importer, const OnnxNode& node, std::size_t before, const Affine& affine) {
  const network::Node& found = importer.graph_node(before);
  if (!std::holds_alternative<Layer>(found.operation)) {
    return false;
  }
  Layer layer = std::get<Layer>(found.operation);
  fold_behind(importer, affine, layer);
  importer.add(node, found.name, std::move(layer), found.inputs, found.shape);  // takes copies: `found` may move
  return true;
}

}  // namespace

Value readable(const OnnxImporter& importer, const OnnxNode& node, std::size_t which) {
  const Value value = importer.input(node, which);
  return value.affine != nullptr ? value : Value{.constant = nullptr, .node = importer.activation(node, which)};
}

void fold_behind(const OnnxImporter& importer, const Affine& affine, network::Convolution& layer) {
  scale_weights(affine.scale, output_channel(layer), layer.weights);
  scale_bias(affine, layer.bias);
  check_finite(importer, affine, layer.weights);
  check_finite(importer, affine, layer.bias);
}

void fold_behind(const OnnxImporter& importer, const Affine& affine, network::FullyConnected& layer) {
  const auto outputs = static_cast<std::size_t>(layer.outputs);
  scale_weights(
      affine.scale, [outputs](std::size_t i) { return i % outputs; }, layer.weights);
  scale_bias(affine, layer.bias);
  check_finite(importer, affine, layer.weights);
  check_finite(importer, affine, layer.bias);
}

void fold_before(const OnnxImporter& importer, const Affine& affine, network::Convolution& layer) {
  if (has_padding(layer.window)) {
    importer.refuse_affine(affine, "a convolution with padding");
  }
  move_shift(affine.shift, input_channel(layer), output_channel(layer), layer.weights, layer.bias);
  scale_weights(affine.scale, input_channel(layer), layer.weights);
  check_finite(importer, affine, layer.weights);
  check_finite(importer, affine, layer.bias);
}

void fold_before(const OnnxImporter& importer, const Affine& affine, network::FullyConnected& layer) {
  const auto outputs = static_cast<std::size_t>(layer.outputs);
  const auto input = [outputs](std::size_t i) { return i / outputs; };
  move_shift(
      affine.shift, input, [outputs](std::size_t i) { return i % outputs; }, layer.weights, layer.bias);
  scale_weights(affine.scale, input, layer.weights);
  check_finite(importer, affine, layer.weights);
  check_finite(importer, affine, layer.bias);
}

void import_batch_normalization(OnnxImporter& importer, const OnnxNode& node) {
  if (importer.integer(node, "training_mode", 0) != 0) {
    importer.refuse(node, "is in training mode; export the network for inference (model.eval())");
  }
  if (importer.integer(node, "spatial", 1) != 1) {
    importer.refuse(node, "normalises every pixel on its own (spatial = 0), which is not supported");
  }
  const std::size_t before = importer.activation(node, 0);
  const auto channels = static_cast<std::size_t>(importer.graph_node(before).shape.front());
  Affine affine = affine_of(importer, node, channels);
  const bool folded = fold_into<network::Convolution>(importer, node, before, affine) ||
                      fold_into<network::FullyConnected>(importer, node, before, affine);
  if (!folded) {
    importer.bind(node, {.constant = nullptr, .node = before, .affine = importer.keep(std::move(affine))});
  }
}

}  // namespace sigdel::import
