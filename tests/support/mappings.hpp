/// Networks, machines and checks for the tests of mappings.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "models/base/errors.hpp"
#include "models/base/random.hpp"
#include "models/mapping/mapping.hpp"

namespace sigdel::test {

/// Layers of zero weights: widths[l] inputs to widths[l + 1] outputs.
inline network::IntegerNetwork network_of(const std::vector<std::uint32_t>& widths, int weight_bits = 8,
                                          int accumulator_bits = 32) {
  network::IntegerNetwork network;
  network.accumulator_bits = accumulator_bits;
  for (std::uint32_t l = 0; l + 1 < widths.size(); ++l) {
    const std::vector<std::int32_t> zeros(std::size_t{widths[l]} * widths[l + 1]);
    network::WeightMatrix weights(widths[l], widths[l + 1], weight_bits, zeros);
    network.layers.push_back({.id = {l},
                              .name = "fc" + std::to_string(l),
                              .weights = std::move(weights),
                              .bias = std::vector<std::int32_t>(widths[l + 1])});
  }
  return network;
}

/// One to five layers of random widths and formats.
inline network::IntegerNetwork random_layers(Random& random) {
  constexpr std::array kWidths{8, 16, 32};
  std::vector<std::uint32_t> widths;
  for (std::int64_t l = random.between(1, 5); l >= 0; --l) {
    widths.push_back(static_cast<std::uint32_t>(random.between(1, 60)));
  }
  return network_of(widths, kWidths[random.below(3)], random.below(2) == 0 ? 16 : 32);
}

/// One to 25 cores with small memories.
inline mapping::Capacity random_capacity(Random& random) {
  return {static_cast<std::uint32_t>(random.between(1, 5)), static_cast<std::uint32_t>(random.between(1, 5)),
          random.below(8000), random.below(800)};
}

/// The message with which the call refuses its input, or "no InputError".
template <class Call>
std::string refusal(const Call& call) {
  try {
    call();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no InputError";
}

/// Every neuron on exactly one core, memories respected, one slice of a layer per core: counted neuron by neuron.
inline void check_mapping(const mapping::Mapping& mapping, const network::IntegerNetwork& network,
                          const mapping::Capacity& capacity) {
  std::map<std::uint32_t, std::uint64_t> weights;
  std::map<std::uint32_t, std::uint64_t> states;
  std::set<std::pair<std::uint32_t, std::uint32_t>> neurons;
  std::set<std::pair<std::uint32_t, std::uint32_t>> layers_of_cores;
  std::uint64_t expected = 0;
  for (const network::IntegerLayer& layer : network.layers) {
    expected += layer.outputs();
  }
  for (const mapping::Slice& slice : mapping.slices) {
    ASSERT_LT(slice.core.value, capacity.cores());
    ASSERT_TRUE(layers_of_cores.emplace(slice.core.value, slice.layer.value).second);
    const network::IntegerLayer& layer = network.layers.at(slice.layer.value);
    ASSERT_LE(slice.neurons.end, layer.outputs());
    for (std::uint32_t n = slice.neurons.begin; n < slice.neurons.end; ++n) {
      ASSERT_TRUE(neurons.emplace(slice.layer.value, n).second);
      weights[slice.core.value] += layer.inputs() * static_cast<std::uint64_t>(layer.weights.bits()) / 8 +
                                   static_cast<std::uint64_t>(network.accumulator_bits) / 8;
      states[slice.core.value] += static_cast<std::uint64_t>(network.accumulator_bits) / 8 + 2;
    }
    ASSERT_LE(weights[slice.core.value], capacity.weight_bytes);
    ASSERT_LE(states[slice.core.value], capacity.state_bytes);
  }
  ASSERT_EQ(neurons.size(), expected);
}

}  // namespace sigdel::test
