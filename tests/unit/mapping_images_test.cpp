// Images on cores: automatic mapping, layer per row, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "models/mapping/arrange.hpp"
#include "models/mapping/cut.hpp"
#include "models/mapping/own_cores.hpp"
#include "models/mapping/pack.hpp"
#include "models/mapping/use.hpp"
#include "tests/support/mappings.hpp"
#include "tests/support/random_images.hpp"

namespace sigdel::mapping {
namespace {

using network::Box;
using network::IntegerLayer;
using network::IntegerNetwork;
using network::Pool;
using test::check_mapping;
using test::images_of;
using test::refusal;
using test::same;
using test::square;
using testing::AllOf;
using testing::HasSubstr;

double ratio_of(const Mapping& mapping, const IntegerNetwork& network, const Capacity& capacity) {
  return balance_of(use_of_cores(mapping, network, capacity)).ratio();
}

/// Three blocks like a small VGG, then a fully connected layer.
IntegerNetwork small_vgg() {
  const network::Window halve = square(2, 2);
  return images_of({3, 32, 32}, {{16, same(3)},
                                 {16, same(3), 1, Pool::kMax, halve},
                                 {32, same(3)},
                                 {32, same(3), 1, Pool::kMax, halve},
                                 {64, same(3)},
                                 {64, same(3), 1, Pool::kMax, halve},
                                 {10, square(4, 1)}});
}

TEST(MapImages, IsValidOrRefused) {
  Random random(31);
  int mapped = 0;
  int shared = 0;
  int refused = 0;
  for (std::uint64_t seed = 0; mapped < 200 || shared < 50 || refused < 20; ++seed) {
    const IntegerNetwork network = test::random_image_case(seed).network;
    Capacity capacity{static_cast<std::uint32_t>(random.between(1, 4)),
                      static_cast<std::uint32_t>(random.between(1, 4)), 200 + random.below(4000),
                      100 + random.below(3000)};
    capacity.accumulator_banks = static_cast<std::uint32_t>(random.between(1, 2));
    try {
      const Mapping mapping = map_automatically(network, capacity);
      ASSERT_NO_FATAL_FAILURE(check_mapping(mapping, network, capacity)) << seed;
      ASSERT_NO_THROW(validate(mapping, network, capacity)) << seed;
      ASSERT_EQ(map_automatically(network, capacity).slices, mapping.slices) << seed;
      const auto cores = use_of_cores(mapping, network, capacity);
      ++mapped;
      shared +=
          std::any_of(cores.begin(), cores.end(), [](const auto& core) { return core.slices.size() > 1; }) ? 1 : 0;
    } catch (const InputError& error) {
      ASSERT_THAT(error.what(), HasSubstr("layer '"));
      ++refused;
    }
  }
}

TEST(MapImages, SpreadsTheWorkOfASmallNetwork) {
  const IntegerNetwork network = small_vgg();
  for (const std::uint32_t side : {2U, 3U, 4U, 6U}) {
    const Capacity capacity{side, side, 1U << 18U, 1U << 18U};
    const Mapping mapping = map_automatically(network, capacity);
    ASSERT_NO_FATAL_FAILURE(check_mapping(mapping, network, capacity));
    EXPECT_LT(ratio_of(mapping, network, capacity), 1.03) << side;
  }
}

/// Memories that hold little more than the network: the cuts follow them.
TEST(MapImages, FitsTightMemories) {
  const IntegerNetwork network = small_vgg();
  std::uint64_t weights = 0;
  std::uint64_t states = 0;
  for (const IntegerLayer& layer : network.layers) {
    weights += weight_bytes(network, layer.id, all_of(network, layer.id));
    states += state_bytes(network, layer.id, all_of(network, layer.id));
  }
  for (const auto& [weight_room, state_room] : {std::pair{1.2, 2.0}, std::pair{4.0, 1.15}, std::pair{1.5, 1.3}}) {
    const Capacity capacity{4, 4, static_cast<std::uint64_t>(weight_room * static_cast<double>(weights) / 16),
                            static_cast<std::uint64_t>(state_room * static_cast<double>(states) / 16)};
    const Mapping mapping = map_automatically(network, capacity);
    EXPECT_NO_FATAL_FAILURE(check_mapping(mapping, network, capacity)) << weight_room << " " << state_room;
    EXPECT_LT(ratio_of(mapping, network, capacity), 2) << weight_room << " " << state_room;
  }
}

/// Two to six convolutions, some pooled, strided or depthwise, on images of 16 to 40 pixels a side, then a classifier.
IntegerNetwork random_chain(Random& random) {
  const auto side = [&] { return static_cast<std::uint32_t>(random.between(16, 40)); };
  std::vector<test::TestConvolution> layers;
  std::uint32_t channels = 3;
  int pools = 0;
  const network::Volume frame{channels, side(), side()};
  for (std::int64_t l = random.between(2, 6); l > 0; --l) {
    test::TestConvolution layer{channels, same(random.below(2) == 0 ? 1 : 3)};
    if (random.below(5) == 0 && !layers.empty()) {
      layer.groups = channels;
    } else {
      layer.channels = channels = static_cast<std::uint32_t>(random.between(4, 48));
    }
    if (random.below(4) == 0 && ++pools <= 2) {
      layer.pool = Pool::kMax;
      layer.pool_window = square(random.between(2, 3), 2);
    }
    layers.push_back(layer);
  }
  layers.push_back({static_cast<std::uint32_t>(random.between(10, 60)), square(2, 1)});
  return images_of(frame, layers);
}

/// Measured over 150 networks on 2 x 2 to 6 x 6 cores with ample memory: 1.045 on average, 1.32 at worst, where an
/// image of few pixels and a layer of few channels meet.
TEST(MapImages, IsEvenOnRandomNetworks) {
  Random random(32);
  double sum = 0;
  double worst = 0;
  constexpr int kNetworks = 150;
  for (int i = 0; i < kNetworks; ++i) {
    const IntegerNetwork network = random_chain(random);
    const Capacity capacity{static_cast<std::uint32_t>(random.between(2, 6)),
                            static_cast<std::uint32_t>(random.between(2, 6)), 1U << 20U, 1U << 20U};
    const double ratio = ratio_of(map_automatically(network, capacity), network, capacity);
    sum += ratio;
    worst = std::max(worst, ratio);
  }
  EXPECT_LT(sum / kNetworks, 1.06);
  EXPECT_LT(worst, 1.4);
}

/// A frame goes through one layer after the other: both finish sooner on all cores than each on half of them.
TEST(MapImages, LayersShareCoresSoThatAFrameIsDoneSooner) {
  const IntegerNetwork network = images_of({8, 16, 16}, {{8, same(3)}, {8, same(3)}});
  const Capacity capacity{4, 2, 1U << 16U, 1U << 16U};
  const Mapping mapping = map_automatically(network, capacity);
  EXPECT_EQ(mapping.slices.size(), 16U);
  for (const CoreUse& core : use_of_cores(mapping, network, capacity)) {
    EXPECT_EQ(core.slices.size(), 2U);
  }
}

TEST(MapImages, NamesWhatDoesNotFit) {
  const IntegerNetwork network = images_of({4, 8, 8}, {{8, same(3)}, {4, same(1)}});
  EXPECT_THAT(
      refusal([&] {
        map_automatically(network, {8, 8, 39, 1000});
      }),
      AllOf(HasSubstr("layer 'conv0': one neuron needs 40 bytes of weights and 6 of state"), HasSubstr("(39 and")));
  // 512 + 256 values of 6 bytes of state on four cores of 1,100.
  const std::string message = refusal([&] { map_automatically(network, {2, 2, 1000, 1100}); });
  EXPECT_THAT(message,
              AllOf(HasSubstr("does not fit the machine: it needs"), HasSubstr("(the whole network 368 and 4608)"),
                    HasSubstr("4 cores hold 1000 and 1100 each")));
}

TEST(MapLayerPerRow, CutsAnImageOverItsRow) {
  const IntegerNetwork network = images_of({4, 8, 8}, {{8, same(3)}, {4, same(1)}});
  EXPECT_EQ(map_layer_per_row(network, {2, 2, 1U << 16U, 1U << 16U}).slices,
            (std::vector<Slice>{{{0}, {0}, {{0, 8}, {0, 8}, {0, 4}}},
                                {{0}, {1}, {{0, 8}, {0, 8}, {4, 8}}},
                                {{1}, {2}, {{0, 4}, {0, 8}, {0, 4}}},
                                {{1}, {3}, {{4, 8}, {0, 8}, {0, 4}}}}));
  // Half of 320 bytes of kernels: channels have to be cut.
  EXPECT_EQ(map_layer_per_row(network, {2, 2, 160, 1U << 16U}).slices[1].box, (Box{{0, 8}, {0, 8}, {4, 8}}));
  EXPECT_THAT(refusal([&] {
                map_layer_per_row(network, {2, 2, 159, 1U << 16U});
              }),
              HasSubstr("layer 'conv0' does not fit row 0 of the mesh: 256 of its neurons on core_0_0 need"));
  EXPECT_THAT(refusal([&] {
                map_layer_per_row(network, {2, 1, 159, 1U << 16U});
              }),
              HasSubstr("has no row of the mesh"));
}

TEST(Arrange, OnlyMovesCoresAndMakesWaysShorter) {
  const IntegerNetwork network = small_vgg();
  const Capacity capacity{4, 4, 1U << 18U, 1U << 18U};
  Mapping mapping = pack(network, capacity).mapping;
  const Mapping before = mapping;
  arrange(mapping, network, capacity);
  EXPECT_LT(static_cast<double>(distance_of(mapping, network, capacity)),
            static_cast<double>(distance_of(before, network, capacity)));
  std::map<std::uint32_t, std::uint32_t> moved;
  ASSERT_EQ(mapping.slices.size(), before.slices.size());
  for (std::size_t i = 0; i < mapping.slices.size(); ++i) {
    EXPECT_EQ(mapping.slices[i].box, before.slices[i].box);
    const auto [at, is_new] = moved.emplace(before.slices[i].core.value, mapping.slices[i].core.value);
    EXPECT_EQ(at->second, mapping.slices[i].core.value) << "a core's slices stay together";
  }
}

/// Two layers on two cores of a row: 64 values go to the first, 128 from there to the second, 256 back to the host.
TEST(Arrange, DistanceIsValuesTimesLinks) {
  const IntegerNetwork network = images_of({1, 8, 8}, {{2, same(1)}, {4, same(1)}});
  const auto distance = [&](std::uint32_t first, std::uint32_t second) {
    const Mapping mapping{{{{0}, {first}, all_of(network, {0})}, {{1}, {second}, all_of(network, {1})}}};
    return distance_of(mapping, network, {3, 1, 1000, 1000});
  };
  EXPECT_EQ(distance(0, 1), 128U + 256);
  EXPECT_EQ(distance(2, 0), 2 * 64U + 2 * 128);
  EXPECT_EQ(distance(0, 0), 0U);
}

}  // namespace
}  // namespace sigdel::mapping
