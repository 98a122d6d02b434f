#include "tests/support/plain_network.hpp"

#include <algorithm>
#include <cmath>

namespace sigdel::test {
namespace {

using network::IntegerLayer;

std::int64_t clamped(std::int64_t value, std::int64_t limit, std::uint64_t& saturations) {
  if (value > limit || value < -limit) {
    ++saturations;
    return value > 0 ? limit : -limit;
  }
  return value;
}

std::vector<std::int64_t> accumulate(const IntegerLayer& layer, const std::vector<std::int64_t>& values) {
  std::vector<std::int64_t> sums(layer.bias.begin(), layer.bias.end());
  for (std::uint32_t i = 0; i < layer.inputs(); ++i) {
    for (std::uint32_t j = 0; j < layer.outputs(); ++j) {
      sums[j] += values[i] * layer.weights.at(i, j);
    }
  }
  return sums;
}

}  // namespace

PlainFrame run_plainly(const network::IntegerNetwork& network, std::span<const float> frame) {
  PlainFrame result;
  std::vector<std::int64_t> values;
  for (const float x : frame) {
    const auto rounded = static_cast<std::int64_t>(std::round(network.scales.front() * static_cast<double>(x)));
    values.push_back(clamped(rounded, network.clamp, result.input_saturations));
  }
  for (const IntegerLayer& layer : network.layers) {
    result.tensors.push_back(values);
    const std::vector<std::int64_t> sums = accumulate(layer, values);
    std::uint64_t saturations = 0;
    values.clear();
    for (const std::int64_t sum : sums) {
      const std::int64_t positive = layer.relu ? std::max<std::int64_t>(sum, 0) : sum;
      const double real = std::ldexp(static_cast<double>(positive), -layer.fraction_bits);
      values.push_back(
          layer.is_output ? sum : clamped(static_cast<std::int64_t>(std::round(real)), layer.clamp, saturations));
    }
    result.saturations.push_back(saturations);
  }
  result.outputs = values;
  return result;
}

}  // namespace sigdel::test
