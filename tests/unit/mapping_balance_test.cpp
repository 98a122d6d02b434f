// How evenly the automatic mapping spreads the work, and what a mapping asks of each core.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "models/mapping/use.hpp"
#include "tests/support/mappings.hpp"

namespace sigdel::mapping {
namespace {

using network::IntegerNetwork;
using test::slice;

/// The fewest cores that hold every layer on cores of its own.
std::uint64_t fewest_cores(const IntegerNetwork& network, const Capacity& capacity) {
  std::uint64_t cores = 0;
  for (const network::IntegerLayer& layer : network.layers) {
    std::uint32_t most = layer.outputs();
    while (weight_bytes(network, layer.id, network::elements({0, most})) > capacity.weight_bytes ||
           state_bytes(network, layer.id, network::elements({0, most})) > capacity.state_bytes) {
      --most;
    }
    cores += (layer.outputs() + most - 1) / most;
  }
  return cores;
}

std::uint64_t widest_input(const IntegerNetwork& network) {
  const auto widest = std::max_element(network.layers.begin(), network.layers.end(),
                                       [](const auto& a, const auto& b) { return a.inputs() < b.inputs(); });
  return widest->inputs();
}

bool has_shared_core(const std::vector<CoreUse>& cores) {
  return std::any_of(cores.begin(), cores.end(), [](const CoreUse& core) { return core.slices.size() > 1; });
}

TEST(UseOfCores, AddsUpTheSlices) {
  const IntegerNetwork network = test::network_of({4, 4, 3});
  const Capacity capacity{2, 2, 1000, 1000};
  const auto cores = use_of_cores({{slice(0, 0, {0, 3}), slice(0, 3, {3, 4}), slice(1, 0, {0, 3})}}, network, capacity);
  ASSERT_EQ(cores.size(), 4U);
  EXPECT_EQ(cores[0].core, "core_0_0");
  EXPECT_EQ(cores[3].core, "core_1_1");
  EXPECT_EQ(cores[0].slices, (std::vector<Slice>{slice(0, 0, {0, 3}), slice(1, 0, {0, 3})}));
  EXPECT_EQ(cores[0].weight_bytes, 6U * (4 + 4));
  EXPECT_EQ(cores[0].state_bytes, 6U * (4 + 2));
  EXPECT_EQ(cores[0].dense_work, 6U * 4);
  EXPECT_EQ(cores[3].dense_work, 4U);
  EXPECT_TRUE(cores[1].slices.empty());
  EXPECT_EQ(cores[1].weight_bytes + cores[1].state_bytes + cores[1].dense_work, 0U);
}

TEST(BalanceOf, CountsIdleCoresToo) {
  const IntegerNetwork network = test::network_of({4, 4, 3});
  const auto cores = use_of_cores({{slice(0, 0, {0, 4}), slice(1, 1, {0, 3})}}, network, {4, 1, 1000, 1000});
  const Balance balance = balance_of(cores);
  EXPECT_EQ(balance.busiest, 16U);
  EXPECT_EQ(balance.mean, 28.0 / 4);
  EXPECT_EQ(balance.ratio(), 16.0 * 4 / 28);
}

/// The bound that map_automatically's comment states.
TEST(MapAutomatically, KeepsItsBoundOnOwnCores) {
  Random random(11);
  for (int tested = 0; tested < 300;) {
    const IntegerNetwork network = test::random_layers(random);
    const Capacity capacity = test::random_capacity(random);
    std::vector<CoreUse> cores;
    try {
      cores = use_of_cores(map_automatically(network, capacity), network, capacity);
    } catch (const InputError&) {
      continue;
    }
    const std::uint64_t fewest = fewest_cores(network, capacity);
    if (fewest >= capacity.cores()) {
      continue;  // shared, or nothing to spread
    }
    ASSERT_FALSE(has_shared_core(cores));
    const Balance balance = balance_of(cores);
    const double work = balance.mean * capacity.cores();
    ASSERT_LE(static_cast<double>(balance.busiest), work / static_cast<double>(capacity.cores() - fewest) +
                                                        static_cast<double>(widest_input(network)) + 1e-6);
    ++tested;
  }
}

/// Measured over 500 networks of two to four layers of 50 to 500 neurons on 4 x 4 to 8 x 8 cores with ample memory:
/// the busiest core has 1.068 times the mean's work on average, 1.48 times at worst.
TEST(MapAutomatically, IsEvenOnNetworksOfUsualSize) {
  Random random(12);
  double sum = 0;
  double worst = 0;
  constexpr int kNetworks = 500;
  for (int i = 0; i < kNetworks; ++i) {
    std::vector<std::uint32_t> widths;
    for (std::int64_t l = random.between(2, 4); l >= 0; --l) {
      widths.push_back(static_cast<std::uint32_t>(random.between(50, 500)));
    }
    const IntegerNetwork network = test::network_of(widths);
    const Capacity capacity{static_cast<std::uint32_t>(random.between(4, 8)),
                            static_cast<std::uint32_t>(random.between(4, 8)), 1U << 20U, 1U << 20U};
    const double ratio = balance_of(use_of_cores(map_automatically(network, capacity), network, capacity)).ratio();
    sum += ratio;
    worst = std::max(worst, ratio);
  }
  EXPECT_LT(sum / kNetworks, 1.07);
  EXPECT_LT(worst, 1.48);
}

/// Whether the cores suffice, in snake order and neuron by neuron, if none may have more than that work.
bool suffices(const IntegerNetwork& network, const Capacity& capacity, std::uint64_t work) {
  std::uint32_t used = 1;
  CoreUse core;
  for (const network::IntegerLayer& layer : network.layers) {
    for (std::uint32_t n = 0; n < layer.outputs(); ++n) {
      const auto fits = [&] {
        return core.weight_bytes + weight_bytes(network, layer.id, network::elements({0, 1})) <=
                   capacity.weight_bytes &&
               core.state_bytes + state_bytes(network, layer.id, network::elements({0, 1})) <= capacity.state_bytes &&
               core.dense_work + layer.inputs() <= work;
      };
      if (!fits()) {
        core = {};
        ++used;
      }
      if (!fits()) {
        return false;
      }
      core.weight_bytes += weight_bytes(network, layer.id, network::elements({0, 1}));
      core.state_bytes += state_bytes(network, layer.id, network::elements({0, 1}));
      core.dense_work += layer.inputs();
    }
  }
  return used <= capacity.cores();
}

TEST(MapAutomatically, CoversEveryLayerOnSharedCoresWithNoMoreWorkThanItMust) {
  Random random(13);
  for (int shared = 0; shared < 100;) {
    const IntegerNetwork network = test::random_layers(random);
    const Capacity capacity = test::random_capacity(random);
    try {
      const Mapping mapping = map_automatically(network, capacity);
      const auto cores = use_of_cores(mapping, network, capacity);
      if (has_shared_core(cores)) {
        ASSERT_NO_FATAL_FAILURE(test::check_mapping(mapping, network, capacity));
        ASSERT_NO_THROW(validate(mapping, network, capacity));
        const std::uint64_t busiest = balance_of(cores).busiest;
        ASSERT_TRUE(suffices(network, capacity, busiest));
        ASSERT_FALSE(suffices(network, capacity, busiest - 1));
        ++shared;
      }
    } catch (const InputError&) {
      ASSERT_FALSE(suffices(network, capacity, ~std::uint64_t{0}));
    }
  }
}

TEST(MapLayerPerRow, CutsEachLayerOverItsRow) {
  const Mapping mapping = map_layer_per_row(test::network_of({4, 7, 2}), {3, 3, 1000, 1000});
  EXPECT_EQ(mapping.slices, (std::vector<Slice>{slice(0, 0, {0, 2}), slice(0, 1, {2, 4}), slice(0, 2, {4, 7}),
                                                slice(1, 3, {0, 1}), slice(1, 4, {1, 2})}));
}

TEST(MapLayerPerRow, NamesLayerNeedAndCapacity) {
  const IntegerNetwork network = test::network_of({4, 7, 3});
  const auto message = [&](const Capacity& capacity) {
    return test::refusal([&] { map_layer_per_row(network, capacity); });
  };
  EXPECT_EQ(message({3, 2, 24, 18}), "no InputError");
  EXPECT_NE(message({3, 1, 24, 18}).find("layer 'fc1' has no row of the mesh: 2 layers need 2 rows"),
            std::string::npos);
  EXPECT_NE(message({3, 2, 23, 18})
                .find("layer 'fc0' does not fit row 0 of the mesh: 3 of its neurons on core_0_2 need "
                      "24 bytes of weights and 18 of state, and a core holds 23 and 18"),
            std::string::npos);
  EXPECT_NE(message({3, 2, 24, 17}).find("'fc0'"), std::string::npos);
}

TEST(MapLayerPerRow, IsValidOrRefused) {
  Random random(14);
  for (int mapped = 0; mapped < 100;) {
    const IntegerNetwork network = test::random_layers(random);
    const Capacity capacity = test::random_capacity(random);
    try {
      const Mapping mapping = map_layer_per_row(network, capacity);
      ASSERT_NO_FATAL_FAILURE(test::check_mapping(mapping, network, capacity));
      ASSERT_NO_THROW(validate(mapping, network, capacity));
      ++mapped;
    } catch (const InputError&) {
    }
  }
}

}  // namespace
}  // namespace sigdel::mapping
