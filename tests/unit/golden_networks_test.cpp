/// Importer and float reference on real networks, against golden vectors evaluated in float64. They are not part of the
/// project: SIGDEL_DATA names a folder that holds nets/, by default shared/data beside the checkout.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "models/import/onnx.hpp"
#include "models/network/inspect.hpp"
#include "models/reference/float_graph.hpp"
#include "tests/support/npy.hpp"

namespace sigdel {
namespace {

std::string nets_folder() {
  const char* data = std::getenv("SIGDEL_DATA");
  return data != nullptr ? std::string(data) + "/nets/" : SIGDEL_SOURCE_DIR "/../shared/data/nets/";
}

/// A network, its clip, and what is subtracted per channel.
struct Golden {
  std::string network;
  std::string tag;
  std::vector<float> mean;
  std::map<std::string, std::size_t> outputs;  ///< file's name: how many nodes before the last
};

std::ostream& operator<<(std::ostream& stream, const Golden& golden) { return stream << golden.tag; }

/// Sum and L1 norm of a tensor of frame 0.
struct Sums {
  double sum = 0;
  double l1 = 0;
};

struct Tensors {
  std::vector<Sums> first_frame;                  ///< per node
  std::map<std::size_t, std::vector<float>> all;  ///< of the nodes that are asked for
};

class GoldenNetwork : public testing::TestWithParam<Golden> {
 protected:
  void SetUp() override {
    if (!std::filesystem::is_directory(nets_folder())) {
      GTEST_SKIP() << "no folder " << nets_folder() << ": set SIGDEL_DATA to one that holds nets/";
    }
    graph_ = import::read_onnx(nets_folder() + GetParam().network + ".onnx");
  }

  [[nodiscard]] std::vector<float> frames() const {
    std::vector<float> values = test::read_npy(nets_folder() + GetParam().tag + "_input_u8.npy");
    const auto plane = static_cast<std::size_t>(graph_.input_shape()[1] * graph_.input_shape()[2]);
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] -= GetParam().mean[i / plane % 3];
    }
    return values;
  }

  [[nodiscard]] std::size_t output_node(std::size_t before_last) const { return graph_.nodes.size() - 1 - before_last; }

  [[nodiscard]] Tensors run() const {
    Tensors tensors{std::vector<Sums>(graph_.nodes.size()), {}};
    for (const auto& [name, before_last] : GetParam().outputs) {
      tensors.all[output_node(before_last)];
    }
    const auto observe = [&](std::size_t node, std::size_t first_frame, std::span<const float> values) {
      const auto each = static_cast<std::size_t>(network::element_count(graph_.nodes[node].shape));
      for (std::size_t i = 0; first_frame == 0 && i < each; ++i) {
        tensors.first_frame[node].sum += static_cast<double>(values[i]);
        tensors.first_frame[node].l1 += std::abs(static_cast<double>(values[i]));
      }
      if (tensors.all.count(node) > 0) {
        tensors.all[node].insert(tensors.all[node].end(), values.begin(), values.end());
      }
    };
    reference::run_graph(graph_, frames(), 4, observe);
    return tensors;
  }

  network::Graph graph_;
};

/// Sums cancel, so what float32 leaves of them is measured by the sum of magnitudes. The weights are exact, each
/// addition is off by 2^-24 (6e-8) of its result, and errors of many elements cancel: at most 1.4e-7 was seen, in 74
/// tensors of the four clips; other processors add in other orders.
constexpr double kOfSums = 2e-6;

void compare(const Sums& sums, double golden_sum, double golden_l1) {
  EXPECT_NEAR(sums.sum, golden_sum, kOfSums * golden_l1);
  EXPECT_NEAR(sums.l1, golden_l1, kOfSums * golden_l1);
}

/// No element may differ by more than 1e-5 of the largest; seen: 4e-7 to 2.7e-6, as sums of up to 4608 float32 products
/// are off.
void compare_outputs(const std::vector<float>& ours, const std::vector<float>& golden, const std::string& name) {
  ASSERT_EQ(ours.size(), golden.size());
  float largest = 0;
  float difference = 0;
  for (std::size_t i = 0; i < golden.size(); ++i) {
    largest = std::max(largest, std::abs(golden[i]));
    difference = std::max(difference, std::abs(golden[i] - ours[i]));
  }
  std::cout << name << ": largest " << largest << ", largest difference " << difference << "\n";
  EXPECT_LE(difference, 1e-5F * largest) << name;
}

TEST_P(GoldenNetwork, HasThePublishedOutputs) {
  const Tensors tensors = run();
  for (const auto& [name, before_last] : GetParam().outputs) {
    const std::string file = GetParam().tag + "_" + name;
    compare_outputs(tensors.all.at(output_node(before_last)), test::read_npy(nets_folder() + file + ".npy"), file);
  }
}

TEST_P(GoldenNetwork, HasThePublishedSumsOfEveryLayer) {
  const Tensors tensors = run();
  const auto layers = nlohmann::json::parse(std::ifstream(nets_folder() + GetParam().tag + "_layers.json"))["layers"];
  auto layer = layers.begin();
  const bool folded = layer->at("op") == "BatchNormalization";
  if (folded) {  // into the first convolution, whose input is then the frame
    compare(tensors.first_frame[0], layer->at("input_sum"), layer->at("input_l1"));
    ++layer;
  }
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
    const network::Node& node = graph_.nodes[i];
    if (network::parameter_count(node) == 0) {
      continue;
    }
    SCOPED_TRACE(node.name);
    ASSERT_NE(layer, layers.end());
    EXPECT_EQ(network::multiply_adds(node), layer->at("macs").get<std::int64_t>());
    if (!folded || node.inputs.front() != 0) {
      compare(tensors.first_frame[node.inputs.front()], layer->at("input_sum"), layer->at("input_l1"));
    }
    compare(tensors.first_frame[i], layer->at("output_before_relu_sum"), layer->at("output_before_relu_l1"));
    ++layer;
  }
  EXPECT_EQ(layer, layers.end());
}

const std::vector<float> kImageNetMean{104, 117, 123};
INSTANTIATE_TEST_SUITE_P(
    Real, GoldenNetwork,
    testing::Values(Golden{"squeezenet_v1.0", "squeezenet_bottle", kImageNetMean, {{"prob", 0}, {"logits", 1}}},
                    Golden{"squeezenet_v1.0", "squeezenet_driving", kImageNetMean, {{"prob", 0}, {"logits", 1}}},
                    Golden{"vgg19_blocks123", "vgg19_driving", {103.939F, 116.779F, 123.68F}, {{"pool3", 0}}},
                    Golden{"lanenet", "lanenet_driving", {0, 0, 0}, {{"final", 0}}}));

}  // namespace
}  // namespace sigdel
