/// Concat along the channels.
#include "models/import/onnx_operators.hpp"

namespace sigdel::import {

void import_concat(OnnxImporter& importer, const OnnxNode& node) {
  std::vector<std::size_t> inputs;
  for (std::size_t which = 0; which < node.inputs.size(); ++which) {
    if (!OnnxImporter::has_input(node, which)) {
      importer.refuse(node, "leaves out its input {}", which);
    }
    inputs.push_back(importer.activation(node, which));
  }
  network::Shape shape = importer.graph_node(inputs.front()).shape;
  const auto axes = static_cast<std::int64_t>(shape.size()) + 1;  // counted with the batch axis
  const std::int64_t axis = importer.integer(node, "axis", 0);
  if (axis != 1 && axis != 1 - axes) {
    importer.refuse(node, "is along axis {}; only axis 1, the channels, is supported", axis);
  }
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    const network::Node& other = importer.graph_node(inputs[i]);
    if (other.shape.size() != shape.size() || !std::equal(shape.begin() + 1, shape.end(), other.shape.begin() + 1)) {
      importer.refuse(node, "joins '{}' ({}) and '{}' ({}); all extents but the first must agree",
                      importer.graph_node(inputs.front()).name,
                      network::to_string(importer.graph_node(inputs.front()).shape), other.name,
                      network::to_string(other.shape));
    }
    shape.front() += other.shape.front();
  }
  importer.add(node, node.name, network::Concat{}, std::move(inputs), std::move(shape));
}

}  // namespace sigdel::import
