/// Importer and float reference against the operator cases that the ONNX project publishes (Debian: libonnx-testdata).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <map>

#include "models/base/errors.hpp"
#include "models/import/onnx_importer.hpp"
#include "models/import/onnx_model.hpp"
#include "models/import/onnx_operators.hpp"
#include "models/reference/float_graph.hpp"
#include "tests/support/onnx_case.hpp"

namespace sigdel {
namespace {

constexpr const char* kCases = "/usr/share/libonnx-testdata/data";

/// Whether all operators have a row in the importer's table.
bool is_ours(const test::OnnxCase& onnx_case) {
  return std::all_of(onnx_case.operators.begin(), onnx_case.operators.end(),
                     [](const std::string& op) { return import::find_operator(op) != nullptr; });
}

std::optional<network::Graph> import_case(const test::OnnxCase& onnx_case) {
  std::istringstream stream(onnx_case.model);
  try {
    const import::OnnxModel model = import::load_onnx(stream, "case");
    return import::OnnxImporter(model).run();
  } catch (const InputError&) {
    return std::nullopt;
  }
}

/// Both sides sum up to a few hundred float32 products in orders of their own: 1e-5 of the largest value holds them.
void compare(const test::OnnxCase& onnx_case, const network::Graph& graph) {
  const std::vector<float> outputs = reference::run_graph(graph, onnx_case.input, onnx_case.frames).outputs;
  ASSERT_EQ(outputs.size(), onnx_case.output.size());
  float largest = 0;
  for (const float value : onnx_case.output) {
    largest = std::max(largest, std::abs(value));
  }
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    ASSERT_NEAR(outputs[i], onnx_case.output[i], 1e-5F * largest) << "element " << i;
  }
}

TEST(OnnxConformance, PublishedCasesThatApplyPass) {
  if (!std::filesystem::is_directory(kCases)) {
    GTEST_SKIP() << "no folder " << kCases << ": install libonnx-testdata";
  }
  std::map<std::string, int> read;
  int ours = 0;
  for (const char* group : {"node", "simple", "pytorch-converted", "pytorch-operator"}) {
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(kCases) / group)) {
      const auto onnx_case = test::load_onnx_case(entry.path().string());
      if (!onnx_case || !is_ours(*onnx_case)) {
        continue;
      }
      ++ours;
      const auto graph = import_case(*onnx_case);
      if (graph && onnx_case->input.size() % onnx_case->frames == 0) {
        SCOPED_TRACE(entry.path().filename().string());
        ++read[onnx_case->operators.front()];
        compare(*onnx_case, *graph);
      }
    }
  }
  int applied = 0;
  for (const auto& [name, count] : read) {
    std::cout << name << " " << count << "\n";
    applied += count;
  }
  std::cout << ours << " cases of supported operators, " << applied << " read and compared\n";
  for (const char* name :
       {"AveragePool", "Conv", "Gemm", "GlobalAveragePool", "MaxPool", "Relu", "Resize", "Softmax"}) {
    EXPECT_GT(read[name], 0) << name;
  }
}

}  // namespace
}  // namespace sigdel
