/// What read_lava accepts, and what it refuses: every case an InputError that names the file, the layer and what is
/// wrong.
#include "models/import/lava.hpp"

#include <gmock/gmock.h>

#include "models/base/errors.hpp"
#include "models/base/random.hpp"
#include "models/import/network_file.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/lava_builder.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sigdel::import {
namespace {

using network::Graph;
using test::LavaBuilder;
using test::small_lava;
using testing::HasSubstr;

Graph read(const LavaBuilder& builder) { return graph_of(load_lava(builder.bytes(), "small.net")); }

std::string refusal(const LavaBuilder& builder) {
  try {
    read(builder);
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("small.net"));
    return error.what();
  }
  return "not refused";
}

TEST(LavaImport, ReadsLayersWindowsAndThresholds) {
  const Graph graph = read(small_lava());
  ASSERT_EQ(graph.nodes.size(), 9U);
  EXPECT_EQ(network::to_string(graph.input_shape()), "2x5x6");
  EXPECT_EQ(network::to_string(graph.output_shape()), "1");
  EXPECT_EQ(graph.fixed_point, network::FixedPoint{});
  const auto& convolution = std::get<network::Convolution>(graph.nodes[1].operation);
  EXPECT_EQ(convolution.window.stride, (network::Window::Pair{2, 2}));
  EXPECT_EQ(convolution.window.pad_begin, (network::Window::Pair{1, 0}));
  EXPECT_EQ(convolution.window.pad_end, (network::Window::Pair{1, 0}));
  EXPECT_EQ(network::to_string(graph.nodes[1].shape), "4x3x2");
  const auto& pool = std::get<network::Convolution>(graph.nodes[3].operation);
  EXPECT_EQ(pool.groups, 4);
  EXPECT_EQ(pool.weights, std::vector<float>(8, 0.5F));
  std::vector<std::int32_t> thresholds;
  for (const network::Node& node : graph.nodes) {
    thresholds.push_back(node.threshold.value_or(-1));
  }
  EXPECT_EQ(thresholds, (std::vector<std::int32_t>{2, -1, 5, -1, 1, -1, -1, 7, -1}));
}

/// Weights and biases are the file's integers over 64; a dense layer's are turned.
TEST(LavaImport, ScalesWeightsExactly) {
  const Graph graph = read(small_lava());
  const auto& convolution = std::get<network::Convolution>(graph.nodes[1].operation);
  EXPECT_EQ(convolution.weights[0] * 64, 3 - 9);
  EXPECT_EQ(convolution.weights[5] * 64, (5 * 7 + 3) % 23 - 9);
  EXPECT_EQ(convolution.bias[1] * 64, -4);
  const auto& dense = std::get<network::FullyConnected>(graph.nodes[6].operation);
  EXPECT_EQ(dense.weights[2 * 5 + 3] * 64, ((3 * 16 + 2) * 7 + 3) % 23 - 9) << "input 2, output 3";
  EXPECT_EQ(std::get<network::FullyConnected>(graph.nodes[8].operation).bias, std::vector<float>(1, 0.0F));
}

TEST(LavaImport, SortsLayersByNumberNotByName) {
  LavaBuilder builder = small_lava();
  builder.erase("layer/5/neuron/sigma_output");
  for (int i = 6; i < 12; ++i) {
    const std::string layer = "layer/" + std::to_string(i) + "/";
    builder.layer(i, "dense", {1}).neuron(i, i).integer(layer + "inFeatures", 1).integer(layer + "outFeatures", 1);
    builder.floats(layer + "weight", {1, 1}, {i * 2.0});
  }
  builder.flag("layer/11/neuron/sigma_output", true);
  const Graph graph = read(builder);
  EXPECT_EQ(graph.nodes.back().name, "dense11");
  EXPECT_EQ(std::get<network::FullyConnected>(graph.nodes.back().operation).weights.front() * 64, 22);
}

TEST(LavaImport, ReadsExponentsAndMessageBits) {
  LavaBuilder builder = small_lava();
  for (const int i : {0, 1, 2, 4, 5}) {
    const std::string neuron = "layer/" + std::to_string(i) + "/neuron/";
    builder.integer(neuron + "spike_exp", 4).integer(neuron + "state_exp", 5).integer(neuron + "num_message_bits", 8);
  }
  EXPECT_EQ(read(builder).fixed_point, (network::FixedPoint{4, 5, 8}));
  EXPECT_THAT(refusal(builder.integer("layer/4/neuron/state_exp", 6)), HasSubstr("layer 4 (dense): its exponents"));
}

TEST(LavaImport, IsFoundByContentNotByName) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(read_network(folder.write("network.onnx", small_lava().bytes())).nodes.size(), 9U);
  EXPECT_THAT(test::error_of([&] { read_network(folder.write("other.net", "not HDF5")); }), HasSubstr("other.net"));
}

TEST(LavaRefusal, OfBlocksAndNeuronsNamesThem) {
  EXPECT_THAT(refusal(small_lava().layer(2, "average", {4, 2, 2})),
              HasSubstr("layer 2 (average): blocks of this type"));
  EXPECT_THAT(refusal(small_lava().layer(2, "convT", {4, 2, 2})), HasSubstr("layer 2 (convT)"));
  EXPECT_THAT(refusal(small_lava().text("layer/1/neuron/type", "CUBA")),
              HasSubstr("layer 1 (conv): neurons of type 'CUBA'"));
  EXPECT_THAT(refusal(small_lava().text("layer/4/neuron/type", "ALIF")), HasSubstr("'ALIF'"));
  EXPECT_THAT(refusal(small_lava().text("layer/4/neuron/activation", "tanh")), HasSubstr("the activation 'tanh'"));
}

TEST(LavaRefusal, OfDelaysDilationAndTheRestNamesThem) {
  EXPECT_THAT(refusal(small_lava().floats("layer/4/delay", {16}, std::vector<double>(16, 1))),
              HasSubstr("layer 4 (dense): 'delay': delays"));
  EXPECT_THAT(refusal(small_lava().integers("layer/1/dilation", {2, 1})), HasSubstr("a dilation of 2x1"));
  EXPECT_THAT(refusal(small_lava().floats("layer/4/recurrent/weight", {1}, {1})), HasSubstr("recurrent"));
  EXPECT_THAT(refusal(small_lava().floats("layer/4/weight/real", {1}, {1}).erase("layer/4/weight")),
              HasSubstr("complex weights"));
  EXPECT_THAT(refusal(small_lava().integer("layer/0/weight", 32)), HasSubstr("an input 'weight' other than 64"));
}

/// Nothing is left out in silence.
TEST(LavaRefusal, OfWhatIsNotKnownNamesIt) {
  EXPECT_THAT(refusal(small_lava().integer("layer/1/neuron/weight_exp", 2)), HasSubstr("'neuron/weight_exp' is there"));
  EXPECT_THAT(refusal(small_lava().integer("layer/3/groups", 1)), HasSubstr("layer 3 (flatten): 'groups'"));
  EXPECT_THAT(refusal(small_lava().integer("simulation/Ts", 1)),
              HasSubstr("'/simulation/Ts': it is no part of a layer"));
  EXPECT_THAT(refusal(small_lava().attribute("layer/1/weight")), HasSubstr("'/layer/1/weight': it has attributes"));
  EXPECT_THAT(refusal(small_lava().attribute("layer/1")), HasSubstr("'/layer/1': it has attributes"));
  EXPECT_THAT(refusal(small_lava().compress("layer/1/weight")), HasSubstr("its values are compressed"));
}

TEST(LavaRefusal, OfNumbersAndShapesSaysWhatWasExpected) {
  EXPECT_THAT(refusal(small_lava().floats("layer/4/bias", {5}, {8, -2, 4.5, 0, 2})), HasSubstr("'bias' has a 4.5"));
  EXPECT_THAT(refusal(small_lava().floats("layer/4/weight", {5, 15}, std::vector<double>(75, 1))),
              HasSubstr("'weight' has the shape 5x15, 5x16 was expected"));
  EXPECT_THAT(refusal(small_lava().integers("layer/1/shape", {4, 2, 3})), HasSubstr("its shape is 4x2x3"));
  EXPECT_THAT(refusal(small_lava().integer("layer/1/neuron/vThMant", -1)), HasSubstr("'neuron/vThMant' has a -1"));
  EXPECT_THAT(refusal(small_lava().integers("layer/1/stride", {0, 1})), HasSubstr("'stride' has a 0"));
  EXPECT_THAT(refusal(small_lava().integer("layer/1/groups", 3)), HasSubstr("in 3 groups"));
  EXPECT_THAT(refusal(small_lava().integer("layer/4/inFeatures", 17)), HasSubstr("it maps 17 inputs"));
  EXPECT_THAT(refusal(small_lava().erase("layer/1/stride")), HasSubstr("'stride' is missing"));
  EXPECT_THAT(refusal(small_lava().integer("layer/1/type", 3)), HasSubstr("layer 1 (?): 'type' is no text"));
  EXPECT_THAT(refusal(small_lava().floats("layer/1/bias", {4}, {1, 2, 3, std::nan("")})),
              HasSubstr("'bias' has a nan"));
}

TEST(LavaRefusal, OfTheOrderOfLayersSaysWhich) {
  EXPECT_THAT(refusal(small_lava().flag("layer/5/neuron/sigma_output", false)),
              HasSubstr("its last layer sends changes"));
  EXPECT_THAT(refusal(small_lava().flag("layer/4/neuron/sigma_output", true)),
              HasSubstr("layer 5 (dense): it follows"));
  EXPECT_THAT(refusal(small_lava().layer(2, "input", {4, 3, 2})), HasSubstr("the first layer, and no other"));
  LavaBuilder gap = small_lava();
  gap.layer(7, "flatten", {1});
  EXPECT_THAT(refusal(gap), HasSubstr("'/layer/6': it is missing"));
  EXPECT_THAT(refusal(LavaBuilder()), HasSubstr("there are no layers"));
}

/// Changes one to four bytes, cuts or repeats a piece.
std::string mutated(std::string bytes, Random& random) {
  const auto place = [&] { return random.below(bytes.size()); };
  switch (random.below(8)) {
    case 0:
      bytes.resize(place());
      break;
    case 1:
      bytes.insert(place(), bytes.substr(place(), 1 + random.below(16)));
      break;
    default:
      for (std::uint64_t i = random.below(4) + 1; i > 0; --i) {
        bytes[place()] = static_cast<char>(random.below(256));
      }
  }
  return bytes;
}

/// Damaged files give a graph or an InputError, never anything else. Runs under the sanitizers in CI.
TEST(LavaMutations, GiveAGraphOrAnInputError) {
  const std::string good = small_lava().bytes();
  Random random(1);
  int refused = 0;
  constexpr int kMutations = 3000;
  for (int i = 0; i < kMutations; ++i) {
    try {
      EXPECT_GT(graph_of(load_lava(mutated(good, random), "mutated.net")).nodes.size(), 1U);
    } catch (const InputError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, kMutations / 10);
  EXPECT_LT(refused, kMutations);
}

TEST(LavaMutations, EveryPrefixIsRefused) {
  const std::string good = small_lava().bytes();
  for (std::size_t size = 0; size < good.size(); size += 97) {
    EXPECT_THROW(load_lava(good.substr(0, size), "cut.net"), InputError) << size;
  }
}

}  // namespace
}  // namespace sigdel::import
