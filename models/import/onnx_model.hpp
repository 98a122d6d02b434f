/// An ONNX file as plain data: what the protobuf messages said, with nothing interpreted yet. Only onnx_model.cpp and
/// onnx_tensor.cpp know protobuf.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "models/network/graph.hpp"

namespace sigdel::import {

/// No tensor may have more elements: neurons are numbered with 32 bits.
inline constexpr std::int64_t kMaxElements = 2147483647;

/// Number of elements, or nothing where an extent is negative or the product exceeds kMaxElements.
std::optional<std::int64_t> checked_count(const network::Shape& extents);

/// A name from a file as it may be printed: at most 80 characters, what is not printable ASCII replaced by '?'.
std::string printable(std::string_view name);

/// A constant: an initialiser or an attribute. float32 becomes float; int64 and bool become int64; C order.
struct Tensor {
  std::string name;        ///< printable; may be empty
  network::Shape extents;  ///< empty for a scalar; none negative unless there is a defect
  std::variant<std::vector<float>, std::vector<std::int64_t>> data;
  std::string defect;  ///< why it cannot be used: "is DOUBLE, not FLOAT"; empty if it can. Matters only when read.
  std::optional<std::string> text;  ///< of an attribute that is a string; it has a defect too
};

struct OnnxNode {
  std::string name;                 ///< printable; OPERATOR_INDEX ("Gemm_3") where the file gives none
  std::string op;                   ///< operator, printable; with its domain in front if that is not ONNX's own
  std::vector<std::string> inputs;  ///< names of values; "" is an input left out
  std::vector<std::string> outputs;
  std::map<std::string, Tensor> attributes;  ///< numbers have no extents, lists have one
};

/// What the file declares of an input or output of the network.
struct OnnxValueInfo {
  std::string name;
  std::string type;  ///< of its elements: "FLOAT"
  /// Extents, batch axis included; nothing where an extent is a name or unknown. No value: no shape is declared.
  std::optional<std::vector<std::optional<std::int64_t>>> axes;
};

struct OnnxModel {
  std::string file;
  std::int64_t opset = 0;             ///< version of ONNX's own operators
  std::vector<OnnxValueInfo> inputs;  ///< without those that initialisers give
  std::vector<OnnxValueInfo> outputs;
  std::unordered_map<std::string, Tensor> initialisers;
  std::vector<OnnxNode> nodes;  ///< in the file's order
};

/// Throws InputError that names the file: missing, no regular file, empty, truncated, no ONNX, no opset.
OnnxModel load_onnx(const std::string& file);
/// The same from a binary stream; `file` is what the errors call it.
OnnxModel load_onnx(std::istream& stream, const std::string& file);

}  // namespace sigdel::import
