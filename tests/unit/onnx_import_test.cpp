/// What read_onnx accepts: the right weights, shapes, order and names.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/import/onnx.hpp"
#include "tests/support/onnx_builder.hpp"

namespace sigdel::import {
namespace {

using network::FullyConnected;
using network::Graph;
using network::Shape;
using test::kNamedAxis;
using test::OnnxBuilder;
using test::TempFile;
using testing::ElementsAre;

Graph read(const OnnxBuilder& builder) { return read_onnx(TempFile(builder.bytes()).path()); }

std::vector<std::string> names(const Graph& graph) {
  std::vector<std::string> all;
  for (const auto& node : graph.nodes) {
    all.push_back(node.name);
  }
  return all;
}

std::vector<std::string> operations(const Graph& graph) {
  std::vector<std::string> all;
  for (const auto& node : graph.nodes) {
    all.push_back(network::operation_name(node.operation));
  }
  return all;
}

const FullyConnected& layer(const Graph& graph, std::size_t node = 1) {
  return std::get<FullyConnected>(graph.nodes.at(node).operation);
}

/// Input [batch, 2], output y; W is 2 x 3, WT its transpose, b has 3 elements.
OnnxBuilder two_to_three() {
  OnnxBuilder builder;
  builder.input("x", {kNamedAxis, 2}).output("y", {kNamedAxis, 3});
  builder.floats("W", {2, 3}, {1, 2, 3, 4, 5, 6}).floats("WT", {3, 2}, {1, 4, 2, 5, 3, 6}).floats("b", {3}, {7, 8, 9});
  return builder;
}

TEST(OnnxGemm, TakesWeightsAndBiasAsTheyAre) {
  const Graph graph = read(two_to_three().node("Gemm", {"x", "W", "b"}, {"y"}));
  ASSERT_THAT(operations(graph), ElementsAre("input", "fully-connected"));
  EXPECT_EQ(graph.input_shape(), (Shape{2}));
  EXPECT_EQ(graph.output_shape(), (Shape{3}));
  EXPECT_THAT(graph.nodes[1].inputs, ElementsAre(0));
  EXPECT_EQ(layer(graph).inputs, 2);
  EXPECT_EQ(layer(graph).outputs, 3);
  EXPECT_THAT(layer(graph).weights, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(layer(graph).bias, ElementsAre(7, 8, 9));
}

TEST(OnnxGemm, TransposesItsSecondOperand) {
  const Graph graph = read(two_to_three().node("Gemm", {"x", "WT", "b"}, {"y"}, "", {{"transB", std::int64_t{1}}}));
  EXPECT_THAT(layer(graph).weights, ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(OnnxGemm, FoldsAlphaIntoTheWeightsAndBetaIntoTheBias) {
  const Graph graph = read(two_to_three().node("Gemm", {"x", "WT", "b"}, {"y"}, "",
                                               {{"transB", std::int64_t{1}}, {"alpha", 2.0F}, {"beta", -0.5F}}));
  EXPECT_THAT(layer(graph).weights, ElementsAre(2, 4, 6, 8, 10, 12));
  EXPECT_THAT(layer(graph).bias, ElementsAre(-3.5F, -4, -4.5F));
}

TEST(OnnxGemm, HasZeroBiasWithoutThirdOperand) {
  EXPECT_THAT(layer(read(two_to_three().node("Gemm", {"x", "W"}, {"y"}))).bias, ElementsAre(0, 0, 0));
  EXPECT_THAT(layer(read(two_to_three().node("Gemm", {"x", "W", ""}, {"y"}))).bias, ElementsAre(0, 0, 0));
}

TEST(OnnxGemm, BroadcastsTheBias) {
  EXPECT_THAT(layer(read(two_to_three().floats("c", {1, 3}, {1, 2, 3}).node("Gemm", {"x", "W", "c"}, {"y"}))).bias,
              ElementsAre(1, 2, 3));
  EXPECT_THAT(layer(read(two_to_three().floats("c", {}, {4}).node("Gemm", {"x", "W", "c"}, {"y"}))).bias,
              ElementsAre(4, 4, 4));
}

TEST(OnnxMatMul, IsALayerWithoutBias) {
  const Graph graph = read(two_to_three().node("MatMul", {"x", "W"}, {"y"}));
  EXPECT_THAT(layer(graph).weights, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(layer(graph).bias, ElementsAre(0, 0, 0));
}

TEST(OnnxAdd, BecomesTheBiasOfTheMatMulInEitherOrder) {
  for (const auto& operands : {OnnxBuilder::Names{"h", "b"}, OnnxBuilder::Names{"b", "h"}}) {
    const Graph graph =
        read(two_to_three().node("MatMul", {"x", "W"}, {"h"}, "first").node("Add", operands, {"y"}, "second"));
    EXPECT_THAT(names(graph), ElementsAre("x", "first"));
    EXPECT_THAT(layer(graph).weights, ElementsAre(1, 2, 3, 4, 5, 6));
    EXPECT_THAT(layer(graph).bias, ElementsAre(7, 8, 9));
    EXPECT_THAT(graph.nodes[1].inputs, ElementsAre(0));
  }
}

TEST(OnnxAdd, LeavesTheMatMulAsItIsForOtherReaders) {
  // Both a = x W + b and the bare h = x W are made; only h reaches the output.
  const Graph graph = read(two_to_three()
                               .node("MatMul", {"x", "W"}, {"h"})
                               .node("Add", {"h", "b"}, {"a"})
                               .node("Relu", {"a"}, {"unused"})
                               .node("Relu", {"h"}, {"y"}));
  EXPECT_THAT(operations(graph), ElementsAre("input", "fully-connected", "relu"));
  EXPECT_THAT(layer(graph).bias, ElementsAre(0, 0, 0));
}

TEST(OnnxGraph, KeepsTheOrderOfALongChain) {
  OnnxBuilder builder;
  builder.input("image", {1, 1, 2, 2}).output("prob", {1, 2});
  builder.floats("fc1.weight", {2, 4}, std::vector<float>(8, 1)).floats("fc1.bias", {2}, {1, 2});
  builder.floats("fc2.weight", {2, 2}, {1, 2, 3, 4});
  builder.node("Flatten", {"image"}, {"f"}, "/Flatten");
  builder.node("Gemm", {"f", "fc1.weight", "fc1.bias"}, {"g"}, "/fc1/Gemm", {{"transB", std::int64_t{1}}});
  builder.node("Relu", {"g"}, {"r"}).node("Dropout", {"r"}, {"d", "mask"}).node("Identity", {"d"}, {"i"});
  builder.node("MatMul", {"i", "fc2.weight"}, {"m"}).node("Softmax", {"m"}, {"prob"});
  const Graph graph = read(builder);
  EXPECT_THAT(operations(graph),
              ElementsAre("input", "flatten", "fully-connected", "relu", "fully-connected", "softmax"));
  EXPECT_THAT(names(graph), ElementsAre("image", "/Flatten", "fc1", "Relu_2", "fc2", "Softmax_6"));
  EXPECT_EQ(graph.input_shape(), (Shape{1, 2, 2}));
  EXPECT_EQ(graph.nodes[1].shape, (Shape{4}));
  for (std::size_t i = 1; i < graph.nodes.size(); ++i) {
    EXPECT_THAT(graph.nodes[i].inputs, ElementsAre(i - 1));
  }
}

TEST(OnnxGraph, LeavesOutWhatDoesNotReachTheOutput) {
  const Graph graph = read(two_to_three()
                               .node("Relu", {"x"}, {"side"}, "side")
                               .node("Gemm", {"x", "W"}, {"y"}, "main")
                               .node("Softmax", {"y"}, {"after"}, "after"));
  EXPECT_THAT(names(graph), ElementsAre("x", "main"));
}

TEST(OnnxNames, ComeFromWeightThenBiasThenModuleThenNodeThenOperator) {
  const auto name_of = [](const std::string& weight, const std::string& bias, const std::string& node) {
    OnnxBuilder builder;
    builder.input("x", {1, 1}).output("y").floats(weight, {1, 1}, {1}).floats(bias, {1}, {1});
    return read(builder.node("Gemm", {"x", weight, bias}, {"y"}, node)).nodes[1].name;
  };
  EXPECT_EQ(name_of("body.fc1.weight", "b", "/fc1/Gemm"), "body.fc1");
  EXPECT_EQ(name_of("onnx::MatMul_12", "fc1.bias", "/fc1/Gemm"), "fc1");
  EXPECT_EQ(name_of("W", "b", "/body/fc1/Gemm"), "body.fc1");
  EXPECT_EQ(name_of("W", "b", "/fc1/Gemm_1"), "fc1");
  EXPECT_EQ(name_of("W", "b", "/Gemm"), "/Gemm");
  EXPECT_EQ(name_of("W", "b", "/fc1/other"), "/fc1/other");
  EXPECT_EQ(name_of("W", "b", "layer one"), "layer one");
  EXPECT_EQ(name_of("W", "b", ""), "Gemm_0");
  EXPECT_EQ(name_of(".weight", "b", "n"), "n");
}

TEST(OnnxNames, OfAMatMulMayComeFromTheBias) {
  OnnxBuilder builder = two_to_three();
  builder.floats("fc7.bias", {3}, {1, 2, 3})
      .node("MatMul", {"x", "W"}, {"h"}, "/f/MatMul")
      .node("Add", {"fc7.bias", "h"}, {"y"});
  EXPECT_EQ(read(builder).nodes[1].name, "fc7");
}

TEST(OnnxNames, AreUniqueAndPrintable) {
  OnnxBuilder builder;
  builder.input("x", {1, 1}).output("y").floats("fc.weight", {1, 1}, {2});
  builder.node("MatMul", {"x", "fc.weight"}, {"a"}).node("Relu", {"a"}, {"b"}, "fc_2");
  builder.node("MatMul", {"b", "fc.weight"}, {"c"}).node("Relu", {"c"}, {"y"}, "tab\there\xff");
  EXPECT_THAT(names(read(builder)), ElementsAre("x", "fc", "fc_2", "fc_3", "tab?here?"));
}

TEST(OnnxConstants, AreReadFromTypedListsConstantNodesAndThroughIdentity) {
  OnnxBuilder builder;
  builder.input("x", {1, 2}).output("y").typed_floats("W", {2, 1}, {3, 4});
  builder.node("Identity", {"W"}, {"V"}).constant("b", {1}, {5});
  builder.node("Gemm", {"x", "V", "b"}, {"y"});
  const Graph graph = read(builder);
  EXPECT_THAT(layer(graph).weights, ElementsAre(3, 4));
  EXPECT_THAT(layer(graph).bias, ElementsAre(5));
}

TEST(OnnxConstants, MayAlsoBeListedAsInputs) {
  OnnxBuilder builder = two_to_three();
  builder.input("W", {2, 3});  // as files before IR version 4 do
  EXPECT_EQ(read(builder.node("Gemm", {"x", "W"}, {"y"})).nodes.size(), 2U);
}

TEST(OnnxFlatten, TakesEveryWayToWriteIt) {
  using Target = std::vector<std::int64_t>;
  for (const Target& target : {Target{-1, 6}, Target{1, 6}, Target{1, -1}, Target{0, -1}, Target{0, 6}}) {
    OnnxBuilder builder;
    builder.input("x", {kNamedAxis, 2, 3}).output("y").integers("shape", {2}, target);
    const Graph graph = read(builder.node("Reshape", {"x", "shape"}, {"y"}));
    EXPECT_THAT(operations(graph), ElementsAre("input", "flatten"));
    EXPECT_EQ(graph.output_shape(), (Shape{6}));
  }
  for (const std::int64_t axis : {1, -2}) {
    OnnxBuilder builder;
    builder.input("x", {1, 2, 3}).output("y");
    builder.node("Flatten", {"x"}, {"y"}, "", {{"axis", std::int64_t{axis == 1 ? 1 : -2}}});
    EXPECT_EQ(read(builder).output_shape(), (Shape{6}));
  }
}

TEST(OnnxSoftmax, TakesTheLastAxisByEveryName) {
  for (const std::int64_t axis : {1, -1}) {
    OnnxBuilder builder;
    builder.input("x", {1, 4}).output("y").node("Softmax", {"x"}, {"y"}, "", {{"axis", axis}});
    EXPECT_THAT(operations(read(builder)), ElementsAre("input", "softmax"));
  }
  OnnxBuilder old;
  old.opset(9).input("x", {1, 4}).output("y").node("Softmax", {"x"}, {"y"});
  EXPECT_THAT(operations(read(old)), ElementsAre("input", "softmax"));
}

TEST(OnnxDropout, ChangesNothingAtInference) {
  OnnxBuilder builder = two_to_three();
  builder.typed_floats("ratio", {}, {0.5F}).boolean("training", false);
  builder.node("Dropout", {"x", "ratio", "training"}, {"d"}).node("Gemm", {"d", "W"}, {"y"});
  EXPECT_THAT(operations(read(builder)), ElementsAre("input", "fully-connected"));
}

}  // namespace
}  // namespace sigdel::import
