#include "tests/support/onnx_builder.hpp"

#include <onnx/onnx_pb.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace sigdel::test {
namespace {

using ::onnx::AttributeProto;
using ::onnx::TensorProto;

void set_shape(::onnx::ValueInfoProto& info, const OnnxBuilder::Extents& extents) {
  for (const std::int64_t extent : extents) {
    auto* axis = info.mutable_type()->mutable_tensor_type()->mutable_shape()->add_dim();
    if (extent == kNamedAxis) {
      axis->set_dim_param("batch");
    } else {
      axis->set_dim_value(extent);
    }
  }
}

void set_raw(TensorProto& tensor, const OnnxBuilder::Extents& extents, const std::vector<float>& values) {
  tensor.mutable_dims()->Assign(extents.begin(), extents.end());
  tensor.set_data_type(TensorProto::FLOAT);
  std::string raw;
  for (const float value : values) {
    raw.append(reinterpret_cast<const char*>(&value), sizeof(value));  // the bytes of a float, as raw_data wants them
  }
  tensor.set_raw_data(raw);
}

struct SetAttribute {
  AttributeProto& attribute;

  void operator()(std::int64_t value) const {
    attribute.set_type(AttributeProto::INT);
    attribute.set_i(value);
  }
  void operator()(float value) const {
    attribute.set_type(AttributeProto::FLOAT);
    attribute.set_f(value);
  }
  void operator()(const std::vector<std::int64_t>& values) const {
    attribute.set_type(AttributeProto::INTS);
    attribute.mutable_ints()->Assign(values.begin(), values.end());
  }
  void operator()(const std::vector<float>& values) const {
    attribute.set_type(AttributeProto::FLOATS);
    attribute.mutable_floats()->Assign(values.begin(), values.end());
  }
  void operator()(const std::string& value) const {
    attribute.set_type(AttributeProto::STRING);
    attribute.set_s(value);
  }
};

}  // namespace

struct OnnxBuilder::Model {
  ::onnx::ModelProto proto;

  ::onnx::GraphProto& graph() { return *proto.mutable_graph(); }
  TensorProto& add(const std::string& name, const Extents& extents, TensorProto::DataType type) {
    TensorProto& tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.mutable_dims()->Assign(extents.begin(), extents.end());
    tensor.set_data_type(type);
    return tensor;
  }
  TensorProto& last() { return *graph().mutable_initializer(graph().initializer_size() - 1); }
};

OnnxBuilder::OnnxBuilder() : model_(std::make_unique<Model>()) {
  model_->proto.set_ir_version(7);
  model_->graph().set_name("test");
  opset(13);
}
OnnxBuilder::OnnxBuilder(OnnxBuilder&&) noexcept = default;
OnnxBuilder& OnnxBuilder::operator=(OnnxBuilder&&) noexcept = default;
OnnxBuilder::~OnnxBuilder() = default;

OnnxBuilder& OnnxBuilder::opset(std::int64_t version, const std::string& domain) {
  model_->proto.clear_opset_import();
  auto* entry = model_->proto.add_opset_import();
  entry->set_domain(domain);
  entry->set_version(version);
  return *this;
}

OnnxBuilder& OnnxBuilder::input(const std::string& name, const Extents& extents, int type) {
  auto* info = model_->graph().add_input();
  info->set_name(name);
  info->mutable_type()->mutable_tensor_type()->set_elem_type(type);
  set_shape(*info, extents);
  return *this;
}

OnnxBuilder& OnnxBuilder::input_without_shape(const std::string& name) { return input(name, {}); }

OnnxBuilder& OnnxBuilder::output(const std::string& name, const Extents& extents) {
  auto* info = model_->graph().add_output();
  info->set_name(name);
  info->mutable_type()->mutable_tensor_type()->set_elem_type(TensorProto::FLOAT);
  set_shape(*info, extents);
  return *this;
}

OnnxBuilder& OnnxBuilder::floats(const std::string& name, const Extents& extents, const std::vector<float>& values) {
  set_raw(model_->add(name, extents, TensorProto::FLOAT), extents, values);
  return *this;
}

OnnxBuilder& OnnxBuilder::typed_floats(const std::string& name, const Extents& extents,
                                       const std::vector<float>& values) {
  model_->add(name, extents, TensorProto::FLOAT).mutable_float_data()->Assign(values.begin(), values.end());
  return *this;
}

OnnxBuilder& OnnxBuilder::doubles(const std::string& name, const Extents& extents, const std::vector<double>& values) {
  model_->add(name, extents, TensorProto::DOUBLE).mutable_double_data()->Assign(values.begin(), values.end());
  return *this;
}

OnnxBuilder& OnnxBuilder::integers(const std::string& name, const Extents& extents,
                                   const std::vector<std::int64_t>& values) {
  model_->add(name, extents, TensorProto::INT64).mutable_int64_data()->Assign(values.begin(), values.end());
  return *this;
}

OnnxBuilder& OnnxBuilder::boolean(const std::string& name, bool value) {
  model_->add(name, {}, TensorProto::BOOL).add_int32_data(value ? 1 : 0);
  return *this;
}

OnnxBuilder& OnnxBuilder::sparse(const std::string& name) {
  model_->graph().add_sparse_initializer()->mutable_values()->set_name(name);
  return *this;
}

OnnxBuilder& OnnxBuilder::make_external() {
  model_->last().clear_raw_data();
  model_->last().set_data_location(TensorProto::EXTERNAL);
  auto* entry = model_->last().add_external_data();
  entry->set_key("location");
  entry->set_value("weights.bin");
  return *this;
}

OnnxBuilder& OnnxBuilder::set_extents(const Extents& extents) {
  model_->last().mutable_dims()->Assign(extents.begin(), extents.end());
  return *this;
}

OnnxBuilder& OnnxBuilder::node(const std::string& op, const Names& inputs, const Names& outputs,
                               const std::string& name, const std::map<std::string, Attribute>& attributes) {
  auto* node = model_->graph().add_node();
  node->set_op_type(op);
  node->set_name(name);
  for (const std::string& input : inputs) {
    node->add_input(input);
  }
  for (const std::string& output : outputs) {
    node->add_output(output);
  }
  for (const auto& [key, value] : attributes) {
    AttributeProto& attribute = *node->add_attribute();
    attribute.set_name(key);
    std::visit(SetAttribute{attribute}, value);
  }
  return *this;
}

OnnxBuilder& OnnxBuilder::domain(const std::string& name) {
  model_->graph().mutable_node(model_->graph().node_size() - 1)->set_domain(name);
  return *this;
}

OnnxBuilder& OnnxBuilder::constant(const std::string& output, const Extents& extents,
                                   const std::vector<float>& values) {
  node("Constant", {}, {output});
  AttributeProto& attribute = *model_->graph().mutable_node(model_->graph().node_size() - 1)->add_attribute();
  attribute.set_name("value");
  attribute.set_type(AttributeProto::TENSOR);
  set_raw(*attribute.mutable_t(), extents, values);
  return *this;
}

std::string OnnxBuilder::bytes() const { return model_->proto.SerializeAsString(); }

TempFile::TempFile(const std::string& bytes)
    : path_((std::filesystem::temp_directory_path() / "sigdel-XXXXXX").string()) {
  const int descriptor = ::mkstemp(path_.data());
  if (descriptor < 0) {
    throw std::runtime_error("cannot create " + path_);
  }
  ::close(descriptor);
  write(bytes);
}

TempFile::~TempFile() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

void TempFile::write(const std::string& bytes) const {
  std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
}

}  // namespace sigdel::test
