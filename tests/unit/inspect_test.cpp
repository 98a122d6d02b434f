/// The text of `sigdel inspect`.
#include "models/network/inspect.hpp"

#include <gtest/gtest.h>

namespace sigdel::network {
namespace {

FullyConnected layer(std::int64_t inputs, std::int64_t outputs) {
  return {inputs, outputs, std::vector<float>(static_cast<std::size_t>(inputs * outputs)),
          std::vector<float>(static_cast<std::size_t>(outputs))};
}

Graph mnist() {
  return {{{"image", Input{}, {}, {1, 28, 28}},
           {"flatten", Flatten{}, {0}, {784}},
           {"fc1", layer(784, 200), {1}, {200}},
           {"relu", Relu{}, {2}, {200}},
           {"fc2", layer(200, 10), {3}, {10}},
           {"prob", Softmax{}, {4}, {10}}}};
}

TEST(Inspect, CountsParametersAndDenseOperations) {
  const Graph graph = mnist();
  EXPECT_EQ(parameter_count(graph.nodes[2]), 784 * 200 + 200);
  EXPECT_EQ(dense_operations(graph, graph.nodes[2]), 2 * 784 * 200);
  EXPECT_EQ(parameter_count(graph.nodes[3]), 0);
  EXPECT_EQ(dense_operations(graph, graph.nodes[3]), 0);
}

TEST(Inspect, PrintsAnAlignedTable) {
  EXPECT_EQ(inspect(mnist()),
            "input 1x28x28, output 10, 2 weight layers\n"
            "layer  name     operation        output   parameters  dense ops/frame\n"
            "-      image    input            1x28x28           0                0\n"
            "-      flatten  flatten          784               0                0\n"
            "0      fc1      fully-connected  200         157,000          313,600\n"
            "-      relu     relu             200               0                0\n"
            "1      fc2      fully-connected  10            2,010            4,000\n"
            "-      prob     softmax          10                0                0\n"
            "total                                        159,010          317,600\n"
            "dense ops/frame: multiplications and additions, as the paper counts them\n");
}

Convolution convolution(std::int64_t inputs, std::int64_t outputs, std::int64_t groups, const Window& window) {
  const auto weights = static_cast<std::size_t>(outputs * (inputs / groups) * window.kernel[0] * window.kernel[1]);
  return {inputs,
          outputs,
          groups,
          window,
          std::vector<float>(weights),
          std::vector<float>(static_cast<std::size_t>(outputs))};
}

/// VGG-19's first layer is 173,408,256 operations in the paper, borders not discounted.
TEST(Inspect, CountsASameConvolutionWithoutBorders) {
  const Window window{.kernel = {3, 3}, .stride = {1, 1}, .pad_begin = {1, 1}, .pad_end = {1, 1}};
  const Graph graph{{{"x", Input{}, {}, {3, 224, 224}}, {"c", convolution(3, 64, 1, window), {0}, {64, 224, 224}}}};
  EXPECT_EQ(parameter_count(graph.nodes[1]), 64 * 27 + 64);
  EXPECT_EQ(dense_operations(graph, graph.nodes[1]), 173408256);
  EXPECT_EQ(multiply_adds(graph.nodes[1]), 173408256 / 2);
}

/// Stride 2 and a pad: 3 positions along 5 elements touch 2 + 3 + 2 of them, so 49 pairs in place of 81.
TEST(Inspect, CountsOtherConvolutionsByTheirTrueFanOut) {
  const Window window{.kernel = {3, 3}, .stride = {2, 2}, .pad_begin = {1, 1}, .pad_end = {1, 1}};
  const Graph graph{{{"x", Input{}, {}, {4, 5, 5}}, {"c", convolution(4, 4, 4, window), {0}, {4, 3, 3}}}};
  EXPECT_EQ(dense_operations(graph, graph.nodes[1]), 2 * 4 * 49);
  EXPECT_EQ(multiply_adds(graph.nodes[1]), 4 * 81);
  EXPECT_NE(inspect(graph).find("padding included: convolution 324\n"), std::string::npos);
}

TEST(Inspect, GroupsDigitsByThree) {
  const Graph graph{{{"x", Input{}, {}, {1000}}, {"y", layer(1000, 1000), {0}, {1000}}}};
  const std::string text = inspect(graph);
  EXPECT_NE(text.find("1,001,000"), std::string::npos);
  EXPECT_NE(text.find("2,000,000"), std::string::npos);
  EXPECT_NE(text.find(" 1 weight layer\n"), std::string::npos);
}

}  // namespace
}  // namespace sigdel::network
