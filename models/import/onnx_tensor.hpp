/// Protobuf's tensors and attributes to Tensor. Private to the two files that know protobuf.
#pragma once

#include "models/import/onnx_model.hpp"

namespace onnx {
class AttributeProto;
class TensorProto;
}  // namespace onnx

namespace sigdel::import {

/// Never throws for what the file says: what cannot be used gets a defect.
Tensor read_tensor(const ::onnx::TensorProto& proto);
/// Integers, floats, lists of them, and tensors; anything else gets a defect.
Tensor read_attribute(const ::onnx::AttributeProto& proto);
/// "FLOAT", "DOUBLE", ...; "type 77" for a number that ONNX does not know.
std::string type_name(std::int32_t type);

}  // namespace sigdel::import
