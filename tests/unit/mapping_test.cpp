#include "models/mapping/mapping.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "models/base/errors.hpp"
#include "models/base/random.hpp"

namespace sigdel::mapping {
namespace {

using network::IntegerNetwork;
using testing::AllOf;
using testing::HasSubstr;

/// Layers of zero weights: widths[l] inputs to widths[l + 1] outputs.
IntegerNetwork network_of(const std::vector<std::uint32_t>& widths, int weight_bits = 8, int accumulator_bits = 32) {
  IntegerNetwork network;
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

IntegerNetwork random_network(Random& random) {
  constexpr std::array kWidths{8, 16, 32};
  std::vector<std::uint32_t> widths;
  for (std::int64_t l = random.between(1, 5); l >= 0; --l) {
    widths.push_back(static_cast<std::uint32_t>(random.between(1, 60)));
  }
  return network_of(widths, kWidths[random.below(3)], random.below(2) == 0 ? 16 : 32);
}

Capacity random_capacity(Random& random) {
  return {static_cast<std::uint32_t>(random.between(1, 5)), static_cast<std::uint32_t>(random.between(1, 5)),
          random.below(8000), random.below(800)};
}

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
void check(const Mapping& mapping, const IntegerNetwork& network, const Capacity& capacity) {
  std::map<std::uint32_t, std::uint64_t> weights;
  std::map<std::uint32_t, std::uint64_t> states;
  std::set<std::pair<std::uint32_t, std::uint32_t>> neurons;
  std::set<std::pair<std::uint32_t, std::uint32_t>> layers_of_cores;
  std::uint64_t expected = 0;
  for (const network::IntegerLayer& layer : network.layers) {
    expected += layer.outputs();
  }
  for (const Slice& slice : mapping.slices) {
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

TEST(MapAutomatically, IsValidOrRefused) {
  Random random(3);
  int mapped = 0;
  int shared = 0;
  int refused = 0;
  while (mapped < 300 || shared < 30 || refused < 30) {
    const IntegerNetwork network = random_network(random);
    const Capacity capacity = random_capacity(random);
    try {
      const Mapping mapping = map_automatically(network, capacity);
      ASSERT_NO_FATAL_FAILURE(check(mapping, network, capacity));
      ASSERT_NO_THROW(validate(mapping, network, capacity));
      ASSERT_EQ(map_automatically(network, capacity).slices, mapping.slices);
      std::set<std::uint32_t> cores;
      for (const Slice& slice : mapping.slices) {
        cores.insert(slice.core.value);
      }
      ++mapped;
      shared += cores.size() < mapping.slices.size() ? 1 : 0;
    } catch (const InputError&) {
      ++refused;
    }
  }
}

TEST(MapAutomatically, GivesEveryLayerItsOwnCoresByItsWork) {
  const IntegerNetwork network = network_of({784, 200, 200, 10});
  const Capacity capacity{3, 3, 262144, 65536};
  const Mapping mapping = map_automatically(network, capacity);
  // Work of 156,800, 40,000 and 2,000 on nine cores: 26,133, 20,000 and 2,000 each, in snake order.
  std::vector<std::uint32_t> cores;
  std::vector<std::uint32_t> parts(3);
  for (const Slice& slice : mapping.slices) {
    cores.push_back(slice.core.value);
    ++parts[slice.layer.value];
  }
  EXPECT_EQ(cores, (std::vector<std::uint32_t>{0, 1, 2, 5, 4, 3, 6, 7, 8}));
  EXPECT_EQ(parts, (std::vector<std::uint32_t>{6, 2, 1}));
}

TEST(MapAutomatically, CutsALayerAsEvenlyAsWholeNeuronsAllow) {
  const Mapping mapping = map_automatically(network_of({4, 10}), {3, 1, 1000, 1000});
  EXPECT_EQ(mapping.slices, (std::vector<Slice>{{{0}, {0}, {0, 3}}, {{0}, {1}, {3, 6}}, {{0}, {2}, {6, 10}}}));
}

TEST(MapAutomatically, NeverUsesMoreCoresThanNeurons) {
  const Mapping mapping = map_automatically(network_of({4, 2, 1}), {4, 4, 1000, 1000});
  EXPECT_EQ(mapping.slices, (std::vector<Slice>{{{0}, {0}, {0, 1}}, {{0}, {1}, {1, 2}}, {{1}, {2}, {0, 1}}}));
}

TEST(MapAutomatically, LetsLayersShareCoresWhenTheyAreFew) {
  // A neuron of the first layer takes 8 bytes of weights, one of the second 10: the first core holds 4 + 1.
  const Mapping mapping = map_automatically(network_of({4, 4, 3, 2}), {2, 1, 42, 1000});
  EXPECT_EQ(mapping.slices,
            (std::vector<Slice>{{{0}, {0}, {0, 4}}, {{1}, {0}, {0, 1}}, {{1}, {1}, {1, 3}}, {{2}, {1}, {0, 2}}}));
}

TEST(MapAutomatically, NamesANeuronThatFitsNoCore) {
  const IntegerNetwork network = network_of({4, 4, 100, 2});
  const auto message = refusal([&] { map_automatically(network, {8, 8, 100, 6}); });
  EXPECT_THAT(message, AllOf(HasSubstr("'fc2'"), HasSubstr("one neuron"), HasSubstr("104 bytes"), HasSubstr("100")));
  EXPECT_THAT(refusal([&] {
                map_automatically(network, {8, 8, 104, 5});
              }),
              AllOf(HasSubstr("'fc0'"), HasSubstr("6 of state")));
  EXPECT_NO_THROW(map_automatically(network_of({4, 4, 100, 2}), {11, 10, 104, 6}));
}

TEST(MapAutomatically, NamesTheLayerThatAMeshIsTooSmallFor) {
  const auto message = refusal([] { map_automatically(network_of({4, 4, 3}), {2, 1, 24, 1000}); });
  EXPECT_THAT(message, AllOf(HasSubstr("'fc1'"), HasSubstr("24 bytes of weights and 18 of state"),
                             HasSubstr("2 cores hold 24 and 1000"), HasSubstr("More cores")));
}

TEST(Validate, RefusesWhatIsNoMapping) {
  const IntegerNetwork network = network_of({4, 4, 3});
  const Capacity capacity{2, 1, 60, 60};
  const auto message = [&](std::vector<Slice> slices) {
    return refusal([&] { validate({std::move(slices)}, network, capacity); });
  };
  EXPECT_EQ(message({{{0}, {0}, {0, 4}}, {{1}, {1}, {0, 3}}}), "no InputError");
  EXPECT_THAT(message({{{0}, {0}, {0, 4}}, {{1}, {1}, {0, 2}}}), HasSubstr("2 of the 3 neurons of layer 'fc1'"));
  EXPECT_THAT(message({{{0}, {0}, {0, 4}}}), HasSubstr("0 of the 3"));
  EXPECT_THAT(message({{{0}, {0}, {0, 3}}, {{0}, {1}, {2, 4}}, {{1}, {1}, {0, 3}}}), HasSubstr("the next one is 3"));
  EXPECT_THAT(message({{{0}, {0}, {0, 4}}, {{1}, {1}, {0, 4}}}), HasSubstr("4 of the 3"));
  EXPECT_THAT(message({{{0}, {0}, {0, 4}}, {{1}, {1}, {0, 2}}, {{1}, {1}, {2, 3}}}), HasSubstr("two slices"));
  EXPECT_THAT(message({{{0}, {2}, {0, 4}}, {{1}, {1}, {0, 3}}}), HasSubstr("core 2"));
  EXPECT_THAT(message({{{0}, {0}, {0, 4}}, {{2}, {1}, {0, 3}}}), HasSubstr("layer 2"));
  EXPECT_THAT(message({{{1}, {1}, {0, 3}}, {{0}, {0}, {0, 4}}}), HasSubstr("mapping"));
  EXPECT_EQ(message({{{0}, {0}, {0, 4}}, {{1}, {0}, {0, 3}}}), "no InputError");
}

TEST(Validate, RefusesACoreThatIsTooSmall) {
  const IntegerNetwork network = network_of({4, 4, 3});
  const Mapping mapping{{{{0}, {0}, {0, 4}}, {{1}, {0}, {0, 3}}}};  // 7 neurons of 8 bytes of weights and 6 of state
  const auto message = [&](std::uint64_t weight_bytes, std::uint64_t state_bytes) {
    return refusal([&] { validate(mapping, network, {2, 1, weight_bytes, state_bytes}); });
  };
  EXPECT_EQ(message(56, 42), "no InputError");
  EXPECT_THAT(message(55, 42), AllOf(HasSubstr("core 0"), HasSubstr("'fc1'"), HasSubstr("56 bytes of weights")));
  EXPECT_THAT(message(56, 41), AllOf(HasSubstr("core 0"), HasSubstr("'fc1'"), HasSubstr("42 of state")));
}

}  // namespace
}  // namespace sigdel::mapping
