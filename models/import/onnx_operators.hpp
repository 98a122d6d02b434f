/// The ONNX operators that are read: one row per operator, one handler each. A new operator is a new row.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/import/onnx_importer.hpp"

namespace sigdel::import {

struct OnnxOperator {
  std::string_view name;
  /// Adds to the importer what the node means. Inputs exist, their number and the attributes' names are checked.
  void (*handler)(OnnxImporter&, const OnnxNode&);
  std::size_t least_inputs;
  std::size_t most_inputs;
  std::vector<std::string_view> attributes;  ///< those that the handler reads or that change nothing at inference
};

/// The row of that name, or null.
const OnnxOperator* find_operator(std::string_view name);
/// "Add, Constant, Dropout, ...".
std::string supported_operators();
/// What to do about an operator that is not supported: "; " and the advice, or empty.
std::string advice(std::string_view name);

void import_gemm(OnnxImporter& importer, const OnnxNode& node);
void import_matmul(OnnxImporter& importer, const OnnxNode& node);
void import_add(OnnxImporter& importer, const OnnxNode& node);
void import_relu(OnnxImporter& importer, const OnnxNode& node);
void import_softmax(OnnxImporter& importer, const OnnxNode& node);
void import_flatten(OnnxImporter& importer, const OnnxNode& node);
void import_reshape(OnnxImporter& importer, const OnnxNode& node);
void import_identity(OnnxImporter& importer, const OnnxNode& node);
void import_dropout(OnnxImporter& importer, const OnnxNode& node);
void import_constant(OnnxImporter& importer, const OnnxNode& node);
void import_conv(OnnxImporter& importer, const OnnxNode& node);
void import_batch_normalization(OnnxImporter& importer, const OnnxNode& node);
void import_max_pool(OnnxImporter& importer, const OnnxNode& node);
void import_average_pool(OnnxImporter& importer, const OnnxNode& node);
void import_global_average_pool(OnnxImporter& importer, const OnnxNode& node);
void import_concat(OnnxImporter& importer, const OnnxNode& node);
void import_resize(OnnxImporter& importer, const OnnxNode& node);
void import_clip(OnnxImporter& importer, const OnnxNode& node);

}  // namespace sigdel::import
