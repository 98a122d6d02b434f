#include "models/quantise/fold_thresholds.hpp"

#include <cmath>
#include <optional>

#include "models/base/errors.hpp"

namespace sigdel::quantise {
namespace {

using network::FixedPoint;
using network::Graph;
using network::IntegerLayer;
using network::IntegerNetwork;
using network::Threshold;

constexpr int kStateBits = 32;
constexpr std::int64_t kMostState = std::int64_t{1} << 30;  ///< so that changes fit 32 bits

constexpr std::int64_t largest_signed(int bits) { return (std::int64_t{1} << (bits - 1)) - 1; }

/// value * 2^exponent, which must be an integer of at most `most`; `what` and `layer` are for the message.
std::int32_t exact(float value, int exponent, std::int64_t most, const char* what, const std::string& layer) {
  const double scaled = std::ldexp(double{value}, exponent);
  if (scaled != std::trunc(scaled) || std::abs(scaled) > static_cast<double>(most)) {
    fail("layer '{}': {} of {:g} in the file's integers; it must be an integer of at most {}", layer, what, scaled,
         most);
  }
  return static_cast<std::int32_t>(scaled);
}

std::optional<Threshold> threshold_of(const Graph& graph, const QuantisedTensor& tensor, const MessageRules& rules) {
  const network::Node& node = graph.nodes[tensor.node];
  if (!node.threshold) {
    fail("'{}': what it sends has no threshold", tensor.name);
  }
  const FixedPoint& format = graph.fixed_point.value();
  const std::int64_t level = std::int64_t{*node.threshold} << (format.spike_exp + format.state_exp);
  if (*node.threshold < 0 || level > kMostState) {
    fail("'{}': a threshold of {}; 0 to {} fit the state", tensor.name, *node.threshold,
         kMostState >> (format.spike_exp + format.state_exp));
  }
  return Threshold{static_cast<std::int32_t>(level), format.state_exp, rules.message_bits, rules.residue};
}

std::vector<network::Tensor> tensors_of(const Graph& graph, const WeightLayers& layers, const MessageRules& rules) {
  const FixedPoint& format = graph.fixed_point.value();
  std::vector<network::Tensor> tensors;
  for (const QuantisedTensor& tensor : layers.tensors) {
    network::Tensor made{.name = tensor.name, .shape = tensor.shape};
    made.clamp = static_cast<std::int32_t>(largest_signed(rules.message_bits));
    made.most = made.clamp;
    if (tensors.size() < layers.scales()) {
      made.scale = std::ldexp(1.0, format.spike_exp + format.state_exp);
      made.threshold = threshold_of(graph, tensor, rules);
    }
    tensors.push_back(std::move(made));
  }
  return tensors;
}

void check(const WeightLayer& layer) {
  if (layer.pool != network::Pool::kNone || layer.ceiling) {
    fail("layer '{}': a pool or a ceiling behind its sums; networks with thresholds have neither", layer.name);
  }
}

std::vector<network::Synapses> synapses_of(const WeightLayer& layer, const FixedPoint& format, int weight_bits) {
  std::vector<network::Synapses> synapses;
  for (const LinearMap& map : layer.maps) {
    std::vector<std::int32_t> weights;
    weights.reserve(map.weights.size());
    for (const float weight : map.weights) {
      weights.push_back(exact(weight, format.state_exp, largest_signed(weight_bits), "a weight", layer.name));
    }
    synapses.emplace_back(map.tensor, map.shape, weight_bits, weights);
  }
  return synapses;
}

/// A bias is as wide as a state: it enters one without passing the lanes.
std::vector<std::int32_t> biases_of(const WeightLayer& layer, const FixedPoint& format) {
  const int shift = format.spike_exp + format.state_exp;
  std::vector<std::int32_t> biases;
  for (const float bias : layer.bias) {
    biases.push_back(exact(bias, format.state_exp, kMostState >> shift, "a bias", layer.name) * (1 << shift));
  }
  return biases;
}

}  // namespace

IntegerNetwork fold_thresholds(const Graph& graph, const WeightLayers& layers, const NumberFormat& number_format,
                               const MessageRules& chosen) {
  if (number_format.accumulator_bits != kStateBits) {
    fail("accumulators of {} bits; networks with thresholds have states of {}", number_format.accumulator_bits,
         kStateBits);
  }
  const FixedPoint& format = graph.fixed_point.value();
  const MessageRules rules{chosen.message_bits == 0 ? format.message_bits : chosen.message_bits, chosen.residue};
  IntegerNetwork network{.tensors = tensors_of(graph, layers, rules),
                         .layers = {},
                         .clamp = static_cast<std::int32_t>(largest_signed(rules.message_bits)),
                         .accumulator_bits = kStateBits,
                         .activation_bits = rules.message_bits <= 8 ? 8 : 16};
  for (const WeightLayer& layer : layers.layers) {
    check(layer);
    const network::Tensor& written = network.tensors[layer.tensor];
    IntegerLayer folded;
    folded.id = LayerId{static_cast<std::uint32_t>(network.layers.size())};
    folded.name = layer.name;
    folded.synapses = synapses_of(layer, format, number_format.weight_bits);
    folded.sums = layer.sums;
    folded.values = layer.values;
    folded.bias = biases_of(layer, format);
    folded.is_output = !written.threshold;
    folded.fraction_bits = folded.is_output ? 2 * format.state_exp + format.spike_exp : format.state_exp;
    folded.relu = layer.relu;
    folded.tensor = layer.tensor;
    folded.first_channel = layer.first_channel;
    folded.written = written.shape;
    folded.clamp = network.clamp;
    folded.bound = folded.is_output ? largest_signed(kStateBits) : kMostState;
    folded.threshold = written.threshold;
    network.layers.push_back(std::move(folded));
  }
  return network;
}

}  // namespace sigdel::quantise
