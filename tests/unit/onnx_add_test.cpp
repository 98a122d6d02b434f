/// A constant that is added behind a convolution: the bias of those who write it as a node of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/import/onnx.hpp"
#include "models/reference/float_graph.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/onnx_builder.hpp"

namespace sigdel::import {
namespace {

using network::Convolution;
using network::Graph;
using test::OnnxBuilder;
using test::TempFile;
using testing::ElementsAre;
using testing::HasSubstr;

Graph read(const OnnxBuilder& builder) { return read_onnx(TempFile(builder.bytes()).path()); }

std::string refusal(const OnnxBuilder& builder) {
  return test::error_of([&] { static_cast<void>(read(builder)); });
}

/// A 1x1 convolution of a 1x2x3 image to two channels, named by nothing but its node, with bias (10, 20); it gives `c`.
OnnxBuilder two_channels() {
  OnnxBuilder builder;
  builder.input("x", {1, 1, 2, 3}).output("y").floats("W", {2, 1, 1, 1}, {3, 4}).floats("first", {2}, {10, 20});
  builder.node("Conv", {"x", "W", "first"}, {"c"}, "conv");
  return builder;
}

OnnxBuilder with_bias(const OnnxBuilder::Extents& extents, const std::vector<float>& values) {
  OnnxBuilder builder = two_channels();
  builder.floats("b", extents, values).node("Add", {"c", "b"}, {"y"}, "add");
  return builder;
}

std::vector<float> bias_of(const OnnxBuilder& builder) {
  const Graph graph = read(builder);
  EXPECT_EQ(graph.nodes.size(), 2U);  // the old convolution is gone, and so is the addition
  return std::get<Convolution>(graph.nodes.back().operation).bias;
}

TEST(OnnxAddBehindConv, FoldsOneElementPerChannelIntoTheConvolution) {
  EXPECT_THAT(bias_of(with_bias({2, 1, 1}, {1, 2})), ElementsAre(11, 22));
  EXPECT_THAT(bias_of(with_bias({1, 2, 1, 1}, {1, 2})), ElementsAre(11, 22));
}

TEST(OnnxAddBehindConv, FoldsOneElementForAllChannels) {
  EXPECT_THAT(bias_of(with_bias({1}, {5})), ElementsAre(15, 25));
  EXPECT_THAT(bias_of(with_bias({1, 1, 1, 1}, {5})), ElementsAre(15, 25));
}

TEST(OnnxAddBehindConv, TakesTheConstantFirstAndItsName) {
  const Graph graph =
      read(two_channels().floats("edge.bias", {2, 1, 1}, {1, 2}).node("Add", {"edge.bias", "c"}, {"y"}));
  EXPECT_EQ(graph.nodes.back().name, "edge");
  EXPECT_THAT(std::get<Convolution>(graph.nodes.back().operation).bias, ElementsAre(11, 22));
}

TEST(OnnxAddBehindConv, FoldsBetweenConvolutionAndBatchNormalisation) {
  OnnxBuilder builder = two_channels();
  builder.floats("b", {2, 1, 1}, {1, 2}).node("Add", {"c", "b"}, {"a"});
  builder.floats("gain", {2}, {2, 3}).floats("offset", {2}, {100, 200}).floats("mean", {2}, {1, 2});
  builder.floats("variance", {2}, {0.75F, 3.75F});
  builder.node("BatchNormalization", {"a", "gain", "offset", "mean", "variance"}, {"y"}, "n", {{"epsilon", 0.25F}});
  EXPECT_THAT(bias_of(builder), ElementsAre(100 + 2 * (11 - 1), 200 + 1.5 * (22 - 2)));
}

TEST(OnnxAddBehindConv, LeavesTheConvolutionAsItIsForOtherReaders) {
  OnnxBuilder builder = two_channels();
  builder.floats("b", {2, 1, 1}, {1, 2}).node("Add", {"c", "b"}, {"a"});
  const Graph graph = read(builder.node("Relu", {"c"}, {"r"}).node("Add", {"a", "r"}, {"y"}, "sum"));
  const std::vector<float> frame{1, 0, 0, 0, 0, -10};
  const std::vector<float> sums = reference::run_graph(graph, frame, 1).outputs;  // a + relu(c)
  EXPECT_THAT(sums, ElementsAre(27, 21, 21, 21, 21, -19, 50, 42, 42, 42, 42, -18));
}

TEST(OnnxAddBehindConv, RefusesWhatIsNotOnePerChannel) {
  EXPECT_THAT(refusal(with_bias({3}, {1, 2, 3})), HasSubstr("node 'add' (Add): its bias 'b' is 3, 2x1x1 or 1x2x1x1"));
  EXPECT_THAT(refusal(with_bias({2}, {1, 2})), HasSubstr("its bias 'b' is 2,"));       // would be one per column
  EXPECT_THAT(refusal(with_bias({2, 1}, {1, 2})), HasSubstr("its bias 'b' is 2x1,"));  // one per row
  EXPECT_THAT(refusal(with_bias({2, 2, 1}, {1, 2, 3, 4})), HasSubstr("its bias 'b' is 2x2x1,"));
  EXPECT_THAT(refusal(with_bias({1, 1, 1, 1, 1}, {1})), HasSubstr("its bias 'b' is 1x1x1x1x1,"));
}

TEST(OnnxAddBehindConv, RefusesASumThatIsNotFinite) {
  OnnxBuilder builder = two_channels();
  builder.floats("huge", {1}, {3e38F}).floats("b", {1}, {3e38F});
  builder.node("Add", {"c", "huge"}, {"d"}).node("Add", {"d", "b"}, {"y"}, "add");
  EXPECT_THAT(refusal(builder), HasSubstr("node 'add' (Add): its biases are not finite"));
}

TEST(OnnxAddBehindConv, RefusesAConstantBehindAnotherOperation) {
  OnnxBuilder builder = two_channels();
  builder.floats("b", {1}, {1}).node("Relu", {"c"}, {"r"}, "edge");
  EXPECT_THAT(
      refusal(builder.node("Add", {"r", "b"}, {"y"}, "add")),
      HasSubstr("node 'add' (Add): adds a constant to the output of 'edge' (relu); only a bias behind a MatMul, "
                "Gemm or Conv is supported"));
}

}  // namespace
}  // namespace sigdel::import
