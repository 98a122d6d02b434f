/// Operators on images: shapes, attributes, what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/base/errors.hpp"
#include "models/import/onnx.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/onnx_builder.hpp"

namespace sigdel::import {
namespace {

using network::Graph;
using network::Shape;
using test::OnnxBuilder;
using test::TempFile;
using testing::ElementsAre;
using testing::HasSubstr;

using Attributes = std::map<std::string, OnnxBuilder::Attribute>;
using Integers = std::vector<std::int64_t>;

Graph read(const OnnxBuilder& builder) { return read_onnx(TempFile(builder.bytes()).path()); }

std::string refusal(const OnnxBuilder& builder) {
  return test::error_of([&] { static_cast<void>(read(builder)); });
}

/// Input x of one frame, output y.
OnnxBuilder image(const Shape& shape) {
  OnnxBuilder builder;
  OnnxBuilder::Extents extents{1};
  extents.insert(extents.end(), shape.begin(), shape.end());
  builder.input("x", extents).output("y");
  return builder;
}

/// A convolution "c" with weights of `kernel` extents.
OnnxBuilder conv(const Shape& shape, const OnnxBuilder::Extents& kernel, const Attributes& attributes = {}) {
  OnnxBuilder builder = image(shape);
  const auto count = static_cast<std::size_t>(network::element_count(kernel));
  builder.floats("W", kernel, std::vector<float>(count, 1.0F)).node("Conv", {"x", "W"}, {"y"}, "c", attributes);
  return builder;
}

OnnxBuilder pool(const std::string& op, const Shape& shape, const Attributes& attributes) {
  OnnxBuilder builder = image(shape);
  builder.node(op, {"x"}, {"y"}, "p", attributes);
  return builder;
}

Shape shape_of(const OnnxBuilder& builder) { return read(builder).output_shape(); }

// Expected extents are floor((n + pads - kernel) / stride) + 1, worked out by hand.

TEST(OnnxConv, StridesAndPadsGiveTheShape) {
  EXPECT_EQ(shape_of(conv({3, 227, 227}, {96, 3, 7, 7}, {{"strides", Integers{2, 2}}})), (Shape{96, 111, 111}));
  EXPECT_EQ(shape_of(conv({1, 5, 6}, {2, 1, 3, 3})), (Shape{2, 3, 4}));
  EXPECT_EQ(shape_of(conv({1, 5, 6}, {2, 1, 3, 3}, {{"pads", Integers{1, 1, 1, 1}}})), (Shape{2, 5, 6}));
  EXPECT_EQ(shape_of(conv({1, 5, 6}, {2, 1, 3, 2}, {{"pads", Integers{0, 1, 2, 3}}})), (Shape{2, 5, 9}));
  EXPECT_EQ(shape_of(conv({1, 5, 6}, {2, 1, 3, 3}, {{"strides", Integers{2, 3}}})), (Shape{2, 2, 2}));
}

TEST(OnnxConv, AutoPadIsWorkedOut) {
  const auto window = [](const std::string& how) {
    const Graph graph = read(conv({1, 6, 7}, {1, 1, 3, 4}, {{"auto_pad", how}, {"strides", Integers{2, 1}}}));
    return std::get<network::Convolution>(graph.nodes[1].operation).window;
  };
  EXPECT_THAT(window("SAME_UPPER").pad_begin, ElementsAre(0, 1));  // 3 rows need 2*2+3-6 = 1 pad, columns 3
  EXPECT_THAT(window("SAME_UPPER").pad_end, ElementsAre(1, 2));
  EXPECT_THAT(window("SAME_LOWER").pad_begin, ElementsAre(1, 2));
  EXPECT_THAT(window("SAME_LOWER").pad_end, ElementsAre(0, 1));
  EXPECT_THAT(window("VALID").pad_begin, ElementsAre(0, 0));
  EXPECT_EQ(shape_of(conv({1, 6, 7}, {1, 1, 3, 4}, {{"auto_pad", std::string("SAME_UPPER")}})), (Shape{1, 6, 7}));
}

TEST(OnnxConv, GroupsUpToDepthwise) {
  const Graph two = read(conv({4, 3, 3}, {6, 2, 1, 1}, {{"group", std::int64_t{2}}}));
  EXPECT_EQ(std::get<network::Convolution>(two.nodes[1].operation).groups, 2);
  EXPECT_EQ(shape_of(conv({4, 3, 3}, {8, 1, 3, 3}, {{"group", std::int64_t{4}}})), (Shape{8, 1, 1}));
}

TEST(OnnxConv, IsNamedAndTakesWeightsAndBias) {
  OnnxBuilder builder = image({1, 1, 2});
  builder.floats("stem.weight", {1, 1, 1, 2}, {3, 4}).floats("stem.bias", {1}, {5});
  const Graph graph = read(builder.node("Conv", {"x", "stem.weight", "stem.bias"}, {"y"}));
  const auto& layer = std::get<network::Convolution>(graph.nodes[1].operation);
  EXPECT_EQ(graph.nodes[1].name, "stem");
  EXPECT_THAT(layer.weights, ElementsAre(3, 4));
  EXPECT_THAT(layer.bias, ElementsAre(5));
  EXPECT_THAT(std::get<network::Convolution>(read(conv({1, 1, 1}, {2, 1, 1, 1})).nodes[1].operation).bias,
              ElementsAre(0, 0));
}

TEST(OnnxConv, IsRefusedByName) {
  const Shape shape{2, 5, 5};
  EXPECT_THAT(refusal(conv(shape, {1, 2, 3, 3}, {{"dilations", Integers{2, 2}}})),
              HasSubstr("node 'c' (Conv): is dilated (2, 2); only dilation 1"));
  EXPECT_THAT(refusal(conv(shape, {1, 2, 6, 3})), HasSubstr("window of 6x3 is larger than its input, 2x5x5"));
  EXPECT_THAT(refusal(conv(shape, {1, 3, 3, 3})), HasSubstr("take 3 channels in each of 1 groups, but 2 channels"));
  EXPECT_THAT(refusal(conv(shape, {1, 2, 3, 3}, {{"group", std::int64_t{3}}})),
              HasSubstr("its 3 groups do not divide"));
  EXPECT_THAT(refusal(conv(shape, {1, 2, 3, 3}, {{"group", std::int64_t{0}}})), HasSubstr("its 0 groups"));
  EXPECT_THAT(refusal(conv(shape, {1, 2, 3})), HasSubstr("'W' are 1x2x3; outputs x inputs x rows x columns"));
  EXPECT_THAT(refusal(conv({2, 5}, {1, 2, 3, 3})), HasSubstr("input 'x' is 2x5 per frame; channels x rows x columns"));
  EXPECT_THAT(refusal(conv(shape, {1, 2, 3, 3}, {{"kernel_shape", Integers{3, 2}}})), HasSubstr("its kernel_shape"));
  EXPECT_THAT(refusal(conv(shape, {1, 2, 3, 3}, {{"strides", Integers{0, 1}}})), HasSubstr("must be 1 or more"));
  EXPECT_THAT(refusal(conv(shape, {1, 2, 3, 3}, {{"strides", Integers{1}}})), HasSubstr("'strides' is not 2 integers"));
  EXPECT_THAT(refusal(conv(shape, {1, 2, 3, 3}, {{"pads", Integers{0, 0, 0, -1}}})), HasSubstr("'pads' is not 4"));
  EXPECT_THAT(refusal(conv(shape, {1, 2, 3, 3}, {{"auto_pad", std::string("FULL")}})), HasSubstr("auto_pad is 'FULL'"));
  EXPECT_THAT(refusal(conv(shape, {1, 2, 3, 3}, {{"auto_pad", std::int64_t{1}}})), HasSubstr("is not a string"));
  EXPECT_THAT(
      refusal(conv(shape, {1, 2, 3, 3}, {{"auto_pad", std::string("SAME_UPPER")}, {"pads", Integers{1, 1, 1, 1}}})),
      HasSubstr("both auto_pad SAME_UPPER and pads"));
}

TEST(OnnxPool, CeilModeAddsAWindowThatBeginsOnTheImage) {
  const auto extent = [](std::int64_t n, std::int64_t pad, std::int64_t ceil) {
    return shape_of(pool("MaxPool", {1, n, n},
                         {{"kernel_shape", Integers{3, 3}},
                          {"strides", Integers{2, 2}},
                          {"pads", Integers{pad, pad, pad, pad}},
                          {"ceil_mode", ceil}}))[1];
  };
  EXPECT_EQ(extent(111, 0, 1), 55);  // SqueezeNet's: exact
  EXPECT_EQ(extent(6, 0, 0), 2);
  EXPECT_EQ(extent(6, 0, 1), 3);
  EXPECT_EQ(extent(6, 1, 0), 3);
  EXPECT_EQ(extent(6, 1, 1), 4);
}

TEST(OnnxPool, NoWindowBeginsBehindTheImage) {
  // Kernel 1, stride 2, 3 elements and a pad: ceil would give a third window at the pad.
  const Attributes attributes{{"kernel_shape", Integers{2, 2}},
                              {"strides", Integers{3, 3}},
                              {"pads", Integers{0, 0, 1, 1}},
                              {"ceil_mode", std::int64_t{1}}};
  EXPECT_EQ(shape_of(pool("MaxPool", {1, 3, 4}, attributes)), (Shape{1, 1, 2}));
}

TEST(OnnxPool, AverageTakesCountIncludePad) {
  const auto counts = [](const Attributes& attributes) {
    Attributes all = attributes;
    all["kernel_shape"] = Integers{2, 2};
    all["pads"] = Integers{1, 1, 1, 1};
    return std::get<network::AveragePool>(read(pool("AveragePool", {1, 4, 4}, all)).nodes[1].operation).pads_count;
  };
  EXPECT_FALSE(counts({}));
  EXPECT_TRUE(counts({{"count_include_pad", std::int64_t{1}}}));
  EXPECT_EQ(shape_of(pool("GlobalAveragePool", {7, 4, 5}, {})), (Shape{7, 1, 1}));
}

TEST(OnnxPool, IsRefusedByName) {
  const Shape shape{1, 4, 4};
  EXPECT_THAT(refusal(pool("MaxPool", shape, {})), HasSubstr("node 'p' (MaxPool): has no attribute 'kernel_shape'"));
  EXPECT_THAT(refusal(pool("MaxPool", shape, {{"kernel_shape", Integers{2, 2}}, {"pads", Integers{2, 0, 0, 0}}})),
              HasSubstr("pads of 2 and 0 are not smaller than its window of 2"));
  EXPECT_THAT(refusal(pool("AveragePool", shape, {{"kernel_shape", Integers{5, 5}}})), HasSubstr("larger than its"));
  EXPECT_THAT(refusal(pool("AveragePool", shape,
                           {{"kernel_shape", Integers{3, 3}},
                            {"strides", Integers{2, 2}},
                            {"ceil_mode", std::int64_t{1}},
                            {"count_include_pad", std::int64_t{1}}})),
              HasSubstr("use one of the two only"));
  EXPECT_THAT(refusal(pool("MaxPool", shape, {{"kernel_shape", Integers{2, 2}}, {"dilations", Integers{1, 2}}})),
              HasSubstr("is dilated (1, 2)"));
}

TEST(OnnxBranches, ConcatAndAddReadSeveralNodes) {
  OnnxBuilder builder = image({2, 3, 3});
  builder.node("Relu", {"x"}, {"a"}, "a").node("Add", {"a", "x"}, {"s"}, "s");
  builder.node("Concat", {"a", "s", "x"}, {"y"}, "j", {{"axis", std::int64_t{-3}}});
  const Graph graph = read(builder);
  EXPECT_EQ(graph.output_shape(), (Shape{6, 3, 3}));
  EXPECT_THAT(graph.nodes[2].inputs, ElementsAre(1, 0));
  EXPECT_THAT(graph.nodes[3].inputs, ElementsAre(1, 2, 0));
}

TEST(OnnxBranches, OfSeveralOutputsTheOneThatReadsTheOthersIsTaken) {
  OnnxBuilder builder;
  builder.input("x", {1, 3}).output("prob", {1, 3}).output("logits", {1, 3});
  const Graph graph = read(builder.node("Relu", {"x"}, {"logits"}, "r").node("Softmax", {"logits"}, {"prob"}, "p"));
  EXPECT_EQ(graph.nodes.back().name, "p");
}

TEST(OnnxBranches, ThatDoNotFitAreRefused) {
  const auto joined = [](const std::string& op, const Attributes& attributes) {
    OnnxBuilder builder = image({2, 4, 4});
    builder.node("MaxPool", {"x"}, {"p"}, "p", {{"kernel_shape", Integers{2, 2}}});
    return refusal(builder.node(op, {"x", "p"}, {"y"}, "j", attributes));
  };
  EXPECT_THAT(joined("Add", {}), HasSubstr("node 'j' (Add): adds 'x' (2x4x4) and 'p' (2x3x3)"));
  EXPECT_THAT(joined("Concat", {{"axis", std::int64_t{1}}}), HasSubstr("joins 'x' (2x4x4) and 'p' (2x3x3)"));
  EXPECT_THAT(joined("Concat", {{"axis", std::int64_t{2}}}), HasSubstr("is along axis 2; only axis 1"));
}

OnnxBuilder resize(const Attributes& attributes, const std::vector<float>& scales) {
  OnnxBuilder builder = image({2, 3, 4});
  builder.floats("roi", {0}, {}).floats("s", {static_cast<std::int64_t>(scales.size())}, scales);
  builder.node("Resize", {"x", "roi", "s"}, {"y"}, "r", attributes);
  return builder;
}

TEST(OnnxResize, RepeatsPixelsAWholeNumberOfTimes) {
  const Attributes cut{{"coordinate_transformation_mode", std::string("asymmetric")},
                       {"nearest_mode", std::string("floor")}};
  EXPECT_EQ(shape_of(resize(cut, {1, 1, 2, 3})), (Shape{2, 6, 12}));
  EXPECT_EQ(shape_of(resize({}, {1, 1, 2, 1})), (Shape{2, 6, 4}));  // half_pixel, round_prefer_floor
  OnnxBuilder builder = image({2, 3, 4});
  builder.integers("sizes", {4}, {1, 2, 9, 8});
  EXPECT_EQ(shape_of(builder.node("Resize", {"x", "", "", "sizes"}, {"y"}, "r")), (Shape{2, 9, 8}));
}

TEST(OnnxResize, IsRefusedWhereItInterpolatesOrShrinks) {
  EXPECT_THAT(refusal(resize({{"mode", std::string("linear")}}, {1, 1, 2, 2})), HasSubstr("is linear, half_pixel"));
  EXPECT_THAT(refusal(resize({{"nearest_mode", std::string("ceil")}}, {1, 1, 2, 2})), HasSubstr("nearest, half_pixel"));
  EXPECT_THAT(refusal(resize({}, {1, 1, 1.5F, 2})), HasSubstr("only whole factors"));
  EXPECT_THAT(refusal(resize({}, {1, 2, 2, 2})), HasSubstr("only whole factors"));
  EXPECT_THAT(refusal(resize({}, {2, 2})), HasSubstr("only whole factors"));
  EXPECT_THAT(refusal(image({1, 2, 2}).node("Resize", {"x", ""}, {"y"}, "r")), HasSubstr("neither scales nor sizes"));
}

TEST(OnnxClip, FromZeroIsReluWithAnEnd) {
  OnnxBuilder builder = image({2});
  builder.floats("zero", {}, {0}).floats("six", {}, {6});
  const Graph graph = read(builder.node("Clip", {"x", "zero", "six"}, {"y"}, "c"));
  EXPECT_EQ(std::get<network::Clip>(graph.nodes[1].operation).high, 6);
  const Graph old = read(image({2}).opset(10).node("Clip", {"x"}, {"y"}, "c", {{"min", 0.0F}, {"max", 4.0F}}));
  EXPECT_EQ(std::get<network::Clip>(old.nodes[1].operation).high, 4);
  const Graph open = read(image({2}).opset(10).node("Clip", {"x"}, {"y"}, "c", {{"min", 0.0F}}));
  EXPECT_TRUE(std::holds_alternative<network::Relu>(open.nodes[1].operation));
  EXPECT_THAT(refusal(image({2}).opset(10).node("Clip", {"x"}, {"y"}, "c", {{"min", -1.0F}, {"max", 1.0F}})),
              HasSubstr("node 'c' (Clip): clips to -1 .. 1; only from 0"));
}

}  // namespace
}  // namespace sigdel::import
