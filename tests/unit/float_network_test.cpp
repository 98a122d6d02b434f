#include "models/reference/float_network.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "models/reference/executor.hpp"
#include "tests/support/random_network.hpp"

namespace sigdel::reference {
namespace {

std::vector<const network::FullyConnected*> maps_of(const network::Graph& graph) {
  std::vector<const network::FullyConnected*> maps;
  for (const network::Node& node : graph.nodes) {
    if (const auto* map = std::get_if<network::FullyConnected>(&node.operation)) {
      maps.push_back(map);
    }
  }
  return maps;
}

/// All frames behind each other.
FloatResult run_float(const network::Graph& graph, std::span<const float> frames, std::size_t count,
                      std::span<const double> scales = {}, std::int32_t clamp = 0) {
  const auto read = [&](std::size_t i, std::span<float> values) {
    std::copy_n(frames.begin() + static_cast<std::ptrdiff_t>(i * values.size()), values.size(), values.begin());
  };
  return reference::run_float(graph, quantise::weight_layers(graph), read, count, quantise::per_tensor(scales), clamp);
}

/// y = x W + b in double; `magnitudes` is the same with every term's magnitude, which float32's error goes with.
std::vector<double> multiply(const network::FullyConnected& map, const std::vector<double>& x,
                             std::vector<double>& magnitudes) {
  std::vector<double> y(map.bias.begin(), map.bias.end());
  magnitudes.assign(y.size(), 0);
  for (std::size_t j = 0; j < y.size(); ++j) {
    magnitudes[j] = std::abs(y[j]);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double product = x[i] * static_cast<double>(map.weights[i * y.size() + j]);
      y[j] += product;
      magnitudes[j] += std::abs(product);
    }
  }
  return y;
}

std::vector<double> widened(std::span<const float> frame) { return {frame.begin(), frame.end()}; }

double largest(const std::vector<double>& values) {
  double result = 0;
  for (const double value : values) {
    result = std::max(result, std::abs(value));
  }
  return result;
}

void rectify(std::vector<double>& values) {
  for (double& value : values) {
    value = std::max(value, 0.0);
  }
}

TEST(FloatNetwork, EqualsPlainLoopsInDouble) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    const test::RandomCase random = test::random_case(seed);
    const FloatResult result = run_float(random.graph, random.frames, random.frame_count());
    std::vector<double> ranges(maps_of(random.graph).size());
    std::vector<double> magnitudes;
    for (std::size_t t = 0; t < random.frame_count(); ++t) {
      std::vector<double> values = widened(random.frame(t));
      double scale = largest(values);
      std::size_t l = 0;
      for (const network::Node& node : random.graph.nodes) {
        if (const auto* map = std::get_if<network::FullyConnected>(&node.operation)) {
          ranges[l] = std::max(ranges[l], largest(values));
          values = multiply(*map, values, magnitudes);
          scale = std::max(scale, largest(magnitudes));
          ++l;
        } else if (std::holds_alternative<network::Relu>(node.operation)) {
          rectify(values);
        }
      }
      for (std::size_t j = 0; j < values.size(); ++j) {
        ASSERT_NEAR(static_cast<double>(result.outputs[t * values.size() + j]), values[j], 1e-5 * scale);
      }
    }
    ASSERT_EQ(result.ranges.size(), ranges.size());
    for (std::size_t l = 0; l < ranges.size(); ++l) {
      ASSERT_NEAR(static_cast<double>(result.ranges[l]), ranges[l], 1e-5 * std::max(1.0, ranges[l]));
    }
  }
}

TEST(FloatNetwork, DoesNotDependOnTheNumberOfFramesRunAtOnce) {
  const test::RandomCase random = test::random_case(5, {.frames = 600});
  const FloatResult all = run_float(random.graph, random.frames, 600);
  const std::size_t outputs = all.outputs.size() / 600;
  ASSERT_EQ(outputs, random.network.layers.back().outputs());
  for (const std::size_t t : {std::size_t{0}, std::size_t{255}, std::size_t{256}, std::size_t{599}}) {
    const FloatResult one = run_float(random.graph, random.frame(t), 1);
    for (std::size_t j = 0; j < outputs; ++j) {
      EXPECT_NEAR(all.outputs[t * outputs + j], one.outputs[j], 1e-4F);
    }
  }
}

TEST(FloatNetwork, RunsNoFrames) {
  const test::RandomCase random = test::random_case(5);
  const FloatResult result = run_float(random.graph, {}, 0);
  EXPECT_TRUE(result.outputs.empty());
  EXPECT_EQ(result.ranges.front(), 0.0F);
}

/// How far one frame's float roundings can be from the integer ones, by a bound carried from layer to layer.
class RoundingBound {
 public:
  RoundingBound(const test::RandomCase& random, std::size_t l)
      : integers_(&random.network.layers[l]),
        map_(maps_of(random.graph)[l]),
        in_(random.network.tensors[l].scale),
        out_(random.network.tensors[l + 1].scale),
        clamp_(random.network.clamp) {}

  /// `error`: the largest difference of the layer's inputs, in units of their quantiser; returns that of its outputs
  /// before their rounding. Weights are off by half a unit of 2^-F; float32 sums `inputs + 2` times with 2^-24.
  [[nodiscard]] double carry(double error) const {
    const double half_unit = std::ldexp(0.5, -integers_->fraction_bits);
    const double inputs = static_cast<double>(map_->inputs);
    double result = 0;
    for (std::size_t j = 0; j < map_->bias.size(); ++j) {
      double gain = 0;
      for (std::size_t i = 0; i < static_cast<std::size_t>(map_->inputs); ++i) {
        gain += std::abs(static_cast<double>(map_->weights[i * map_->bias.size() + j])) * out_ / in_;
      }
      const double magnitude = gain * clamp_ + std::abs(static_cast<double>(map_->bias[j])) * out_;
      const double by_float = (inputs + 2) * 0x1p-23 * magnitude;
      result = std::max(result, gain * error + (inputs * clamp_ + 1) * half_unit + by_float);
    }
    return result;
  }

 private:
  const network::IntegerLayer* integers_;
  const network::FullyConnected* map_;
  double in_;
  double out_;
  double clamp_;
};

double bound_of_outputs(const test::RandomCase& random) {
  const std::size_t layers = random.network.layers.size();
  double error = 0;  // both round the same frame in double
  for (std::size_t l = 0; l < layers; ++l) {
    const double before_rounding = RoundingBound(random, l).carry(error);
    error = l + 1 == layers ? before_rounding : std::floor(before_rounding) + 1;
  }
  return error;
}

void check_against_integers(const test::RandomCase& random) {
  const FloatResult rounded =
      run_float(random.graph, random.frames, random.frame_count(), random.network.scales(), random.network.clamp);
  FrameEncoder encoder(random.network, Mode::kRounding);
  Executor executor(random.network, Mode::kRounding, {Encoding::kUnary});
  const double bound = bound_of_outputs(random);
  for (std::size_t t = 0; t < random.frame_count(); ++t) {
    const auto outputs = executor.run(encoder.encode(random.frame(t)));
    for (std::size_t j = 0; j < outputs.size(); ++j) {
      const double value = std::ldexp(outputs[j], -random.network.layers.back().fraction_bits);
      ASSERT_NEAR(static_cast<double>(rounded.outputs[t * outputs.size() + j]), value, bound);
    }
  }
}

TEST(FloatRounding, IsAsCloseToTheIntegersAsTheirWeights) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    ASSERT_NO_FATAL_FAILURE(check_against_integers(test::random_case(seed, {.most_layers = 1})));
  }
}

TEST(FloatRounding, StaysInTheBoundCarriedThroughDeepNetworks) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    ASSERT_NO_FATAL_FAILURE(check_against_integers(test::random_case(seed)));
  }
}

/// With fine weights the two differ only where a value is within 1e-4 of a tie: almost nowhere.
TEST(FloatRounding, EqualsWideIntegersAlmostEverywhere) {
  std::size_t close = 0;
  std::size_t all = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    test::RandomCase net = test::random_case(seed);
    net.network = quantise::fold(net.graph, net.network.scales(), 127, {}, "scaled");
    const FloatResult rounded = run_float(net.graph, net.frames, net.frame_count(), net.network.scales(), 127);
    FrameEncoder encoder(net.network, Mode::kRounding);
    Executor executor(net.network, Mode::kRounding, {Encoding::kUnary});
    for (std::size_t t = 0; t < net.frame_count(); ++t) {
      const auto outputs = executor.run(encoder.encode(net.frame(t)));
      for (std::size_t j = 0; j < outputs.size(); ++j, ++all) {
        const double value = std::ldexp(outputs[j], -net.network.layers.back().fraction_bits);
        const double difference = static_cast<double>(rounded.outputs[t * outputs.size() + j]) - value;
        close += std::abs(difference) <= 1e-3 * std::max(1.0, std::abs(value)) ? 1U : 0U;
      }
    }
  }
  EXPECT_GT(static_cast<double>(close), 0.95 * static_cast<double>(all));
}

TEST(FloatRounding, IsTheIdentityOnValuesThatAreOnTheGrid) {
  network::Graph graph;
  graph.nodes.push_back({"input", network::Input{}, {}, {2}});
  graph.nodes.push_back({"fc", network::FullyConnected{2, 1, {1.0F, 10.0F}, {0.5F}}, {0}, {1}});
  const std::vector<float> frames{0.25F, -0.5F, 0.3F, 100.0F};
  const std::vector<double> scales{4.0};
  const FloatResult result = run_float(graph, frames, 2, scales, 8);
  EXPECT_FLOAT_EQ(result.outputs[0], 0.25F - 5.0F + 0.5F);
  EXPECT_FLOAT_EQ(result.outputs[1], 0.25F + 20.0F + 0.5F);  // 1.2 rounds to 1; 400 is clamped to 8
  EXPECT_EQ(result.ranges, (std::vector<float>{100.0F}));
}

}  // namespace
}  // namespace sigdel::reference
