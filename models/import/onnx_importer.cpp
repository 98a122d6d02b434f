#include "models/import/onnx_importer.hpp"

#include <algorithm>
#include <cmath>

#include "models/import/onnx_operators.hpp"

namespace sigdel::import {
namespace {

/// "'a', 'b'"; at most three, then how many more.
std::string names_of(const std::vector<OnnxValueInfo>& values) {
  constexpr std::size_t kMost = 3;
  std::string names;
  for (std::size_t i = 0; i < std::min(values.size(), kMost); ++i) {
    names += fmt::format("{}'{}'", i == 0 ? "" : ", ", printable(values[i].name));
  }
  return values.size() > kMost ? fmt::format("{} and {} more", names, values.size() - kMost) : names;
}

std::string quoted(const Tensor& tensor) {
  return tensor.name.empty() ? "its constant" : fmt::format("its constant '{}'", tensor.name);
}

}  // namespace

network::Graph OnnxImporter::run() {
  add_input();
  for (const auto& [name, tensor] : model_.initialisers) {
    values_.emplace(name, Value{.constant = &tensor, .node = 0});
  }
  note_producers();
  for (const OnnxNode& node : model_.nodes) {
    import_node(node);
  }
  const OnnxValueInfo& output = last_output();
  keep_what_reaches(output_node(output));
  check_softmax_is_last();
  check_output_shape(output, graph_.output_shape());
  make_names_unique();
  return std::move(graph_);
}

bool OnnxImporter::has_input(const OnnxNode& node, std::size_t which) {
  return which < node.inputs.size() && !node.inputs[which].empty();
}

Value OnnxImporter::input(const OnnxNode& node, std::size_t which) const {
  const auto found = values_.find(node.inputs.at(which));
  if (found == values_.end()) {
    refuse_unknown(node, node.inputs[which]);
  }
  return found->second;
}

std::size_t OnnxImporter::activation(const OnnxNode& node, std::size_t which) const {
  const Value value = input(node, which);
  if (value.constant != nullptr) {
    refuse(node, "input {} ('{}') is a constant, the output of a node or of the network's input was expected", which,
           printable(node.inputs[which]));
  }
  if (value.affine != nullptr) {
    refuse_affine(*value.affine, fmt::format("'{}' ({})", node.name, node.op));
  }
  return value.node;
}

const Tensor& OnnxImporter::constant(const OnnxNode& node, std::size_t which) const {
  const Value value = input(node, which);
  if (value.constant == nullptr) {
    refuse(node, "input {} ('{}') is not a constant; an initialiser or a Constant node was expected", which,
           printable(node.inputs[which]));
  }
  if (!value.constant->defect.empty()) {
    refuse(node, "{} {}", quoted(*value.constant), value.constant->defect);
  }
  return *value.constant;
}

const std::vector<float>& OnnxImporter::weights(const OnnxNode& node, const Tensor& tensor) const {
  const auto* values = std::get_if<std::vector<float>>(&tensor.data);
  if (values == nullptr) {
    refuse(node, "{} holds integers, float32 (FLOAT) was expected", quoted(tensor));
  }
  if (values->empty()) {
    refuse(node, "{} is empty", quoted(tensor));
  }
  const auto bad = std::find_if_not(values->begin(), values->end(), [](float value) { return std::isfinite(value); });
  if (bad != values->end()) {
    refuse(node, "{} holds {} (element {}, counted from 0); all weights must be finite", quoted(tensor), *bad,
           bad - values->begin());
  }
  return *values;
}

const std::vector<std::int64_t>& OnnxImporter::integers(const OnnxNode& node, const Tensor& tensor) const {
  const auto* values = std::get_if<std::vector<std::int64_t>>(&tensor.data);
  if (values == nullptr) {
    refuse(node, "{} holds float32, integers were expected", quoted(tensor));
  }
  return *values;
}

std::int64_t OnnxImporter::integer(const OnnxNode& node, const std::string& attribute, std::int64_t otherwise) const {
  const auto found = node.attributes.find(attribute);
  if (found == node.attributes.end()) {
    return otherwise;
  }
  const auto* values = std::get_if<std::vector<std::int64_t>>(&found->second.data);
  if (values == nullptr || values->size() != 1) {
    refuse(node, "its attribute '{}' is not one integer", attribute);
  }
  return values->front();
}

float OnnxImporter::real(const OnnxNode& node, const std::string& attribute, float otherwise) const {
  const auto found = node.attributes.find(attribute);
  if (found == node.attributes.end()) {
    return otherwise;
  }
  const auto* values = std::get_if<std::vector<float>>(&found->second.data);
  if (values == nullptr || values->size() != 1) {
    refuse(node, "its attribute '{}' is not one float", attribute);
  }
  return values->front();
}

std::string OnnxImporter::text(const OnnxNode& node, const std::string& attribute, std::string otherwise) const {
  const auto found = node.attributes.find(attribute);
  if (found == node.attributes.end()) {
    return otherwise;
  }
  if (!found->second.text) {
    refuse(node, "its attribute '{}' is not a string", attribute);
  }
  return *found->second.text;
}

std::vector<std::int64_t> OnnxImporter::extents(const OnnxNode& node, const std::string& attribute, std::size_t count,
                                                std::int64_t otherwise) const {
  constexpr std::int64_t kLargest = 65535;
  const auto found = node.attributes.find(attribute);
  if (found == node.attributes.end()) {
    std::vector<std::int64_t> same(count, otherwise);  // braces would make it {count, otherwise}
    return same;
  }
  const auto* values = std::get_if<std::vector<std::int64_t>>(&found->second.data);
  if (values == nullptr || !found->second.defect.empty() || values->size() != count ||
      !std::all_of(values->begin(), values->end(), [](std::int64_t v) { return v >= 0 && v <= kLargest; })) {
    refuse(node, "its attribute '{}' is not {} integers in 0 .. {}; images with two axes beside the channels are read",
           attribute, count, kLargest);
  }
  return *values;
}

void OnnxImporter::refuse_affine(const Affine& affine, const std::string& reader) const {
  refuse(*affine.source,
         "cannot be folded: it folds into the convolution or fully connected layer right before it, or into one right "
         "behind it that has no padding; it is read by {}",
         reader);
}

void OnnxImporter::add(const OnnxNode& node, std::string name, network::Operation operation,
                       std::vector<std::size_t> inputs, network::Shape shape) {
  if (!checked_count(shape)) {
    refuse(node, "its output {} has more than {} elements", network::to_string(shape), kMaxElements);
  }
  bind(node, {.constant = nullptr, .node = graph_.nodes.size()});
  graph_.nodes.push_back({std::move(name), std::move(operation), std::move(inputs), std::move(shape)});
  sources_.push_back(&node);
}

void OnnxImporter::bind(const OnnxNode& node, Value value) {
  if (!values_.emplace(node.outputs.front(), value).second) {
    refuse(node, "makes '{}', which is also an input, an initialiser or another node's output",
           printable(node.outputs.front()));
  }
}

void OnnxImporter::add_input() {
  if (model_.inputs.size() != 1) {
    fail("{}: has {} inputs{}, one was expected", model_.file, model_.inputs.size(),
         model_.inputs.empty() ? "" : " (" + names_of(model_.inputs) + ")");
  }
  const OnnxValueInfo& info = model_.inputs.front();
  const std::string where = fmt::format("{}: input '{}'", model_.file, printable(info.name));
  if (info.type != "FLOAT") {
    fail("{}: is {}, float32 (FLOAT) was expected", where, info.type);
  }
  if (!info.axes || info.axes->size() < 2 || info.axes->size() > 8) {
    fail("{}: {}; a batch axis and one to seven others were expected", where,
         info.axes ? fmt::format("has {} axes", info.axes->size()) : "has no shape");
  }
  if (info.axes->front().value_or(1) != 1) {
    fail(
        "{}: its batch axis is {}, 1 or a named axis was expected; export the network for one frame, or with "
        "dynamic_axes",
        where, *info.axes->front());
  }
  network::Shape shape;
  for (std::size_t i = 1; i < info.axes->size(); ++i) {
    if ((*info.axes)[i].value_or(0) < 1) {
      fail("{}: axis {} has no fixed extent of 1 or more; only the batch axis (axis 0) may be dynamic", where, i);
    }
    shape.push_back(*(*info.axes)[i]);
  }
  if (!checked_count(shape)) {
    fail("{}: {} are more than {} elements", where, network::to_string(shape), kMaxElements);
  }
  values_.emplace(info.name, Value{.constant = nullptr, .node = 0});
  graph_.nodes.push_back({printable(info.name), network::Input{}, {}, std::move(shape)});
  sources_.push_back(nullptr);
}

void OnnxImporter::note_producers() {
  for (const OnnxNode& node : model_.nodes) {
    for (const std::string& output : node.outputs) {
      producers_.emplace(output, &node);
    }
  }
}

void OnnxImporter::import_node(const OnnxNode& node) {
  const OnnxOperator* row = find_operator(node.op);
  if (row == nullptr) {
    refuse(node, "this operator is not supported; supported are {}{}", supported_operators(), advice(node.op));
  }
  check_node(node, *row);
  row->handler(*this, node);
}

void OnnxImporter::check_node(const OnnxNode& node, const OnnxOperator& row) const {
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    if (has_input(node, i)) {
      static_cast<void>(input(node, i));  // it exists
    }
  }
  for (std::size_t i = 0; i < row.least_inputs; ++i) {
    if (!has_input(node, i)) {
      refuse(node, "has no input {}, {} are needed", i, row.least_inputs);
    }
  }
  if (node.inputs.size() > row.most_inputs) {
    refuse(node, "has {} inputs, at most {} are known", node.inputs.size(), row.most_inputs);
  }
  if (node.outputs.empty() || node.outputs.front().empty()) {
    refuse(node, "has no output");
  }
  for (const auto& [name, value] : node.attributes) {
    if (std::find(row.attributes.begin(), row.attributes.end(), name) == row.attributes.end()) {
      refuse(node, "its attribute '{}' is not supported", printable(name));
    }
  }
}

void OnnxImporter::refuse_unknown(const OnnxNode& node, const std::string& value) const {
  const std::string name = printable(value);
  const auto found = producers_.find(value);
  if (found == producers_.end()) {
    refuse(node, "reads '{}', which is no input of the network, no initialiser and no node's output", name);
  }
  const OnnxNode* producer = found->second;
  if (producer < &node) {
    refuse(node, "reads '{}', which is not the first output of '{}'; further outputs are not supported", name,
           producer->name);
  }
  refuse(node, "reads '{}', which {} makes: a cycle, or nodes that are not in order", name,
         producer == &node ? "it" : "the later node '" + producer->name + "'");
}

}  // namespace sigdel::import
