#include "tests/support/random_network.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "models/base/errors.hpp"

namespace sigdel::test {
namespace {

using network::FullyConnected;
using network::Graph;
using network::IntegerNetwork;

bool chance(Random& random, double probability) { return random.unit() < probability; }

float uniform(Random& random, double magnitude) { return static_cast<float>((2 * random.unit() - 1) * magnitude); }

FullyConnected random_map(Random& random, std::int64_t inputs, std::int64_t outputs) {
  FullyConnected map{inputs, outputs, {}, {}};
  const double width = 2.0 / std::sqrt(static_cast<double>(inputs));
  for (std::int64_t i = 0; i < inputs * outputs; ++i) {
    map.weights.push_back(chance(random, 0.2) ? 0.0F : uniform(random, width));
  }
  const bool has_bias = chance(random, 0.7);
  for (std::int64_t j = 0; j < outputs; ++j) {
    map.bias.push_back(has_bias ? uniform(random, 0.5) : 0.0F);
  }
  return map;
}

/// Appends a node that reads the one before it.
void append(Graph& graph, const std::string& name, network::Operation operation, const network::Shape& shape) {
  graph.nodes.push_back({name, std::move(operation), {graph.nodes.size() - 1}, shape});
}

std::vector<double> random_scales(Random& random, std::size_t count, double finest) {
  std::vector<double> scales;
  for (std::size_t i = 0; i < count; ++i) {
    const double u = random.unit();
    scales.push_back(0.5 + u * u * u * finest);  // no library function whose last bit differs between platforms
  }
  return scales;
}

}  // namespace

Graph random_graph(Random& random, const RandomNetworkConfig& config) {
  const auto width = [&] { return random.between(config.narrowest, config.widest); };
  Graph graph;
  std::int64_t inputs = width();
  graph.nodes.push_back({"input", network::Input{}, {}, {inputs}});
  const std::int64_t layers = random.between(config.fewest_layers, config.most_layers);
  for (std::int64_t l = 0; l < layers; ++l) {
    const std::int64_t outputs = width();
    append(graph, "fc" + std::to_string(l), random_map(random, inputs, outputs), {outputs});
    if (l + 1 < layers && chance(random, 0.75)) {
      append(graph, "relu" + std::to_string(l), network::Relu{}, {outputs});
    }
    inputs = outputs;
  }
  if (chance(random, 0.3)) {
    append(graph, "softmax", network::Softmax{}, {inputs});
  }
  return graph;
}

std::vector<float> random_frames(Random& random, std::size_t inputs, std::size_t count) {
  const bool negative = chance(random, 0.5);
  const auto value = [&] {
    const float x = chance(random, 0.5) ? uniform(random, 1.0) : 0.0F;
    return negative ? x : std::abs(x);
  };
  std::vector<float> frames;
  std::vector<float> frame(inputs);
  for (std::size_t t = 0; t < count; ++t) {
    const double kind = random.unit();
    const double changed = t == 0 || kind < 0.3 ? 1.0 : kind < 0.5 ? 0.0 : 0.15;
    for (float& x : frame) {
      x = chance(random, changed) ? value() : x;
    }
    frames.insert(frames.end(), frame.begin(), frame.end());
  }
  return frames;
}

RandomCase random_integers(Random& random, Graph graph) {
  constexpr std::array kClamps{3, 15, 127, 2047, 32767};
  constexpr std::array kWidths{8, 16, 32};
  RandomCase result;
  result.graph = std::move(graph);
  const quantise::WeightLayers layers = quantise::weight_layers(result.graph);
  const std::int32_t clamp = kClamps[random.below(kClamps.size())];
  result.scales = random_scales(random, layers.scales(), std::min(clamp * 1.5, 500.0));
  result.format.weight_bits = kWidths[random.below(kWidths.size())];
  result.format.accumulator_bits = chance(random, 0.5) ? 16 : 32;
  try {
    result.network = quantise::fold(layers, result.scales, clamp, result.format, "scaled");
  } catch (const InputError&) {
    result.format = {};
    result.network = quantise::fold(layers, result.scales, clamp, result.format, "scaled");
  }
  return result;
}

RandomCase random_case(std::uint64_t seed, const RandomNetworkConfig& config) {
  Random random(seed);
  RandomCase result = random_integers(random, random_graph(random, config));
  result.frames = random_frames(random, result.inputs(), config.frames);
  return result;
}

}  // namespace sigdel::test
