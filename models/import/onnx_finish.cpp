/// The second half of the importer: from all nodes of the file to the checked graph.
#include <algorithm>
#include <set>

#include "models/import/onnx_importer.hpp"

namespace sigdel::import {

std::size_t OnnxImporter::output_node(const OnnxValueInfo& output) const {
  const std::string name = printable(output.name);
  const auto found = values_.find(output.name);
  if (found == values_.end()) {
    fail("{}: output '{}' is not made by any node", model_.file, name);
  }
  if (found->second.constant != nullptr || found->second.node == 0) {
    fail("{}: output '{}' is {}, the output of a layer was expected", model_.file, name,
         found->second.constant != nullptr ? "a constant" : "the network's input");
  }
  if (found->second.affine != nullptr) {
    refuse_affine(*found->second.affine, "the network's output");
  }
  return found->second.node;
}

/// Of several outputs the one that depends on all others, as a softmax depends on the logits, is the network's.
const OnnxValueInfo& OnnxImporter::last_output() const {
  if (model_.outputs.empty()) {
    fail("{}: has 0 outputs, one was expected", model_.file);
  }
  const auto last = std::max_element(model_.outputs.begin(), model_.outputs.end(),
                                     [this](const auto& a, const auto& b) { return output_node(a) < output_node(b); });
  const std::vector<bool> reaches = what_reaches(output_node(*last));
  for (const OnnxValueInfo& output : model_.outputs) {
    if (!reaches[output_node(output)]) {
      fail(
          "{}: has {} outputs, and '{}' does not depend on '{}': one was expected, or one that depends on all others; "
          "remove all but the last layer's from the graph",
          model_.file, model_.outputs.size(), printable(last->name), printable(output.name));
    }
  }
  return *last;
}

/// The file may declare the output's shape; where it does, it must be the one that the layers give.
void OnnxImporter::check_output_shape(const OnnxValueInfo& declared, const network::Shape& shape) const {
  if (!declared.axes) {
    return;
  }
  bool agrees = declared.axes->size() == shape.size() + 1 && declared.axes->front().value_or(1) == 1;
  for (std::size_t i = 0; agrees && i < shape.size(); ++i) {
    agrees = (*declared.axes)[i + 1].value_or(shape[i]) == shape[i];
  }
  if (!agrees) {
    fail("{}: output '{}': node '{}' ({}) gives {} per frame, the file declares another shape", model_.file,
         printable(declared.name), sources_.back()->name, sources_.back()->op, network::to_string(shape));
  }
}

/// Per node up to `output`, whether the output depends on it.
std::vector<bool> OnnxImporter::what_reaches(std::size_t output) const {
  std::vector<bool> reaches(graph_.nodes.size(), false);
  reaches[output] = true;
  for (std::size_t i = output + 1; i-- > 0;) {
    for (const std::size_t input : graph_.nodes[i].inputs) {
      reaches[input] = reaches[input] || reaches[i];
    }
  }
  return reaches;
}

/// Leaves out nodes that the output does not depend on; the output becomes the last.
void OnnxImporter::keep_what_reaches(std::size_t output) {
  const std::vector<bool> reaches = what_reaches(output);
  std::vector<std::size_t> moved(graph_.nodes.size(), 0);
  std::size_t kept = 0;
  for (std::size_t i = 0; i <= output; ++i) {
    if (!reaches[i]) {
      continue;
    }
    moved[i] = kept;
    for (std::size_t& input : graph_.nodes[i].inputs) {
      input = moved[input];
    }
    if (kept != i) {
      graph_.nodes[kept] = std::move(graph_.nodes[i]);
      sources_[kept] = sources_[i];
    }
    ++kept;
  }
  graph_.nodes.resize(kept);
  sources_.resize(kept);
}

void OnnxImporter::check_softmax_is_last() const {
  for (std::size_t i = 0; i + 1 < graph_.nodes.size(); ++i) {
    if (std::holds_alternative<network::Softmax>(graph_.nodes[i].operation)) {
      refuse(*sources_[i], "is not the last operation; a Softmax is supported only at the output");
    }
  }
}

/// The second 'fc1' becomes 'fc1_2'.
void OnnxImporter::make_names_unique() {
  std::set<std::string> taken;
  std::unordered_map<std::string, std::size_t> copies;
  for (network::Node& node : graph_.nodes) {
    const std::string base = node.name;
    while (!taken.insert(node.name).second) {
      node.name = fmt::format("{}_{}", base, ++copies.try_emplace(base, 1).first->second);
    }
  }
}

}  // namespace sigdel::import
