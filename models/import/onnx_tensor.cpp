#include "models/import/onnx_tensor.hpp"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <cstring>

namespace sigdel::import {
namespace {

using ::onnx::AttributeProto;
using ::onnx::TensorProto;

/// `count` elements from `raw` (little-endian Stored, as this machine's) or else from protobuf's typed list `field`.
/// Returns the defect, empty if there is none; nothing is allocated before the lengths agree.
template <class Stored, class Field, class Element>
std::string copy_elements(const TensorProto& proto, const Field& field, std::size_t count,
                          std::vector<Element>& elements) {
  const std::string& raw = proto.raw_data();
  if (!proto.has_raw_data()) {
    if (static_cast<std::size_t>(field.size()) != count) {
      return fmt::format("holds {} elements, its extents need {}", field.size(), count);
    }
    elements.assign(field.begin(), field.end());
    return {};
  }
  if (raw.size() != count * sizeof(Stored)) {
    return fmt::format("holds {} bytes, its extents need {}", raw.size(), count * sizeof(Stored));
  }
  std::vector<Stored> stored(count);
  if (count > 0) {  // memcpy wants non-null pointers
    std::memcpy(stored.data(), raw.data(), raw.size());
  }
  elements.assign(stored.begin(), stored.end());
  return {};
}

std::string copy_data(const TensorProto& proto, std::size_t count, Tensor& tensor) {
  if (proto.data_location() == TensorProto::EXTERNAL || proto.external_data_size() > 0) {
    return "has its data in another file (external data), which is not read; save the model as one file";
  }
  switch (proto.data_type()) {
    case TensorProto::FLOAT:
      return copy_elements<float>(proto, proto.float_data(), count, tensor.data.emplace<std::vector<float>>());
    case TensorProto::INT64:
      return copy_elements<std::int64_t>(proto, proto.int64_data(), count,
                                         tensor.data.emplace<std::vector<std::int64_t>>());
    case TensorProto::BOOL:
      return copy_elements<std::uint8_t>(proto, proto.int32_data(), count,
                                         tensor.data.emplace<std::vector<std::int64_t>>());
    default:
      return fmt::format("is {}, which is not read; export the network in float32 (FLOAT)",
                         type_name(proto.data_type()));
  }
}

template <class Element, class Field>
Tensor list(const Field& field) {
  Tensor tensor;
  tensor.extents = {static_cast<std::int64_t>(field.size())};
  tensor.data = std::vector<Element>(field.begin(), field.end());
  return tensor;
}

template <class Element>
Tensor number(Element value) {
  Tensor tensor;
  tensor.data = std::vector<Element>{value};
  return tensor;
}

}  // namespace

Tensor read_tensor(const TensorProto& proto) {
  Tensor tensor;
  tensor.name = printable(proto.name());
  tensor.extents.assign(proto.dims().begin(), proto.dims().end());
  const std::optional<std::int64_t> count = checked_count(tensor.extents);
  if (proto.dims_size() > 8) {
    tensor.defect = fmt::format("has {} axes, more than the 8 that are read", proto.dims_size());
  } else if (!count) {
    tensor.defect = fmt::format("has the extents {}: one is negative, or there are more than {} elements",
                                network::to_string(tensor.extents), kMaxElements);
  } else {
    tensor.defect = copy_data(proto, static_cast<std::size_t>(*count), tensor);
  }
  return tensor;
}

Tensor read_attribute(const AttributeProto& proto) {
  switch (proto.type()) {
    case AttributeProto::FLOAT:
      return number(proto.f());
    case AttributeProto::INT:
      return number(std::int64_t{proto.i()});
    case AttributeProto::FLOATS:
      return list<float>(proto.floats());
    case AttributeProto::INTS:
      return list<std::int64_t>(proto.ints());
    case AttributeProto::TENSOR:
      return read_tensor(proto.t());
    default: {
      Tensor tensor;
      if (proto.type() == AttributeProto::STRING) {
        tensor.text = printable(proto.s());
      }
      tensor.defect = fmt::format("is {}, which is not read", AttributeProto::AttributeType_Name(proto.type()));
      return tensor;
    }
  }
}

std::string type_name(std::int32_t type) {
  return TensorProto::DataType_IsValid(type) ? TensorProto::DataType_Name(static_cast<TensorProto::DataType>(type))
                                             : fmt::format("type {}", type);
}

}  // namespace sigdel::import
