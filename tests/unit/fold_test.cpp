#include "models/quantise/fold.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <optional>

#include "models/base/errors.hpp"
#include "tests/support/random_network.hpp"

namespace sigdel::quantise {
namespace {

using network::FullyConnected;
using network::Graph;
using network::IntegerLayer;
using network::IntegerNetwork;
using testing::AllOf;
using testing::HasSubstr;

Graph chain(std::vector<std::pair<std::string, network::Operation>> operations, network::Shape input) {
  Graph graph;
  graph.nodes.push_back({"input", network::Input{}, {}, std::move(input)});
  for (auto& [name, operation] : operations) {
    network::Shape shape = graph.nodes.back().shape;
    if (const auto* map = std::get_if<FullyConnected>(&operation)) {
      shape = {map->outputs};
    } else if (std::holds_alternative<network::Flatten>(operation)) {
      shape = {network::element_count(shape)};
    }
    graph.nodes.push_back({name, std::move(operation), {graph.nodes.size() - 1}, shape});
  }
  return graph;
}

FullyConnected map_of(std::int64_t inputs, std::int64_t outputs, float weight, float bias) {
  const auto rows = static_cast<std::size_t>(inputs);
  const auto columns = static_cast<std::size_t>(outputs);
  return {inputs, outputs, std::vector<float>(rows * columns, weight), std::vector<float>(columns, bias)};
}

/// The message of the InputError that the call throws.
template <class Call>
std::string refusal(const Call& call) {
  try {
    call();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no InputError";
}

std::vector<const FullyConnected*> maps_of(const Graph& graph) {
  std::vector<const FullyConnected*> maps;
  for (const network::Node& node : graph.nodes) {
    if (const auto* map = std::get_if<FullyConnected>(&node.operation)) {
      maps.push_back(map);
    }
  }
  return maps;
}

double largest(int bits) { return std::ldexp(1.0, bits - 1) - 1; }

/// The bound with F fraction bits straight from docs/arithmetic.md; nothing where a width is exceeded.
std::optional<double> bound_if_fits(const FullyConnected& map, double in, double out, std::int32_t clamp,
                                    const NumberFormat& format, int fraction_bits) {
  const double ratio = out / in;
  double bound = 0;
  for (std::size_t j = 0; j < map.bias.size(); ++j) {
    double sum = 0;
    for (std::size_t i = 0; i < map.weights.size() / map.bias.size(); ++i) {
      const double weight = static_cast<double>(map.weights[i * map.bias.size() + j]);
      const double magnitude = std::abs(std::round((weight * ratio) * std::ldexp(1.0, fraction_bits)));
      if (magnitude > largest(format.weight_bits)) {
        return std::nullopt;
      }
      sum += magnitude;
    }
    const double bias = std::round((static_cast<double>(map.bias[j]) * out) * std::ldexp(1.0, fraction_bits));
    bound = std::max(bound, sum * clamp + std::abs(bias) + std::ldexp(1.0, fraction_bits - 1));
  }
  return bound <= largest(format.accumulator_bits) ? std::optional(bound) : std::nullopt;
}

void check_integers(const IntegerLayer& layer, const FullyConnected& map, double in, double out) {
  const double unit = std::ldexp(1.0, layer.fraction_bits);
  const std::vector<std::int32_t> weights = layer.synapses.front().values();
  for (std::uint32_t j = 0; j < layer.outputs(); ++j) {
    ASSERT_EQ(layer.bias[j], std::round((static_cast<double>(map.bias[j]) * out) * unit));
    for (std::uint32_t i = 0; i < layer.inputs(); ++i) {
      const double weight = static_cast<double>(map.weights[std::size_t{i} * layer.outputs() + j]);
      ASSERT_EQ(weights[std::size_t{i} * layer.outputs() + j], std::round((weight * (out / in)) * unit));
    }
  }
}

TEST(Fold, FollowsTheFormulasWithTheMostFractionBitsThatFit) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    const test::RandomCase random = test::random_case(seed, {.frames = 1});
    const std::vector<const FullyConnected*> maps = maps_of(random.graph);
    ASSERT_EQ(random.network.layers.size(), maps.size());
    ASSERT_EQ(random.network.scales(), random.scales);
    for (std::size_t l = 0; l < maps.size(); ++l) {
      const IntegerLayer& layer = random.network.layers[l];
      const bool is_output = l + 1 == maps.size();
      const double in = random.scales[l];
      const double out = is_output ? 1.0 : random.scales[l + 1];
      const auto bound = [&](int f) {
        return bound_if_fits(*maps[l], in, out, random.network.clamp, random.format, f);
      };
      check_integers(layer, *maps[l], in, out);
      ASSERT_EQ(bound(layer.fraction_bits), std::optional(static_cast<double>(layer.bound)));
      ASSERT_TRUE(layer.fraction_bits == 30 || !bound(layer.fraction_bits + 1));
      ASSERT_EQ(layer.is_output, is_output);
      ASSERT_EQ(layer.clamp, random.network.clamp);
      ASSERT_EQ(layer.weight_bits(), random.format.weight_bits);
      ASSERT_EQ(layer.id.value, l);
    }
  }
}

TEST(Fold, ReachesTheBoundExactly) {
  // With F = 2 the weight is 4 and the bound 4 * 8190 + 5 + 2 = 32767, all that 16 bits hold.
  const Graph graph = chain({{"fc", map_of(1, 1, 1.0F, 1.25F)}}, {1});
  const std::vector<double> scales{1.0};
  const NumberFormat narrow{32, 16};
  const IntegerNetwork fits = fold(graph, scales, 8190, narrow, "scaled");
  EXPECT_EQ(fits.layers.front().fraction_bits, 2);
  EXPECT_EQ(fits.layers.front().bound, 32767);
  const Graph wider = chain({{"fc", map_of(1, 1, 1.0F, 1.5F)}}, {1});
  EXPECT_EQ(fold(wider, scales, 8190, narrow, "scaled").layers.front().fraction_bits, 1);
}

TEST(Fold, NamesTheNarrowestActivationWidth) {
  const Graph graph = chain({{"fc", map_of(1, 1, 0.5F, 0.0F)}}, {1});
  const std::vector<double> scales{1.0};
  for (const auto& [clamp, bits] : {std::pair{127, 8}, {128, 16}, {32767, 16}, {32768, 32}}) {
    EXPECT_EQ(fold(graph, scales, clamp, {}, "scaled").activation_bits, bits);
  }
}

TEST(Fold, MakesAReluBehindTheLastLayerPartOfIt) {
  const Graph graph = chain({{"a", map_of(2, 2, 0.5F, 0.0F)},
                             {"relu_a", network::Relu{}},
                             {"b", map_of(2, 2, 0.5F, 0.0F)},
                             {"relu_b", network::Relu{}}},
                            {2});
  const IntegerNetwork network = fold(graph, std::vector<double>{1.0, 1.0}, 10, {}, "scaled");
  EXPECT_TRUE(network.layers[0].relu);
  EXPECT_FALSE(network.layers[0].is_output);
  EXPECT_TRUE(network.layers[1].relu);
  EXPECT_TRUE(network.layers[1].is_output);
}

TEST(FoldRefusal, NamesLayerBoundLimitWidestWeightAndAWayOut) {
  const Graph graph = chain({{"first", map_of(1, 3, 0.1F, 0.0F)}, {"second", map_of(3, 2, 100.0F, 2.0F)}}, {1});
  const auto message = refusal([&] {
    fold(graph, std::vector<double>{1.0, 1.0}, 2047, NumberFormat{32, 16}, "scaled");
  });
  // 3 * 200 * 2047 + 4 + 1
  EXPECT_THAT(message, AllOf(HasSubstr("'second'"), HasSubstr("scaled"), HasSubstr("1228205"), HasSubstr("32767"),
                             HasSubstr("200"), HasSubstr("Wider accumulators")));
}

TEST(FoldRefusal, ComesForWeightsThatAreTooWide) {
  const Graph graph = chain({{"fc", map_of(1, 1, 100.0F, 0.0F)}}, {1});
  const auto message = refusal([&] { fold(graph, std::vector<double>{1.0}, 15, NumberFormat{8, 32}, "grid"); });
  EXPECT_THAT(message, AllOf(HasSubstr("'fc'"), HasSubstr("grid"), HasSubstr("200"), HasSubstr("127")));
}

TEST(FoldRefusal, ComesForNumbersFarOutsideOf64Bits) {
  for (const float weight : {3e38F, -3e38F}) {
    const Graph graph = chain({{"fc", map_of(4, 1, weight, weight)}}, {4});
    const auto message = refusal([&] { fold(graph, std::vector<double>{1e-200}, 32767, {}, "scaled"); });
    EXPECT_THAT(message, HasSubstr("'fc'"));
  }
}

TEST(FoldRefusal, ComesForBoundsThatWrapAroundIn64Bits) {
  // 16 * 10^9 * (2^30 - 1) is beyond 2^63, and negative as a 64-bit integer.
  const Graph graph = chain({{"fc", map_of(16, 1, 5e8F, 0.0F)}}, {16});
  const auto message = refusal([&] { fold(graph, std::vector<double>{1.0}, (1 << 30) - 1, {}, "scaled"); });
  EXPECT_THAT(message, HasSubstr("'fc'"));
}

TEST(FoldRefusal, ComesForValuesWhoseChangesDoNotFitASpike) {
  const Graph graph = chain({{"fc", map_of(1, 1, 1.0F, 0.0F)}}, {1});
  const auto message = refusal([&] { fold(graph, std::vector<double>{1.0}, 1 << 30, {}, "scaled"); });
  EXPECT_THAT(message, AllOf(HasSubstr("tensor 'input'"), HasSubstr("1073741823")));
}

TEST(FoldRefusal, ComesForScalesThatAreNotOnePerLayerAndPositive) {
  const Graph graph = chain({{"fc", map_of(1, 1, 1.0F, 0.0F)}}, {1});
  const auto message = [&](std::vector<double> scales) {
    return refusal([&] { fold(graph, scales, 10, {}, "scaled"); });
  };
  EXPECT_THAT(message({1.0, 2.0}), AllOf(HasSubstr("2 scales"), HasSubstr("quantises 1 tensors")));
  EXPECT_THAT(message({0.0}), HasSubstr("positive"));
  EXPECT_THAT(message({-1.0}), HasSubstr("positive"));
  EXPECT_THAT(message({std::nan("")}), HasSubstr("positive"));
}

TEST(WeightLayers, AreTheFullyConnectedNodesWithTheirRelus) {
  const Graph graph = chain({{"flatten", network::Flatten{}},
                             {"a", map_of(6, 4, 1.0F, 0.0F)},
                             {"relu", network::Relu{}},
                             {"b", map_of(4, 2, 1.0F, 0.0F)},
                             {"softmax", network::Softmax{}}},
                            {2, 3});
  const WeightLayers result = weight_layers(graph);
  const auto& layers = result.layers;
  ASSERT_EQ(layers.size(), 2U);
  EXPECT_EQ(result.tensors.size(), 3U);
  EXPECT_EQ(layers[0].name, "a");
  EXPECT_TRUE(layers[0].relu);
  EXPECT_EQ(layers[1].name, "b");
  EXPECT_FALSE(layers[1].relu);
  EXPECT_EQ(layers[1].maps.front().shape.from, (network::Volume{4, 1, 1}));
  EXPECT_EQ(layers[1].maps.front().weights, std::vector<float>(8, 1.0F));
}

TEST(WeightLayers, RefuseWhatIntegersCannotDo) {
  const auto fc = [] { return map_of(2, 2, 1.0F, 0.0F); };
  const auto message = [](const Graph& graph) { return refusal([&] { weight_layers(graph); }); };
  EXPECT_THAT(message({}), HasSubstr("input"));
  EXPECT_THAT(message(chain({{"relu", network::Relu{}}}, {2})), HasSubstr("no weight layer"));
  EXPECT_THAT(message(chain({{"flatten", network::Flatten{}}}, {2})), HasSubstr("no weight layer"));
  EXPECT_THAT(message(chain({{"fc", fc()}}, {3, 2})), AllOf(HasSubstr("'fc'"), HasSubstr("3x2")));
  EXPECT_THAT(message(chain({{"s", network::Softmax{}}, {"fc", fc()}}, {2})), HasSubstr("'s'"));
  Graph unread = chain({{"a", fc()}, {"b", fc()}}, {2});
  unread.nodes[2].inputs = {0};
  EXPECT_THAT(message(unread), HasSubstr("node 'a': nothing reads it"));
}

TEST(WeightLayers, MakeAnIdentityOfAReluInFrontOfTheFirst) {
  const WeightLayers result = weight_layers(chain({{"relu", network::Relu{}}, {"fc", map_of(2, 2, 1.0F, 0.0F)}}, {2}));
  ASSERT_EQ(result.layers.size(), 2U);
  EXPECT_EQ(result.layers[0].name, "relu");
  EXPECT_TRUE(result.layers[0].relu);
  EXPECT_TRUE(result.layers[0].maps.front().shape.is_identity);
  EXPECT_EQ(result.layers[0].maps.front().weights, (std::vector<float>{1.0F, 1.0F}));
}

TEST(GridScales, TakeTheRangeRoundedUpToSevenBits) {
  const std::vector<float> ranges{1.0F, 1.0001F, 0.75F, 3.99F, 0.0F};
  const std::vector<double> rounded_up{1.0, 1.015625, 0.75, 4.0, 1.0};
  for (int bits = 8; bits <= 16; ++bits) {
    const auto scales = grid_scales(ranges, bits);
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      EXPECT_EQ(scales[i], largest(bits) / rounded_up[i]);
    }
  }
}

TEST(FactorScales, AreTheFactorOverTheRmsRoundedToEightBits) {
  const std::vector<double> rms{2.0, 3.0, 2.0 / 3, 2.0 / 255.6, 0.0};
  EXPECT_EQ(factor_scales(rms, 2), (std::vector<double>{1.0, 171.0 / 256, 3.0, 256.0, 1.0}));
}

TEST(FactorScales, DoNotFollowTheLastBitsOfAFloat) {
  const std::vector<double> rms{0.1, 0.7, 123.4, 1e-3};
  std::vector<double> nearly(rms);
  for (double& each : nearly) {
    each *= 1 + 1e-7;
  }
  EXPECT_EQ(factor_scales(rms, 16), factor_scales(nearly, 16));
}

}  // namespace
}  // namespace sigdel::quantise
