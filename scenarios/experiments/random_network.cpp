#include "scenarios/experiments/random_network.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "scenarios/experiments/numpy_random.hpp"

namespace sigdel::experiments {
namespace {

constexpr std::array<double, kRandomLayers> kFactors{0.5, 8, 0.25};

/// One sample through one layer: relu(x W).
void forward(const std::vector<double>& weights, std::span<const double> x, std::span<double> y) {
  std::fill(y.begin(), y.end(), 0.0);
  for (std::size_t i = 0; i < kRandomWidth; ++i) {
    if (x[i] != 0) {
      for (std::size_t j = 0; j < kRandomWidth; ++j) {
        y[j] += x[i] * weights[i * kRandomWidth + j];
      }
    }
  }
  std::transform(y.begin(), y.end(), y.begin(), [](double value) { return std::max(value, 0.0); });
}

/// Rounds values to multiples of 1 / scale; returns the sum of the integers' magnitudes.
double quantise(std::span<double> values, double scale) {
  double sum = 0;
  for (double& value : values) {
    const double integer = std::round(scale * value);
    sum += std::abs(integer);
    value = integer / scale;
  }
  return sum;
}

std::vector<double> exact_outputs(const RandomNetwork& network) {
  std::vector<double> outputs;
  std::vector<double> next(kRandomWidth);
  for (std::size_t sample = 0; sample < kRandomInputs; ++sample) {
    const auto begin = network.inputs.begin() + static_cast<std::ptrdiff_t>(sample * kRandomWidth);
    std::vector<double> x(begin, begin + kRandomWidth);
    for (const auto& weights : network.weights) {
      forward(weights, x, next);
      x.swap(next);
    }
    outputs.insert(outputs.end(), x.begin(), x.end());
  }
  return outputs;
}

}  // namespace

RandomExperimentData draw_random_network(std::uint32_t seed, std::size_t triples) {
  NumpyRandom random(seed);
  RandomExperimentData data;
  for (std::size_t layer = 0; layer < kRandomLayers; ++layer) {
    data.network.weights.at(layer) = random.gauss(kRandomWidth * kRandomWidth);
    for (double& weight : data.network.weights.at(layer)) {
      weight = weight * std::sqrt(2.0 / kRandomWidth) * kFactors.at(layer);
    }
  }
  data.network.inputs = random.gauss(kRandomInputs * kRandomWidth);
  data.network.outputs = exact_outputs(data.network);
  data.triples.resize(triples);
  for (Triple& triple : data.triples) {
    std::generate(triple.begin(), triple.end(), [&] { return std::abs(3 + 4 * random.gauss()); });
  }
  return data;
}

Quality quality_of(const RandomNetwork& network, const Triple& scales) {
  double magnitudes = 0;
  double difference = 0;
  double exact = 0;
  std::vector<double> x(kRandomWidth);
  std::vector<double> next(kRandomWidth);
  for (std::size_t at = 0; at < network.inputs.size(); at += kRandomWidth) {
    std::copy_n(network.inputs.begin() + static_cast<std::ptrdiff_t>(at), kRandomWidth, x.begin());
    for (std::size_t layer = 0; layer < kRandomLayers; ++layer) {
      magnitudes += quantise(x, scales.at(layer));
      forward(network.weights.at(layer), x, next);
      x.swap(next);
    }
    for (std::size_t j = 0; j < kRandomWidth; ++j) {
      difference += std::abs(x[j] - network.outputs[at + j]);
      exact += std::abs(network.outputs[at + j]);
    }
  }
  return {difference / exact, magnitudes * kRandomWidth / kRandomInputs};
}

bool dominates(const Quality& a, const Quality& b) { return a.error <= b.error && a.adds <= b.adds; }

}  // namespace sigdel::experiments
