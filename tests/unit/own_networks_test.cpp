/// Importer and float reference on the project's own networks, node by node, against what PyTorch gives in float64:
/// tests/golden, written by tests/support/torch_golden.py.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "models/import/onnx.hpp"
#include "models/reference/float_graph.hpp"
#include "tests/support/idx_frames.hpp"

namespace sigdel {
namespace {

const std::string kSource = SIGDEL_SOURCE_DIR "/";

struct Sums {
  double sum = 0;
  double l1 = 0;
  double weighted = 0;  ///< element i times i mod 97: notices elements in a wrong order
  double largest = 0;
};

Sums sums_of(std::span<const float> values) {
  constexpr std::size_t kCycle = 97;
  Sums sums;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto value = static_cast<double>(values[i]);
    sums.sum += value;
    sums.l1 += std::abs(value);
    sums.weighted += value * static_cast<double>(i % kCycle);
    sums.largest = std::max(sums.largest, std::abs(value));
  }
  return sums;
}

class OwnNetwork : public testing::TestWithParam<const char*> {
 protected:
  OwnNetwork()
      : golden_(nlohmann::json::parse(std::ifstream(kSource + "tests/golden/" + GetParam() + ".json"))),
        graph_(import::read_onnx(kSource + golden_["network"].get<std::string>())),
        tensors_(graph_.nodes.size()) {
    const auto numbers = golden_["frames"].get<std::vector<std::size_t>>();
    const auto size = static_cast<std::size_t>(network::element_count(graph_.input_shape()));
    const auto frames = test::read_idx_frames(kSource + golden_["frames_file"].get<std::string>(), numbers, size);
    reference::run_graph(graph_, frames, numbers.size(), [&](std::size_t node, std::size_t, auto values) {
      tensors_[node].insert(tensors_[node].end(), values.begin(), values.end());
    });
  }

  /// Every element of every frame, to 2e-6 of the largest: 4e-7 was seen.
  void compare_elements(std::size_t node, const char* key) const {
    std::size_t i = 0;
    float largest = 0;
    float difference = 0;
    for (const auto& frame : golden_[key]) {
      for (const float value : frame) {
        largest = std::max(largest, std::abs(value));
        difference = std::max(difference, std::abs(value - tensors_[node].at(i++)));
      }
    }
    EXPECT_EQ(i, tensors_[node].size());
    std::cout << key << ": largest " << largest << ", largest difference " << difference << "\n";
    EXPECT_LE(difference, 2e-6F * largest) << key;
  }

  nlohmann::json golden_;
  network::Graph graph_;
  std::vector<std::vector<float>> tensors_;  ///< per node, all frames
};

TEST_P(OwnNetwork, HasPyTorchsOutputs) {
  compare_elements(graph_.nodes.size() - 2, "scores");
  compare_elements(graph_.nodes.size() - 1, "probabilities");
}

/// Sums cancel, so they are compared to a part of the sum of magnitudes: 5e-8 was seen.
void compare(const Sums& ours, const nlohmann::json& golden) {
  const auto l1 = golden["l1"].get<double>();
  ASSERT_GT(l1, 0);
  EXPECT_NEAR(ours.sum, golden["sum"], 1e-6 * l1);
  EXPECT_NEAR(ours.l1, golden["l1"], 1e-6 * l1);
  EXPECT_NEAR(ours.weighted, golden["weighted"], 1e-6 * 97 * l1);
  EXPECT_NEAR(ours.largest, golden["largest"], 2e-6 * golden["largest"].get<double>());
}

TEST_P(OwnNetwork, HasPyTorchsSumsAtEveryNode) {
  ASSERT_EQ(graph_.nodes.size(), golden_["nodes"].size() + 1);  // the input is not among them
  for (std::size_t i = 1; i < graph_.nodes.size(); ++i) {
    const nlohmann::json& golden = golden_["nodes"][i - 1];
    SCOPED_TRACE(graph_.nodes[i].name + ", " + golden["tensor"].get<std::string>());
    EXPECT_EQ(graph_.nodes[i].shape, golden["shape"].get<network::Shape>());
    compare(sums_of(tensors_[i]), golden);
  }
}

std::string test_name(const testing::TestParamInfo<const char*>& info) {
  return std::string(info.param) == "digits-vgg" ? "DigitsVgg" : "Mnist";
}

INSTANTIATE_TEST_SUITE_P(Golden, OwnNetwork, testing::Values("digits-vgg", "mnist-784-200-200-10"), test_name);

}  // namespace
}  // namespace sigdel
