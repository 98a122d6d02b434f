#include "tests/support/onnx_case.hpp"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace sigdel::test {
namespace {

using ::onnx::TensorProto;

template <class Proto>
std::optional<Proto> read(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  Proto proto;
  if (!stream || !proto.ParseFromIstream(&stream)) {
    return std::nullopt;
  }
  return proto;
}

bool is_float_batch(const std::optional<TensorProto>& tensor) {
  return tensor && tensor->data_type() == TensorProto::FLOAT && tensor->dims_size() >= 2 && tensor->dims(0) > 0;
}

std::vector<float> values_of(const TensorProto& tensor) {
  std::vector<float> values(tensor.float_data().begin(), tensor.float_data().end());
  if (!tensor.raw_data().empty()) {
    values.resize(tensor.raw_data().size() / sizeof(float));
    std::memcpy(values.data(), tensor.raw_data().data(), tensor.raw_data().size());
  }
  return values;
}

void name_batch(::onnx::ValueInfoProto& info) {
  auto& shape = *info.mutable_type()->mutable_tensor_type()->mutable_shape();
  if (shape.dim_size() > 0) {
    shape.mutable_dim(0)->set_dim_param("batch");
  }
}

/// Before version 7 Gemm said that its bias broadcasts; since, it always may.
void drop_broadcast(::onnx::NodeProto& node) {
  auto& attributes = *node.mutable_attribute();
  for (int i = attributes.size(); i-- > 0;) {
    if (attributes[i].name() == "broadcast") {
      attributes.DeleteSubrange(i, 1);
    }
  }
}

/// Which of the graph's inputs have no initialiser yet, in order: those that the case has files for.
std::vector<std::string> open_inputs(const ::onnx::GraphProto& graph) {
  std::vector<std::string> names;
  for (const auto& input : graph.input()) {
    bool given = false;
    for (const auto& initialiser : graph.initializer()) {
      given = given || initialiser.name() == input.name();
    }
    if (!given) {
      names.push_back(input.name());
    }
  }
  return names;
}

}  // namespace

std::optional<OnnxCase> load_onnx_case(const std::string& folder) {
  const std::filesystem::path path(folder);
  const std::filesystem::path data = path / "test_data_set_0";
  auto model = read<::onnx::ModelProto>(path / "model.onnx");
  const auto input = read<TensorProto>(data / "input_0.pb");
  const auto output = read<TensorProto>(data / "output_0.pb");
  if (!model || !is_float_batch(input) || !is_float_batch(output)) {
    return std::nullopt;
  }
  ::onnx::GraphProto& graph = *model->mutable_graph();
  const std::vector<std::string> names = open_inputs(graph);
  for (std::size_t i = 1; i < names.size(); ++i) {
    const auto value = read<TensorProto>(data / ("input_" + std::to_string(i) + ".pb"));
    if (!value) {
      return std::nullopt;
    }
    *graph.add_initializer() = *value;
    graph.mutable_initializer(graph.initializer_size() - 1)->set_name(names[i]);
  }
  for (auto& info : *graph.mutable_input()) {
    if (info.name() == names.front()) {
      name_batch(info);
    }
  }
  for (auto& info : *graph.mutable_output()) {
    name_batch(info);
  }
  for (auto& entry : *model->mutable_opset_import()) {
    entry.set_version(std::max<std::int64_t>(entry.version(), 7));
  }
  for (auto& node : *graph.mutable_node()) {
    drop_broadcast(node);
  }
  OnnxCase result{
      model->SerializeAsString(), {}, static_cast<std::size_t>(input->dims(0)), values_of(*input), values_of(*output)};
  for (const auto& node : graph.node()) {
    result.operators.push_back(node.op_type());
  }
  return result;
}

}  // namespace sigdel::test
