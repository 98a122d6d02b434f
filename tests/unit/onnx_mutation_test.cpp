/// Damaged files: the importer gives a graph or an InputError, never anything else. Runs under the sanitizers in CI.
#include <gtest/gtest.h>

#include <sstream>

#include "models/base/errors.hpp"
#include "models/base/random.hpp"
#include "models/import/onnx_importer.hpp"
#include "models/import/onnx_model.hpp"
#include "tests/support/onnx_builder.hpp"

namespace sigdel::import {
namespace {

using test::kNamedAxis;
using test::OnnxBuilder;

/// A good file with every operator of a chain, for the mutations.
std::string chain_bytes() {
  OnnxBuilder builder;
  builder.input("image", {kNamedAxis, 2, 2}).output("prob", {kNamedAxis, 2}).integers("shape", {2}, {0, -1});
  builder.floats("fc1.weight", {3, 4}, std::vector<float>(12, 0.5F)).floats("fc1.bias", {3}, {1, 2, 3});
  builder.typed_floats("fc2.weight", {3, 2}, {1, 2, 3, 4, 5, 6}).constant("c", {2}, {1, 2});
  builder.node("Reshape", {"image", "shape"}, {"f"}, "flat");
  builder.node("Gemm", {"f", "fc1.weight", "fc1.bias"}, {"g"}, "fc1",
               {{"alpha", 1.0F}, {"beta", 1.0F}, {"transB", std::int64_t{1}}});
  builder.node("Relu", {"g"}, {"r"}).node("Dropout", {"r"}, {"d"}).node("Identity", {"d"}, {"i"});
  builder.node("MatMul", {"i", "fc2.weight"}, {"m"}).node("Add", {"m", "c"}, {"a"});
  builder.node("Flatten", {"a"}, {"b"}).node("Softmax", {"b"}, {"prob"}, "", {{"axis", std::int64_t{-1}}});
  return builder.bytes();
}

/// A good file with every operator of a convolutional network: two branches, a residual add, a batch normalisation.
std::string image_bytes() {
  using Pair = std::vector<std::int64_t>;
  const std::vector<float> ones(2, 1.0F);
  OnnxBuilder builder;
  builder.input("image", {kNamedAxis, 2, 6, 6}).output("prob", {kNamedAxis, 3}).floats("scales", {4}, {1, 1, 2, 2});
  builder.floats("c1.weight", {2, 1, 3, 3}, std::vector<float>(18, 0.5F)).floats("c1.bias", {2}, {1, 2});
  builder.floats("c2.weight", {2, 2, 1, 1}, {1, 2, 3, 4}).floats("one", {2}, ones).floats("zero", {}, {0});
  builder.floats("six", {}, {6}).floats("fc.weight", {3, 4}, std::vector<float>(12, 0.5F));
  builder.node("Conv", {"image", "c1.weight", "c1.bias"}, {"c"}, "c1",
               {{"group", std::int64_t{2}}, {"pads", Pair{1, 1, 1, 1}}, {"kernel_shape", Pair{3, 3}}});
  builder.node("BatchNormalization", {"c", "one", "one", "one", "one"}, {"n"}, "bn", {{"epsilon", 1e-3F}});
  builder.node("Clip", {"n", "zero", "six"}, {"r"}, "relu6");
  builder.node("MaxPool", {"r"}, {"p"}, "pool",
               {{"kernel_shape", Pair{3, 3}}, {"strides", Pair{2, 2}}, {"ceil_mode", std::int64_t{1}}});
  builder.node("Conv", {"p", "c2.weight"}, {"e"}, "c2", {{"auto_pad", std::string("SAME_UPPER")}});
  builder.node("Add", {"e", "p"}, {"s"}, "residual");
  builder.node("Resize", {"s", "", "scales"}, {"u"}, "up",
               {{"mode", std::string("nearest")},
                {"coordinate_transformation_mode", std::string("asymmetric")},
                {"nearest_mode", std::string("floor")}});
  builder.node("AveragePool", {"u"}, {"a"}, "mean", {{"kernel_shape", Pair{2, 2}}, {"strides", Pair{2, 2}}});
  builder.node("Concat", {"a", "s"}, {"j"}, "join", {{"axis", std::int64_t{1}}});
  builder.node("GlobalAveragePool", {"j"}, {"g"}, "all").node("Flatten", {"g"}, {"f"});
  builder.node("Gemm", {"f", "fc.weight"}, {"y"}, "fc", {{"transB", std::int64_t{1}}}).node("Softmax", {"y"}, {"prob"});
  return builder.bytes();
}

/// Changes one to four bytes, cuts or repeats a piece.
std::string mutated(std::string bytes, Random& random) {
  const auto place = [&] { return random.below(bytes.size()); };
  switch (random.below(4)) {
    case 0:
      bytes.resize(place());
      break;
    case 1:
      bytes.erase(place(), 1 + random.below(8));
      break;
    case 2:
      bytes.insert(place(), bytes.substr(place(), 1 + random.below(16)));
      break;
    default:
      for (std::uint64_t i = random.below(4) + 1; i > 0; --i) {
        bytes[place()] = static_cast<char>(random.below(256));
      }
  }
  return bytes;
}

network::Graph read(const std::string& bytes) {
  std::istringstream stream(bytes);
  const OnnxModel model = load_onnx(stream, "mutated.onnx");
  return OnnxImporter(model).run();
}

/// Mutates the file many times; most mutations must be refused, not all.
void mutate(const std::string& good, std::size_t nodes) {
  ASSERT_EQ(read(good).nodes.size(), nodes);
  Random random(1);
  int refused = 0;
  constexpr int kMutations = 4000;
  for (int i = 0; i < kMutations; ++i) {
    try {
      EXPECT_GT(read(mutated(good, random)).nodes.size(), 1U);
    } catch (const InputError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, kMutations / 2);
  EXPECT_LT(refused, kMutations);
}

TEST(OnnxMutations, GiveAGraphOrAnInputError) { mutate(chain_bytes(), 7); }

TEST(OnnxMutations, OfAConvolutionalNetworkGiveAGraphOrAnInputError) { mutate(image_bytes(), 13); }

}  // namespace
}  // namespace sigdel::import
