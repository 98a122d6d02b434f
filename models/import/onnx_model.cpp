#include "models/import/onnx_model.hpp"

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <sstream>

#include "models/base/errors.hpp"
#include "models/base/read_file.hpp"
#include "models/import/onnx_tensor.hpp"

namespace sigdel::import {
namespace {

/// Since opset 7 Gemm and Add broadcast, and Dropout and Reshape are, as now.
constexpr std::int64_t kMinOpset = 7;

::onnx::ModelProto parse(std::istream& stream, const std::string& file) {
  const google::protobuf::LogSilencer silencer;
  ::onnx::ModelProto proto;
  if (!proto.ParseFromIstream(&stream)) {
    fail("{}: is not a complete ONNX file; truncated, damaged, or of another format", file);
  }
  if (!proto.has_graph()) {
    fail("{}: holds no network (ONNX graph); truncated, or of another format", file);
  }
  return proto;
}

bool is_own_domain(const std::string& domain) { return domain.empty() || domain == "ai.onnx"; }

std::int64_t own_opset(const std::string& file, const ::onnx::ModelProto& proto) {
  const auto& imports = proto.opset_import();
  const auto own =
      std::find_if(imports.begin(), imports.end(), [](const auto& entry) { return is_own_domain(entry.domain()); });
  if (own == imports.end()) {
    fail("{}: names no version of the ONNX operators (opset_import); truncated?", file);
  }
  if (own->version() < kMinOpset) {
    fail("{}: uses version {} of the ONNX operators, at least {} is needed; export it with a newer opset_version", file,
         own->version(), kMinOpset);
  }
  return own->version();
}

OnnxValueInfo read_value_info(const ::onnx::ValueInfoProto& proto) {
  const auto& tensor = proto.type().tensor_type();
  OnnxValueInfo info{.name = proto.name(), .type = type_name(tensor.elem_type()), .axes = {}};
  if (tensor.has_shape()) {
    info.axes.emplace();
    for (const auto& axis : tensor.shape().dim()) {
      info.axes->push_back(axis.has_dim_value() ? std::optional<std::int64_t>(axis.dim_value()) : std::nullopt);
    }
  }
  return info;
}

OnnxNode read_node(const std::string& file, const ::onnx::NodeProto& proto, int index) {
  OnnxNode node;
  node.op = printable(is_own_domain(proto.domain()) ? proto.op_type() : proto.domain() + "." + proto.op_type());
  node.name = proto.name().empty() ? fmt::format("{}_{}", node.op, index) : printable(proto.name());
  node.inputs.assign(proto.input().begin(), proto.input().end());
  node.outputs.assign(proto.output().begin(), proto.output().end());
  for (const auto& attribute : proto.attribute()) {
    if (!node.attributes.emplace(attribute.name(), read_attribute(attribute)).second) {
      fail("{}: node '{}' ({}): has the attribute '{}' twice", file, node.name, node.op, printable(attribute.name()));
    }
  }
  return node;
}

void read_initialisers(const ::onnx::GraphProto& graph, OnnxModel& model) {
  const auto insert = [&model](const std::string& name, Tensor tensor) {
    if (!model.initialisers.emplace(name, std::move(tensor)).second) {
      fail("{}: has two initialisers '{}'", model.file, printable(name));
    }
  };
  for (const auto& proto : graph.initializer()) {
    insert(proto.name(), read_tensor(proto));
  }
  for (const auto& proto : graph.sparse_initializer()) {
    Tensor tensor;
    tensor.name = printable(proto.values().name());
    tensor.defect = "is sparse, which is not read; store it dense";
    insert(proto.values().name(), std::move(tensor));
  }
}

}  // namespace

std::optional<std::int64_t> checked_count(const network::Shape& extents) {
  if (std::any_of(extents.begin(), extents.end(), [](std::int64_t extent) { return extent < 0; })) {
    return std::nullopt;
  }
  std::int64_t count = 1;
  for (const std::int64_t extent : extents) {
    if (extent != 0 && count > kMaxElements / extent) {
      return std::nullopt;
    }
    count *= extent;
  }
  return count;
}

std::string printable(std::string_view name) {
  constexpr std::size_t kLongest = 80;
  std::string text(name.substr(0, kLongest));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  if (name.size() > kLongest) {
    text.replace(kLongest - 3, 3, "...");
  }
  return text;
}

OnnxModel load_onnx(const std::string& file) {
  std::string bytes = read_file(file);
  if (bytes.empty()) {
    fail("{}: is empty, an ONNX file was expected", file);
  }
  std::istringstream stream(std::move(bytes));
  return load_onnx(stream, file);
}

OnnxModel load_onnx(std::istream& stream, const std::string& file) {
  const ::onnx::ModelProto proto = parse(stream, file);
  const ::onnx::GraphProto& graph = proto.graph();
  OnnxModel model;
  model.file = file;
  model.opset = own_opset(file, proto);
  read_initialisers(graph, model);
  for (const auto& input : graph.input()) {
    if (model.initialisers.count(input.name()) == 0) {
      model.inputs.push_back(read_value_info(input));
    }
  }
  for (const auto& output : graph.output()) {
    model.outputs.push_back(read_value_info(output));
  }
  for (const auto& node : graph.node()) {
    model.nodes.push_back(read_node(file, node, static_cast<int>(model.nodes.size())));
  }
  return model;
}

}  // namespace sigdel::import
