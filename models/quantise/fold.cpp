#include "models/quantise/fold.hpp"

#include <algorithm>
#include <cmath>
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
  double input_scale = 1;
  double output_scale = 1;
  std::int32_t clamp = 1;
  NumberFormat format;

  [[nodiscard]] double weight(std::size_t i, int fraction_bits) const {
    const double ratio = output_scale / input_scale;
    return std::round(double{layer->map->weights[i]} * ratio * two_to(fraction_bits));
  }
  [[nodiscard]] double bias(std::size_t j, int fraction_bits) const {
    return std::round(double{layer->map->bias[j]} * output_scale * two_to(fraction_bits));
  }
  [[nodiscard]] std::size_t outputs() const { return static_cast<std::size_t>(layer->map->outputs); }
};

struct Integers {
  int fraction_bits;
  std::vector<std::int32_t> weights;
  std::vector<std::int32_t> bias;
  std::int64_t bound = 0;
};

/// The rounded weights, and per output the sum of their magnitudes; nothing if one is too wide (or not a number).
std::optional<std::vector<std::int64_t>> round_weights(const FoldTask& task, Integers& integers) {
  const auto limit = static_cast<double>(largest_signed(task.format.weight_bits));
  const std::size_t count = task.layer->map->weights.size();
  std::vector<std::int64_t> sums(task.outputs());
  for (std::size_t row = 0; row < count; row += sums.size()) {
    for (std::size_t j = 0; j < sums.size(); ++j) {
      const double value = task.weight(row + j, integers.fraction_bits);
      if (!(std::abs(value) <= limit)) {
        return std::nullopt;
      }
      integers.weights[row + j] = static_cast<std::int32_t>(value);
      sums[j] += static_cast<std::int64_t>(std::abs(value));
    }
  }
  return sums;
}

/// Rounds the biases and takes the bound; false if an accumulator is too narrow.
bool round_biases(const FoldTask& task, const std::vector<std::int64_t>& sums, Integers& integers) {
  const std::int64_t limit = largest_signed(task.format.accumulator_bits);
  const std::int64_t half = std::int64_t{1} << (integers.fraction_bits - 1);
  for (std::size_t j = 0; j < sums.size(); ++j) {
    const double value = task.bias(j, integers.fraction_bits);
    if (!(std::abs(value) <= static_cast<double>(limit)) || sums[j] > limit / task.clamp) {
      return false;
    }
    integers.bias[j] = static_cast<std::int32_t>(value);
    const auto magnitude = static_cast<std::int64_t>(std::abs(value));
    integers.bound = std::max(integers.bound, sums[j] * task.clamp + magnitude + half);
  }
  return integers.bound <= limit;
}

std::optional<Integers> round_at(const FoldTask& task, int fraction_bits) {
  Integers integers{fraction_bits, std::vector<std::int32_t>(task.layer->map->weights.size()),
                    std::vector<std::int32_t>(task.outputs()), 0};
  const auto sums = round_weights(task, integers);
  if (sums && round_biases(task, *sums, integers)) {
    return integers;
  }
  return std::nullopt;
}

/// Says what the layer would need with one fraction bit, the fewest.
[[noreturn]] void refuse(const FoldTask& task, const std::string& family) {
  const auto& map = *task.layer->map;
  std::vector<double> sums(task.outputs());
  double widest = 0;
  for (std::size_t i = 0; i < map.weights.size(); ++i) {
    const double magnitude = std::abs(task.weight(i, 1));
    widest = std::max(widest, magnitude);
    sums[i % sums.size()] += magnitude;
  }
  double bound = 0;
  for (std::size_t j = 0; j < sums.size(); ++j) {
    bound = std::max(bound, sums[j] * task.clamp + std::abs(task.bias(j, 1)) + 1);
  }
  fail(
      "layer '{}': the {} integers do not fit: with the fewest fraction bits, 1, its bound is {:.0f} and {}-bit "
      "accumulators hold {}; its widest weight is {:.0f} and {}-bit weights hold {}. Wider accumulators or weights, a "
      "smaller largest magnitude (now {}) or a smaller ratio of its output's scale ({:g}) to its input's ({:g}) help",
      task.layer->name, family, bound, task.format.accumulator_bits, largest_signed(task.format.accumulator_bits),
      widest, task.format.weight_bits, largest_signed(task.format.weight_bits), task.clamp, task.output_scale,
      task.input_scale);
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

IntegerLayer fold_layer(const FoldTask& task, LayerId id, bool is_output, const std::string& family) {
  Integers integers = round_as_fine_as_fits(task, family);
  const auto& map = *task.layer->map;
  network::WeightMatrix weights(static_cast<std::uint32_t>(map.inputs), static_cast<std::uint32_t>(map.outputs),
                                task.format.weight_bits, integers.weights);
  return {.id = id,
          .name = task.layer->name,
          .weights = std::move(weights),
          .bias = std::move(integers.bias),
          .fraction_bits = integers.fraction_bits,
          .relu = task.layer->relu && !is_output,
          .is_output = is_output,
          .clamp = task.clamp,
          .bound = integers.bound};
}

void check(std::span<const double> scales, std::size_t layers, std::int32_t clamp, const std::string& family) {
  if (scales.size() != layers) {
    fail("{} scales for the {} integers, but the network has {} weight layers: one per layer, for the tensor it reads",
         scales.size(), family, layers);
  }
  for (const double scale : scales) {
    if (!(scale > 0) || !std::isfinite(scale)) {
      fail("a scale of the {} integers is {}; scales must be positive", family, scale);
    }
  }
  if (clamp < 1) {
    fail("the largest magnitude of the {} integers is {}; it must be at least 1", family, clamp);
  }
}

/// Of the widths 8, 16 and 32 the narrowest that holds +-clamp.
int activation_width(std::int32_t clamp) {
  return clamp <= largest_signed(8) ? 8 : clamp <= largest_signed(16) ? 16 : 32;
}

}  // namespace

IntegerNetwork fold(const network::Graph& graph, std::span<const double> scales, std::int32_t clamp,
                    const NumberFormat& format, const std::string& family) {
  const std::vector<WeightLayer> layers = weight_layers(graph);
  check(scales, layers.size(), clamp, family);
  IntegerNetwork network{.layers = {},
                         .scales = {scales.begin(), scales.end()},
                         .clamp = clamp,
                         .accumulator_bits = format.accumulator_bits,
                         .activation_bits = activation_width(clamp)};
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const bool is_output = l + 1 == layers.size();
    const FoldTask task{&layers[l], scales[l], is_output ? 1.0 : scales[l + 1], clamp, format};
    network.layers.push_back(fold_layer(task, LayerId{static_cast<std::uint32_t>(l)}, is_output, family));
  }
  return network;
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
