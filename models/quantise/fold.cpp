#include "models/quantise/fold.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "models/base/errors.hpp"

namespace sigdel::quantise {
namespace {

using network::IntegerLayer;
using network::IntegerNetwork;

constexpr int kMostFractionBits = 30;

constexpr std::int64_t largest_signed(int bits) { return (std::int64_t{1} << (bits - 1)) - 1; }

constexpr double two_to(int exponent) { return static_cast<double>(std::int64_t{1} << exponent); }

/// What the integers of one layer are made from.
struct FoldTask {
  const WeightLayer* layer = nullptr;
  std::vector<const network::Tensor*> inputs;  ///< each map's tensor
  std::vector<double> windows;                 ///< rounded values that are summed into one of it
  const network::Tensor* output = nullptr;
  std::int32_t clamp = 1;
  NumberFormat format;

  /// Weight i of a map, to an output channel of the layer.
  [[nodiscard]] double weight(std::size_t map, std::size_t i, std::size_t channel, int fraction_bits) const {
    const LinearMap& linear = layer->maps[map];
    const std::size_t input = i / (linear.weights.size() / linear.shape.from.channels);
    const double ratio = output_scale(channel) / (inputs[map]->scale_of(input) * windows[map]);
    return std::round(double{layer->maps[map].weights[i]} * ratio * two_to(fraction_bits));
  }
  [[nodiscard]] double bias(std::size_t j, int fraction_bits) const {
    return std::round(double{layer->bias[j]} * output_scale(j) * two_to(fraction_bits));
  }
  [[nodiscard]] double output_scale(std::size_t channel) const {
    return output->scale_of(layer->first_channel + channel);
  }
  [[nodiscard]] std::size_t channels() const { return layer->bias.size(); }

  /// Calls visit(weight's index, output channel) for all weights of a map.
  template <class Visit>
  void for_each_weight(std::size_t map, const Visit& visit) const {
    const network::Convolved& shape = layer->maps[map].shape;
    const std::size_t outputs = shape.to.channels / shape.groups;
    const std::size_t of_group = layer->maps[map].weights.size() / shape.groups;  // the inputs of a group come together
    for (std::size_t first = 0; first < layer->maps[map].weights.size(); first += outputs) {
      const std::size_t channel = first / of_group * outputs;
      for (std::size_t j = 0; j < outputs; ++j) {
        visit(first + j, channel + j);
      }
    }
  }
};

struct Integers {
  int fraction_bits;
  std::vector<std::vector<std::int32_t>> weights;  ///< of each map
  std::vector<std::int32_t> bias;
  std::int64_t bound = 0;
};

/// The rounded weights, and per channel the largest magnitude of what they add up to; nothing if a weight is too wide
/// (or not a number).
std::optional<std::vector<double>> round_weights(const FoldTask& task, Integers& integers) {
  const auto limit = static_cast<double>(largest_signed(task.format.weight_bits));
  std::vector<double> sums(task.channels());
  bool fits = true;
  for (std::size_t map = 0; map < task.layer->maps.size(); ++map) {
    std::vector<std::int32_t>& weights = integers.weights[map];
    const double most = task.inputs[map]->most;
    task.for_each_weight(map, [&](std::size_t i, std::size_t channel) {
      const double value = task.weight(map, i, channel, integers.fraction_bits);
      fits = fits && std::abs(value) <= limit;
      weights[i] = fits ? static_cast<std::int32_t>(value) : 0;
      sums[channel] += std::abs(value) * most;
    });
  }
  return fits ? std::optional(std::move(sums)) : std::nullopt;
}

/// Rounds the biases and takes the bound; false if an accumulator is too narrow.
bool round_biases(const FoldTask& task, const std::vector<double>& sums, Integers& integers) {
  const auto limit = static_cast<double>(largest_signed(task.format.accumulator_bits));
  const double half = two_to(integers.fraction_bits - 1);
  double bound = 0;
  for (std::size_t j = 0; j < sums.size(); ++j) {
    const double value = task.bias(j, integers.fraction_bits);
    if (!(std::abs(value) + sums[j] + half <= limit)) {
      return false;
    }
    integers.bias[j] = static_cast<std::int32_t>(value);
    bound = std::max(bound, sums[j] + std::abs(value) + half);
  }
  integers.bound = static_cast<std::int64_t>(bound);
  return true;
}

std::optional<Integers> round_at(const FoldTask& task, int fraction_bits) {
  Integers integers{fraction_bits, {}, std::vector<std::int32_t>(task.channels()), 0};
  for (const LinearMap& map : task.layer->maps) {
    integers.weights.emplace_back(map.weights.size());
  }
  const auto sums = round_weights(task, integers);
  if (sums && round_biases(task, *sums, integers)) {
    return integers;
  }
  return std::nullopt;
}

/// Says what the layer would need with one fraction bit, the fewest.
[[noreturn]] void refuse(const FoldTask& task, const std::string& family) {
  std::vector<double> sums(task.channels());
  double widest = 0;
  for (std::size_t map = 0; map < task.layer->maps.size(); ++map) {
    task.for_each_weight(map, [&](std::size_t i, std::size_t channel) {
      const double magnitude = std::abs(task.weight(map, i, channel, 1));
      widest = std::max(widest, magnitude);
      sums[channel] += magnitude * task.inputs[map]->most;
    });
  }
  double bound = 0;
  for (std::size_t j = 0; j < sums.size(); ++j) {
    bound = std::max(bound, sums[j] + std::abs(task.bias(j, 1)) + 1);
  }
  fail(
      "layer '{}': the {} integers do not fit: with the fewest fraction bits, 1, its bound is {:.0f} and {}-bit "
      "accumulators hold {}; its widest weight is {:.0f} and {}-bit weights hold {}. Wider accumulators or weights, a "
      "smaller largest magnitude (now {}) or a smaller ratio of its output's scale ({:g}) to its input's ({:g}) help",
      task.layer->name, family, bound, task.format.accumulator_bits, largest_signed(task.format.accumulator_bits),
      widest, task.format.weight_bits, largest_signed(task.format.weight_bits), task.clamp, task.output->scale,
      task.inputs.front()->scale * task.windows.front());
}

/// More fraction bits never make a magnitude smaller, so the first that fit from above are the most.
Integers round_as_fine_as_fits(const FoldTask& task, const std::string& family) {
  for (int fraction_bits = kMostFractionBits; fraction_bits >= 1; --fraction_bits) {
    if (auto integers = round_at(task, fraction_bits)) {
      return std::move(*integers);
    }
  }
  refuse(task, family);
}

/// Bits by which an output layer's sums over `window` accumulators are rounded, so that they fit the width again.
int shift_for(std::int64_t window) {
  int bits = 0;
  while ((std::int64_t{1} << bits) < window) {
    ++bits;
  }
  return bits;
}

IntegerLayer fold_layer(const FoldTask& task, LayerId id, const network::Volume& written, bool is_output,
                        const std::string& family) {
  const Integers integers = round_as_fine_as_fits(task, family);
  const WeightLayer& layer = *task.layer;
  IntegerLayer folded;
  folded.id = id;
  folded.name = layer.name;
  for (std::size_t map = 0; map < layer.maps.size(); ++map) {
    folded.synapses.emplace_back(layer.maps[map].tensor, layer.maps[map].shape, task.format.weight_bits,
                                 integers.weights[map]);
  }
  folded.sums = layer.sums;
  folded.pool = layer.pool;
  folded.window = layer.window;
  folded.values = layer.values;
  folded.bias = integers.bias;
  folded.fraction_bits = integers.fraction_bits;
  folded.relu = layer.relu;
  if (layer.ceiling) {
    if (!task.output->channel_scales.empty()) {
      fail(
          "layer '{}': its ReLU has a ceiling, which all its channels share; its tensor takes one scale, not one for "
          "each channel",
          layer.name);
    }
    const double ceiling = std::round(double{*layer.ceiling} * task.output->scale * two_to(integers.fraction_bits));
    const double widest = std::numeric_limits<std::int32_t>::max();
    folded.ceiling = static_cast<std::int32_t>(std::min(ceiling, widest));
  }
  folded.is_output = is_output;
  const bool is_summed = is_output && layer.pool == network::Pool::kSum;
  folded.output_shift = is_summed ? shift_for(layer.window.kernel[0] * layer.window.kernel[1]) : 0;
  folded.tensor = layer.tensor;
  folded.first_channel = layer.first_channel;
  folded.written = written;
  folded.clamp = task.clamp;
  folded.bound = integers.bound;
  return folded;
}

void check_scales(const std::vector<double>& scales, const QuantisedTensor& tensor, const std::string& family) {
  if (scales.size() != 1 && scales.size() != tensor.shape.channels) {
    fail("tensor '{}': {} scales of the {} integers; it takes one, or one for each of its {} channels", tensor.name,
         scales.size(), family, tensor.shape.channels);
  }
  for (const double scale : scales) {
    if (!(scale > 0) || !std::isfinite(scale)) {
      fail("a scale of the {} integers is {}; scales must be positive", family, scale);
    }
  }
}

void check(const Scales& scales, const WeightLayers& layers, std::int32_t clamp, const std::string& family) {
  if (scales.size() != layers.scales()) {
    fail("{} scales for the {} integers, but the network quantises {} tensors: the frame and what weight layers read",
         scales.size(), family, layers.scales());
  }
  for (std::size_t i = 0; i < scales.size(); ++i) {
    check_scales(scales[i], layers.tensors[i], family);
  }
  if (clamp < 1) {
    fail("the largest magnitude of the {} integers is {}; it must be at least 1", family, clamp);
  }
}

/// Of the widths 8, 16 and 32 the narrowest that holds +-clamp.
int activation_width(std::int32_t clamp) {
  return clamp <= largest_signed(8) ? 8 : clamp <= largest_signed(16) ? 16 : 32;
}

std::vector<network::Tensor> tensors_of(const WeightLayers& layers, const Scales& scales, std::int32_t clamp) {
  std::vector<network::Tensor> tensors;
  for (const QuantisedTensor& tensor : layers.tensors) {
    const std::size_t i = tensors.size();
    const std::int64_t most = clamp * tensor.window;
    if (most > network::kMostOnTensor) {
      fail("tensor '{}': sums of {} values of up to {} do not fit {}; a smaller largest magnitude helps", tensor.name,
           tensor.window, clamp, network::kMostOnTensor);
    }
    tensors.push_back({tensor.name, tensor.shape, 1.0, clamp, static_cast<std::int32_t>(most)});
    if (i < scales.size() && scales[i].size() == 1) {
      tensors.back().scale = scales[i].front();
    } else if (i < scales.size()) {
      tensors.back().scale = geometric_mean(scales[i]);
      tensors.back().channel_scales = scales[i];
    }
  }
  return tensors;
}

}  // namespace

IntegerNetwork fold(const WeightLayers& layers, const Scales& scales, std::int32_t clamp, const NumberFormat& format,
                    const std::string& family) {
  check(scales, layers, clamp, family);
  IntegerNetwork network{.tensors = tensors_of(layers, scales, clamp),
                         .layers = {},
                         .clamp = clamp,
                         .accumulator_bits = format.accumulator_bits,
                         .activation_bits = activation_width(clamp)};
  for (std::size_t l = 0; l < layers.layers.size(); ++l) {
    const WeightLayer& layer = layers.layers[l];
    FoldTask task{&layer, {}, {}, &network.tensors[layer.tensor], clamp, format};
    for (const LinearMap& map : layer.maps) {
      task.inputs.push_back(&network.tensors[map.tensor]);
      task.windows.push_back(static_cast<double>(layers.tensors[map.tensor].window));
    }
    const bool is_output = l + 1 == layers.layers.size();
    network.layers.push_back(fold_layer(task, LayerId{static_cast<std::uint32_t>(l)},
                                        network.tensors[layer.tensor].shape, is_output, family));
  }
  return network;
}

IntegerNetwork fold(const WeightLayers& layers, std::span<const double> scales, std::int32_t clamp,
                    const NumberFormat& format, const std::string& family) {
  return fold(layers, per_tensor(scales), clamp, format, family);
}

IntegerNetwork fold(const network::Graph& graph, std::span<const double> scales, std::int32_t clamp,
                    const NumberFormat& format, const std::string& family) {
  return fold(weight_layers(graph), scales, clamp, format, family);
}

std::vector<double> factor_scales(std::span<const double> rms, double factor) {
  std::vector<double> scales;
  for (const double r : rms) {
    const double scale = r > 0 ? factor / r : 1.0;
    const double unit = std::ldexp(1.0, std::ilogb(scale) - 7);
    scales.push_back(unit * std::round(scale / unit));
  }
  return scales;
}

std::vector<double> grid_scales(std::span<const float> ranges, int activation_bits) {
  std::vector<double> scales;
  for (const float r : ranges) {
    double range = 1;
    if (r > 0) {
      const double unit = std::ldexp(1.0, std::ilogb(r) - 6);
      range = unit * std::ceil(double{r} / unit);
    }
    scales.push_back(static_cast<double>(largest_signed(activation_bits)) / range);
  }
  return scales;
}

}  // namespace sigdel::quantise
