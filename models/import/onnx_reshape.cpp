/// Flatten, and Reshape where it means the same.
#include "models/import/onnx_operators.hpp"

namespace sigdel::import {
namespace {

void add_flatten(OnnxImporter& importer, const OnnxNode& node, std::size_t input) {
  importer.add(node, node.name, network::Flatten{}, {input},
               {network::element_count(importer.graph_node(input).shape)});
}

}  // namespace

void import_flatten(OnnxImporter& importer, const OnnxNode& node) {
  const std::size_t input = importer.activation(node, 0);
  const auto axes = static_cast<std::int64_t>(importer.graph_node(input).shape.size()) + 1;
  const std::int64_t axis = importer.integer(node, "axis", 1);
  if (axis != 1 && axis != 1 - axes) {
    importer.refuse(node, "flattens from axis {}; only axis 1, all but the batch axis, is supported", axis);
  }
  add_flatten(importer, node, input);
}

/// Accepts [batch, n] written with 1, 0 (as it is) or -1 (what remains) for the batch, and the number of elements, -1,
/// or 0 if there is one axis already, for n.
void import_reshape(OnnxImporter& importer, const OnnxNode& node) {
  const std::size_t input = importer.activation(node, 0);
  const network::Shape& shape = importer.graph_node(input).shape;
  const std::int64_t count = network::element_count(shape);
  const std::vector<std::int64_t>& target = importer.integers(node, importer.constant(node, 1));
  const bool zero_copies = importer.integer(node, "allowzero", 0) == 0;
  const auto is_batch = [&](std::int64_t extent) {
    return extent == 1 || extent == -1 || (extent == 0 && zero_copies);
  };
  const auto is_all = [&](std::int64_t extent) {
    return extent == count || extent == -1 || (extent == 0 && zero_copies && shape.size() == 1);
  };
  const bool flat = target.size() == 2 && is_batch(target[0]) && is_all(target[1]) && target[0] + target[1] != -2;
  if (!flat) {
    importer.refuse(node, "reshapes {} per frame to [{}]; only [batch, {}], also written with -1 or 0, is supported",
                    network::to_string(shape), fmt::join(target, ", "), count);
  }
  add_flatten(importer, node, input);
}

}  // namespace sigdel::import
