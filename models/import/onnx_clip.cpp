/// Clip from 0: ReLU6, or ReLU where it has no upper end.
#include <cmath>
#include <limits>

#include "models/import/onnx_operators.hpp"

namespace sigdel::import {
namespace {

/// An end of the interval: an attribute before version 11, a constant input since.
float bound(const OnnxImporter& importer, const OnnxNode& node, const std::string& attribute, std::size_t which,
            float otherwise) {
  if (!OnnxImporter::has_input(node, which)) {
    return importer.real(node, attribute, otherwise);
  }
  const Tensor& tensor = importer.constant(node, which);
  const auto* values = std::get_if<std::vector<float>>(&tensor.data);
  if (values == nullptr || values->size() != 1) {
    importer.refuse(node, "its input {} ({}) is not one float32", which, attribute);
  }
  return values->front();
}

}  // namespace

void import_clip(OnnxImporter& importer, const OnnxNode& node) {
  const std::size_t input = importer.activation(node, 0);
  constexpr float kNone = std::numeric_limits<float>::max();
  const float low = bound(importer, node, "min", 1, -kNone);
  const float high = bound(importer, node, "max", 2, kNone);
  if (low != 0 || !(high > 0)) {
    importer.refuse(node, "clips to {} .. {}; only from 0 to something above 0, as ReLU6 does, is supported", low,
                    high);
  }
  const network::Shape shape = importer.graph_node(input).shape;
  if (high >= kNone) {
    importer.add(node, node.name, network::Relu{}, {input}, shape);
  } else {
    importer.add(node, node.name, network::Clip{high}, {input}, shape);
  }
}

}  // namespace sigdel::import
