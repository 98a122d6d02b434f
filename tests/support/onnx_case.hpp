/// Operator cases as the ONNX project publishes them: a folder with model.onnx and test_data_set_0/{input,output}_N.pb.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace sigdel::test {

struct OnnxCase {
  std::string model;  ///< bytes of the file; one input, its batch axis named
  std::vector<std::string> operators;
  std::size_t frames = 0;
  std::vector<float> input;   ///< frames x elements
  std::vector<float> output;  ///< of the first output
};

/// Reads a case, rewritten to what an importer of networks takes: all inputs but the first become initialisers with
/// their values from the case, the first axis of input and output becomes the batch, and versions of the operators
/// below 7 are called 7, which is the same for those that are read but for Gemm's old `broadcast`. Nothing where the
/// first input or output is no float32 tensor with two axes or more.
std::optional<OnnxCase> load_onnx_case(const std::string& folder);

}  // namespace sigdel::test
