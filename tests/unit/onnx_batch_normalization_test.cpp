/// Batch normalisations: folded into the weight layer before or behind, or refused by name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/base/errors.hpp"
#include "models/import/onnx.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/onnx_builder.hpp"

namespace sigdel::import {
namespace {

using network::Convolution;
using network::FullyConnected;
using network::Graph;
using test::OnnxBuilder;
using test::TempFile;
using testing::ElementsAre;
using testing::HasSubstr;

Graph read(const OnnxBuilder& builder) { return read_onnx(TempFile(builder.bytes()).path()); }

std::string refusal(const OnnxBuilder& builder) {
  return test::error_of([&] { static_cast<void>(read(builder)); });
}

/// Two channels: y0 = 2 (x0 - 1) / sqrt(3 + 1) + 5 = x0 + 4, y1 = 6 (x1 - 2) / sqrt(8 + 1) - 1 = 2 x1 - 5.
OnnxBuilder with_constants(const OnnxBuilder::Extents& extents) {
  OnnxBuilder builder;
  builder.input("x", extents).output("y");
  builder.floats("gain", {2}, {2, 6}).floats("offset", {2}, {5, -1});
  builder.floats("mean", {2}, {1, 2}).floats("variance", {2}, {3, 8});
  return builder;
}

void normalise(OnnxBuilder& builder, const std::string& from, const std::string& to,
               std::map<std::string, OnnxBuilder::Attribute> attributes = {}) {
  attributes.emplace("epsilon", 1.0F);
  builder.node("BatchNormalization", {from, "gain", "offset", "mean", "variance"}, {to}, "bn", attributes);
}

TEST(OnnxBatchNormalization, FoldsIntoTheConvolutionBefore) {
  OnnxBuilder builder = with_constants({1, 1, 3, 3});
  builder.floats("W", {2, 1, 1, 2}, {1, 2, 3, 4}).floats("b", {2}, {10, 20});
  builder.node("Conv", {"x", "W", "b"}, {"c"}, "conv", {{"pads", std::vector<std::int64_t>{1, 1, 1, 1}}});
  normalise(builder, "c", "y");
  const Graph graph = read(builder);
  ASSERT_EQ(graph.nodes.size(), 2U);
  EXPECT_EQ(graph.nodes[1].name, "conv");
  EXPECT_THAT(std::get<Convolution>(graph.nodes[1].operation).weights, ElementsAre(1, 2, 6, 8));
  EXPECT_THAT(std::get<Convolution>(graph.nodes[1].operation).bias, ElementsAre(14, 35));
}

TEST(OnnxBatchNormalization, LeavesTheConvolutionForOtherReaders) {
  OnnxBuilder builder = with_constants({1, 1, 1, 1});
  builder.floats("W", {2, 1, 1, 1}, {1, 3}).node("Conv", {"x", "W"}, {"c"}, "conv");
  normalise(builder, "c", "n");
  const Graph graph = read(builder.node("Add", {"c", "n"}, {"y"}, "sum"));
  ASSERT_EQ(graph.nodes.size(), 4U);
  EXPECT_THAT(std::get<Convolution>(graph.nodes[1].operation).weights, ElementsAre(1, 3));
  EXPECT_THAT(std::get<Convolution>(graph.nodes[2].operation).weights, ElementsAre(1, 6));
  EXPECT_EQ(graph.nodes[2].name, "conv_2");
}

TEST(OnnxBatchNormalization, FoldsIntoTheFullyConnectedLayerBefore) {
  OnnxBuilder builder = with_constants({1, 2});
  builder.floats("W", {2, 2}, {1, 2, 3, 4}).node("Gemm", {"x", "W"}, {"c"}, "fc");
  normalise(builder, "c", "y");
  const Graph graph = read(builder);
  EXPECT_THAT(std::get<FullyConnected>(graph.nodes[1].operation).weights, ElementsAre(1, 4, 3, 8));
  EXPECT_THAT(std::get<FullyConnected>(graph.nodes[1].operation).bias, ElementsAre(4, -5));
}

TEST(OnnxBatchNormalization, FoldsIntoTheLayerBehindWithoutPadding) {
  OnnxBuilder builder = with_constants({1, 2, 1, 1});
  normalise(builder, "x", "n");
  builder.floats("W", {1, 2, 1, 1}, {10, 100}).floats("b", {1}, {7});
  const Graph graph = read(builder.node("Conv", {"n", "W", "b"}, {"y"}, "conv"));
  ASSERT_EQ(graph.nodes.size(), 2U);
  EXPECT_THAT(std::get<Convolution>(graph.nodes[1].operation).weights, ElementsAre(10, 200));
  EXPECT_THAT(std::get<Convolution>(graph.nodes[1].operation).bias, ElementsAre(7 + 40 - 500));
  OnnxBuilder flat = with_constants({1, 2});
  normalise(flat, "x", "n");
  const Graph fc = read(flat.floats("W", {2, 1}, {10, 100}).node("MatMul", {"n", "W"}, {"y"}, "fc"));
  EXPECT_THAT(std::get<FullyConnected>(fc.nodes[1].operation).weights, ElementsAre(10, 200));
  EXPECT_THAT(std::get<FullyConnected>(fc.nodes[1].operation).bias, ElementsAre(-460));
}

TEST(OnnxBatchNormalization, FindsTheInputChannelsOfGroups) {
  OnnxBuilder builder = with_constants({1, 2, 1, 1});
  normalise(builder, "x", "n");
  builder.floats("W", {4, 1, 1, 1}, {1, 10, 100, 1000});  // outputs 0, 1 read channel 0; 2, 3 read channel 1
  const Graph graph = read(builder.node("Conv", {"n", "W"}, {"y"}, "conv", {{"group", std::int64_t{2}}}));
  EXPECT_THAT(std::get<Convolution>(graph.nodes[1].operation).weights, ElementsAre(1, 10, 200, 2000));
  EXPECT_THAT(std::get<Convolution>(graph.nodes[1].operation).bias, ElementsAre(4, 40, -500, -5000));
}

TEST(OnnxBatchNormalization, ThatCannotBeFoldedIsRefusedByName) {
  OnnxBuilder padded = with_constants({1, 2, 1, 1});
  normalise(padded, "x", "n");
  padded.floats("W", {1, 2, 1, 1}, {10, 100});
  padded.node("Conv", {"n", "W"}, {"y"}, "conv", {{"pads", std::vector<std::int64_t>{0, 1, 0, 0}}});
  EXPECT_THAT(refusal(padded), HasSubstr("node 'bn' (BatchNormalization): cannot be folded"));
  EXPECT_THAT(refusal(padded), HasSubstr("read by a convolution with padding"));
  OnnxBuilder pooled = with_constants({1, 2, 1, 1});
  normalise(pooled, "x", "n");
  EXPECT_THAT(refusal(pooled.node("Relu", {"n"}, {"y"}, "r")), HasSubstr("it is read by 'r' (Relu)"));
  OnnxBuilder last = with_constants({1, 2, 1, 1});
  last.node("Relu", {"x"}, {"r"});
  normalise(last, "r", "y");
  EXPECT_THAT(refusal(last), HasSubstr("it is read by the network's output"));
}

TEST(OnnxBatchNormalization, ChecksItsConstants) {
  OnnxBuilder three = with_constants({1, 3, 1, 1});
  normalise(three, "x", "y");
  EXPECT_THAT(refusal(three), HasSubstr("input 1 has 2 elements, one per channel was expected: 3"));
  OnnxBuilder negative = with_constants({1, 2, 1, 1});
  normalise(negative, "x", "y", {{"epsilon", -3.0F}});
  EXPECT_THAT(refusal(negative), HasSubstr("variance plus epsilon of channel 0 is 0"));
  OnnxBuilder training = with_constants({1, 2, 1, 1});
  normalise(training, "x", "y", {{"training_mode", std::int64_t{1}}});
  EXPECT_THAT(refusal(training), HasSubstr("is in training mode"));
}

}  // namespace
}  // namespace sigdel::import
