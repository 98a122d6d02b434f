/// What read_onnx refuses: every case an InputError that names the file, the node or initialiser, and what is wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "models/base/errors.hpp"
#include "models/import/onnx.hpp"
#include "tests/support/onnx_builder.hpp"

namespace sigdel::import {
namespace {

using test::kNamedAxis;
using test::OnnxBuilder;
using test::TempFile;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

/// The message with which the file is refused; "" if it is read.
std::string refusal_of_file(const std::string& path) {
  try {
    static_cast<void>(read_onnx(path));
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), StartsWith(path + ":"));
    return error.what();
  }
  return "";
}

std::string refusal(const std::string& bytes) { return refusal_of_file(TempFile(bytes).path()); }
std::string refusal(const OnnxBuilder& builder) { return refusal(builder.bytes()); }

/// Input [batch, 2], output y, weights W of 2 x 3, bias b.
OnnxBuilder two_to_three() {
  OnnxBuilder builder;
  builder.input("x", {kNamedAxis, 2}).output("y");
  builder.floats("b", {3}, {7, 8, 9}).floats("W", {2, 3}, {1, 2, 3, 4, 5, 6});
  return builder;
}

/// A Gemm of that network, "fc", which must be refused.
std::string gemm_refusal(OnnxBuilder builder, const std::map<std::string, OnnxBuilder::Attribute>& attributes = {}) {
  std::string message = refusal(builder.node("Gemm", {"x", "W", "b"}, {"y"}, "fc", attributes));
  EXPECT_THAT(message, HasSubstr(": node 'fc' (Gemm): "));
  return message;
}

TEST(OnnxFile, MissingFolderEmptyOrNoOnnx) {
  EXPECT_THAT(refusal_of_file("/no/such/file.onnx"), HasSubstr("no such file"));
  EXPECT_THAT(refusal_of_file(std::filesystem::temp_directory_path().string()), HasSubstr("this is a folder"));
  EXPECT_THAT(refusal_of_file("/dev/null"), HasSubstr("not a regular file"));
  EXPECT_THAT(refusal(""), HasSubstr("is empty"));
  EXPECT_THAT(refusal("network: mnist\nlayers: 3\n"), HasSubstr("of another format"));
  EXPECT_THAT(refusal(std::string(1000, '\0')), HasSubstr("of another format"));
}

TEST(OnnxFile, TruncatedAnywhere) {
  const std::string bytes = two_to_three().node("Gemm", {"x", "W", "b"}, {"y"}, "fc").bytes();
  ASSERT_EQ(refusal(bytes), "");
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_NE(refusal(bytes.substr(0, length)), "") << length << " of " << bytes.size() << " bytes";
  }
}

TEST(OnnxFile, PrintsNothing) {
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  EXPECT_NE(refusal("network: mnist\n"), "");
  EXPECT_NE(refusal(two_to_three().bytes().substr(0, 60)), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

TEST(OnnxOpset, TooOldOrForeignOnly) {
  EXPECT_THAT(refusal(two_to_three().opset(6)), AllOf(HasSubstr("version 6"), HasSubstr("at least 7")));
  EXPECT_THAT(refusal(two_to_three().opset(1, "com.example")), HasSubstr("names no version"));
}

TEST(OnnxOperator, UnknownIsRefusedByNameWithTheListOfKnownOnes) {
  const std::string message = refusal(two_to_three().node("ConvTranspose", {"x", "W"}, {"y"}, "conv1"));
  EXPECT_THAT(message, AllOf(HasSubstr("node 'conv1' (ConvTranspose)"), HasSubstr("not supported"),
                             HasSubstr("Add, AveragePool, BatchNormalization, Clip, Concat, Constant, Conv, Dropout"),
                             HasSubstr("kernel axes flipped")));
  EXPECT_THAT(refusal(two_to_three().node("Relu", {"x"}, {"y"}, "r").domain("com.example")),
              HasSubstr("node 'r' (com.example.Relu): this operator is not supported"));
  EXPECT_THAT(refusal(two_to_three().node("", {"x"}, {"y"})), HasSubstr("node '_0' ()"));
  EXPECT_THAT(refusal(two_to_three().node("Conv\n\x1b[2J", {"x"}, {"y"}, std::string(500, 'a'))),
              HasSubstr("...' (Conv??[2J)"));
}

TEST(OnnxOperator, OfAnAvoidableKindIsRefusedWithAdvice) {
  EXPECT_THAT(refusal(two_to_three().node("Shape", {"x"}, {"s"}, "/Shape")),
              AllOf(HasSubstr("node '/Shape' (Shape)"), HasSubstr("use torch.flatten(x, 1)")));
  EXPECT_THAT(refusal(two_to_three().node("Transpose", {"W"}, {"T"}, "t")), HasSubstr("do_constant_folding=True"));
  EXPECT_THAT(refusal(two_to_three().node("LeakyRelu", {"x"}, {"y"}, "l")), HasSubstr("activations are Relu and Clip"));
  EXPECT_THAT(refusal(two_to_three().node("Upsample", {"x", "W"}, {"y"}, "u")), HasSubstr("which writes Resize"));
  EXPECT_THAT(refusal(two_to_three().node("QLinearConv", {"x"}, {"y"}, "q")), HasSubstr("before it is quantised"));
}

TEST(OnnxOperator, ChecksNumbersOfInputsAndOutputsAndAttributeNames) {
  EXPECT_THAT(refusal(two_to_three().node("Gemm", {"x"}, {"y"}, "fc")), HasSubstr("'fc' (Gemm): has no input 1"));
  EXPECT_THAT(refusal(two_to_three().node("Gemm", {"", "W"}, {"y"}, "fc")), HasSubstr("'fc' (Gemm): has no input 0"));
  EXPECT_THAT(refusal(two_to_three().node("Relu", {"x", "x"}, {"y"}, "r")), HasSubstr("has 2 inputs, at most 1"));
  EXPECT_THAT(refusal(two_to_three().node("Relu", {"x"}, {}, "r")), HasSubstr("'r' (Relu): has no output"));
  EXPECT_THAT(gemm_refusal(two_to_three(), {{"broadcast", std::int64_t{1}}}), HasSubstr("attribute 'broadcast'"));
  EXPECT_THAT(gemm_refusal(two_to_three(), {{"transB", 1.0F}}), HasSubstr("'transB' is not one integer"));
  EXPECT_THAT(gemm_refusal(two_to_three(), {{"alpha", std::int64_t{1}}}), HasSubstr("'alpha' is not one float"));
  EXPECT_THAT(gemm_refusal(two_to_three(), {{"alpha", std::string("1")}}), HasSubstr("'alpha' is not one float"));
}

TEST(OnnxWeights, NotFinite) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  OnnxBuilder builder;
  builder.input("x", {1, 2}).output("y").floats("b", {1}, {0}).floats("W", {2, 1}, {1, nan});
  EXPECT_THAT(gemm_refusal(std::move(builder)), AllOf(HasSubstr("'W' holds nan (element 1"), HasSubstr("finite")));
  OnnxBuilder with_bias;
  with_bias.input("x", {1, 2}).output("y").floats("b", {1}, {-inf}).floats("W", {2, 1}, {1, 2});
  EXPECT_THAT(gemm_refusal(std::move(with_bias)), HasSubstr("'b' holds -inf (element 0"));
  EXPECT_THAT(gemm_refusal(two_to_three(), {{"alpha", 3e38F}}), HasSubstr("weights are not finite"));
  EXPECT_THAT(gemm_refusal(two_to_three(), {{"beta", nan}}), HasSubstr("biases are not finite"));
}

TEST(OnnxWeights, ExtentsThatAreNegativeHugeOrDoNotMatchTheData) {
  constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();
  EXPECT_THAT(gemm_refusal(std::move(two_to_three().set_extents({2, 4}))), HasSubstr("'W' holds 24 bytes"));
  EXPECT_THAT(gemm_refusal(std::move(two_to_three().set_extents({-2, -3}))), HasSubstr("-2x-3: one is negative"));
  EXPECT_THAT(gemm_refusal(std::move(two_to_three().set_extents({kHuge, kHuge}))), HasSubstr("more than 2147483647"));
  EXPECT_THAT(gemm_refusal(std::move(two_to_three().set_extents({4294967296, 4294967296}))), HasSubstr("more than"));
  EXPECT_THAT(gemm_refusal(std::move(two_to_three().set_extents({2, 1000000000}))), HasSubstr("need 8000000000"));
  EXPECT_THAT(gemm_refusal(std::move(two_to_three().set_extents({6}))), HasSubstr("'W' are 6, two axes were expected"));
  EXPECT_THAT(gemm_refusal(std::move(two_to_three().set_extents({2, 0}))), HasSubstr("'W' holds 24 bytes"));
  EXPECT_THAT(gemm_refusal(std::move(two_to_three().set_extents({1, 1, 1, 1, 1, 1, 1, 2, 3}))), HasSubstr("9 axes"));
  EXPECT_THAT(refusal(two_to_three().typed_floats("V", {2, 3}, {1}).node("MatMul", {"x", "V"}, {"y"}, "m")),
              HasSubstr("node 'm' (MatMul): its constant 'V' holds 1 elements, its extents need 6"));
  EXPECT_THAT(refusal(two_to_three().floats("V", {2, 0}, {}).node("MatMul", {"x", "V"}, {"y"}, "m")),
              HasSubstr("'V' is empty"));
}

TEST(OnnxWeights, OfATypeOrPlaceThatIsNotRead) {
  EXPECT_THAT(refusal(two_to_three().doubles("V", {2, 1}, {1, 2}).node("MatMul", {"x", "V"}, {"y"}, "m")),
              AllOf(HasSubstr("node 'm' (MatMul): its constant 'V' is DOUBLE"), HasSubstr("float32")));
  EXPECT_THAT(refusal(two_to_three().integers("V", {2, 1}, {1, 2}).node("MatMul", {"x", "V"}, {"y"}, "m")),
              HasSubstr("'V' holds integers"));
  EXPECT_THAT(gemm_refusal(std::move(two_to_three().make_external())), HasSubstr("external data"));
  EXPECT_THAT(refusal(two_to_three().sparse("V").node("MatMul", {"x", "V"}, {"y"}, "m")), HasSubstr("is sparse"));
  EXPECT_THAT(refusal(two_to_three().floats("W", {1}, {1})), HasSubstr("two initialisers 'W'"));
}

TEST(OnnxWeights, ThatDoNotFitTheInput) {
  EXPECT_THAT(gemm_refusal(two_to_three(), {{"transB", std::int64_t{1}}}), HasSubstr("take 3 inputs, but 2 arrive"));
  EXPECT_THAT(gemm_refusal(two_to_three(), {{"transA", std::int64_t{1}}}), HasSubstr("transA"));
  EXPECT_THAT(refusal(two_to_three().floats("c", {2}, {1, 2}).node("Gemm", {"x", "W", "c"}, {"y"}, "fc")),
              HasSubstr("bias 'c' is 2, 3 or 1x3 was expected"));
  EXPECT_THAT(refusal(two_to_three().floats("c", {3, 1}, {1, 2, 3}).node("Gemm", {"x", "W", "c"}, {"y"}, "fc")),
              HasSubstr("bias 'c' is 3x1"));
  OnnxBuilder deep;
  deep.input("x", {1, 5, 2}).output("y").floats("W", {2, 1}, {1, 2}).node("MatMul", {"x", "W"}, {"y"}, "m");
  EXPECT_THAT(refusal(deep),
              HasSubstr("node 'm' (MatMul): its input is 5x2 per frame, one axis was expected; put a Fl"));
}

TEST(OnnxWeights, ThatAreNoConstantOrWhereNoneMayBe) {
  EXPECT_THAT(refusal(two_to_three().node("MatMul", {"W", "x"}, {"y"}, "m")), HasSubstr("input 0 ('W') is a constant"));
  EXPECT_THAT(refusal(two_to_three().node("MatMul", {"x", "x"}, {"y"}, "m")), HasSubstr("1 ('x') is not a constant"));
  EXPECT_THAT(refusal(two_to_three().node("Relu", {"W"}, {"y"}, "r")), HasSubstr("'r' (Relu): input 0 ('W') is a con"));
  EXPECT_THAT(refusal(two_to_three().node("Add", {"x", "b"}, {"y"}, "a")), HasSubstr("to the output of 'x' (input)"));
  EXPECT_THAT(refusal(two_to_three().node("Add", {"b", "b"}, {"y"}, "a")), HasSubstr("input 1 ('b') is a constant"));
}

TEST(OnnxEdges, MissingLateCyclicOrMadeTwice) {
  EXPECT_THAT(refusal(two_to_three().node("Gemm", {"x", "fc.weight"}, {"y"}, "fc")),
              HasSubstr("node 'fc' (Gemm): reads 'fc.weight', which is no input of the network, no initialiser"));
  EXPECT_THAT(refusal(two_to_three().node("Relu", {"y"}, {"y"}, "r")), HasSubstr("reads 'y', which it makes: a cycle"));
  EXPECT_THAT(refusal(two_to_three().node("Relu", {"q"}, {"p"}, "first").node("Relu", {"p"}, {"q"}, "second")),
              HasSubstr("node 'first' (Relu): reads 'q', which the later node 'second' makes: a cycle, or"));
  EXPECT_THAT(refusal(two_to_three().node("Dropout", {"x"}, {"d", "mask"}, "drop").node("Relu", {"mask"}, {"y"})),
              HasSubstr("reads 'mask', which is not the first output of 'drop'"));
  EXPECT_THAT(refusal(two_to_three().node("Relu", {"x"}, {"x"}, "r")),
              HasSubstr("'r' (Relu): makes 'x', which is also"));
  EXPECT_THAT(refusal(two_to_three().node("Relu", {"x"}, {"W"}, "r")),
              HasSubstr("'r' (Relu): makes 'W', which is also"));
}

TEST(OnnxOutputs, NoneSeveralUnknownOrTrivial) {
  OnnxBuilder none;
  none.input("x", {1, 2}).node("Relu", {"x"}, {"y"});
  EXPECT_THAT(refusal(none), HasSubstr("has 0 outputs, one was expected"));
  EXPECT_THAT(refusal(two_to_three().output("z").node("Relu", {"x"}, {"y"}).node("Relu", {"x"}, {"z"})),
              HasSubstr("has 2 outputs, and 'z' does not depend on 'y': one was expected"));
  EXPECT_THAT(refusal(two_to_three()), HasSubstr("output 'y' is not made by any node"));
  EXPECT_THAT(refusal(two_to_three().node("Identity", {"x"}, {"y"})), HasSubstr("output 'y' is the network's input"));
  EXPECT_THAT(refusal(two_to_three().node("Identity", {"W"}, {"y"})), HasSubstr("output 'y' is a constant"));
  OnnxBuilder other;
  other.input("x", {1, 2}).output("y", {1, 3}).node("Relu", {"x"}, {"y"}, "r");
  EXPECT_THAT(refusal(other), HasSubstr("output 'y': node 'r' (Relu) gives 2 per frame, the file declares another"));
}

TEST(OnnxInputs, NoneSeveralOrOfAWrongShape) {
  const auto with_input = [](const OnnxBuilder::Extents& extents, int type = 1) {
    OnnxBuilder builder;
    return refusal(builder.input("x", extents, type).output("y").node("Relu", {"x"}, {"y"}));
  };
  EXPECT_THAT(refusal(OnnxBuilder().output("y")), HasSubstr("has 0 inputs, one was expected"));
  EXPECT_THAT(refusal(two_to_three().input("z", {1, 2})), HasSubstr("has 2 inputs ('x', 'z'), one was expected"));
  EXPECT_THAT(with_input({}), HasSubstr("input 'x': has no shape; a batch axis"));
  EXPECT_THAT(with_input({1}), HasSubstr("input 'x': has 1 axes"));
  EXPECT_THAT(with_input({16, 784}), AllOf(HasSubstr("input 'x': its batch axis is 16"), HasSubstr("dynamic_axes")));
  EXPECT_THAT(with_input({0, 784}), HasSubstr("its batch axis is 0"));
  EXPECT_THAT(with_input({kNamedAxis, kNamedAxis}), HasSubstr("axis 1 has no fixed extent"));
  EXPECT_THAT(with_input({1, 0}), HasSubstr("axis 1 has no fixed extent"));
  EXPECT_THAT(with_input({1, -784}), HasSubstr("axis 1 has no fixed extent"));
  EXPECT_THAT(with_input({1, 4294967296, 4294967296}), HasSubstr("more than 2147483647 elements"));
  EXPECT_THAT(with_input({1, 784}, 11), HasSubstr("input 'x': is DOUBLE"));
  EXPECT_THAT(with_input({1, 784}, 77), HasSubstr("input 'x': is type 77"));
}

TEST(OnnxShapes, ThatAreNotSupported) {
  const auto from_2x3 = [](OnnxBuilder builder) { return refusal(builder.input("x", {1, 2, 3}).output("y")); };
  for (const std::int64_t axis : {0, 2, -1, 9}) {
    EXPECT_THAT(from_2x3(std::move(OnnxBuilder().node("Flatten", {"x"}, {"y"}, "f", {{"axis", axis}}))),
                HasSubstr(fmt::format("node 'f' (Flatten): flattens from axis {}", axis)));
  }
  using Target = std::vector<std::int64_t>;
  for (const Target& target : {Target{-1, -1}, Target{6}, Target{-1}, Target{2, 3}, Target{6, 1}, Target{0, 0},
                               Target{1, 2, 3}, Target{1, 7}, Target{}}) {
    OnnxBuilder builder;
    builder.integers("shape", {static_cast<std::int64_t>(target.size())}, target);
    builder.node("Reshape", {"x", "shape"}, {"y"}, "r");
    EXPECT_THAT(from_2x3(std::move(builder)), HasSubstr("node 'r' (Reshape): reshapes 2x3 per frame to ["));
  }
  EXPECT_THAT(from_2x3(std::move(OnnxBuilder().node("Softmax", {"x"}, {"y"}, "s", {{"axis", std::int64_t{1}}}))),
              HasSubstr("node 's' (Softmax): is over axis 1 of [batch, 2x3]; only the last axis (2 or -1)"));
}

TEST(OnnxSoftmax, NotLastIsRefused) {
  EXPECT_THAT(refusal(two_to_three().node("Softmax", {"x"}, {"s"}, "soft").node("Gemm", {"s", "W"}, {"y"})),
              HasSubstr("node 'soft' (Softmax): is not the last operation"));
}

TEST(OnnxDropout, InTrainingIsRefused) {
  OnnxBuilder builder = two_to_three();
  builder.boolean("training", true).node("Dropout", {"x", "", "training"}, {"d"}, "drop");
  EXPECT_THAT(refusal(builder.node("Gemm", {"d", "W"}, {"y"})),
              HasSubstr("node 'drop' (Dropout): is in training mode"));
}

TEST(OnnxConstant, WithoutValueOrOfAKindThatIsNotRead) {
  EXPECT_THAT(refusal(two_to_three().node("Constant", {}, {"V"}, "c")), HasSubstr("'c' (Constant): has 0 values"));
  OnnxBuilder builder = two_to_three();
  builder.node("Constant", {}, {"V"}, "c", {{"value_string", std::string("text")}});
  EXPECT_THAT(refusal(builder), HasSubstr("attribute 'value_string' is not supported"));
  OnnxBuilder wrong = two_to_three();
  wrong.node("Constant", {}, {"V"}, "c", {{"value_float", std::string("text")}}).node("MatMul", {"x", "V"}, {"y"}, "m");
  EXPECT_THAT(refusal(wrong), HasSubstr("node 'm' (MatMul): its constant is STRING"));
}

}  // namespace
}  // namespace sigdel::import
