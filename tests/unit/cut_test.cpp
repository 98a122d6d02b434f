// Cutting layers into boxes: what is cut, where, and that nothing is lost.
#include "models/mapping/cut.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/mappings.hpp"
#include "tests/support/random_images.hpp"

namespace sigdel::mapping {
namespace {

using network::Box;
using network::IntegerLayer;
using network::IntegerNetwork;
using network::Pool;
using test::images_of;
using test::same;
using test::square;

std::vector<Box> evenly(const IntegerNetwork& network, std::uint32_t layer, std::uint32_t n,
                        std::uint32_t most_channels = 1U << 20U) {
  return cut(network, {layer}, std::vector<std::uint64_t>(n, 1), most_channels);
}

/// A 3 x 3 convolution of a 16-channel image to 64 channels.
IntegerNetwork one_image(std::uint32_t side) { return images_of({16, side, side}, {{64, same(3)}}); }

/// Every lane has something to do for a spike with a quarter of the channels: all cores work on all of them.
TEST(Cut, CutsChannelsWhereASpikeReachesMany) {
  EXPECT_EQ(evenly(one_image(32), 0, 4), (std::vector<Box>{{{0, 32}, {0, 32}, {0, 16}},
                                                           {{0, 32}, {0, 32}, {16, 32}},
                                                           {{0, 32}, {0, 32}, {32, 48}},
                                                           {{0, 32}, {0, 32}, {48, 64}}}));
}

/// A spike reaches 36 accumulators: what each costs a core outweighs the halos.
IntegerNetwork few_channels() { return images_of({16, 32, 32}, {{4, same(3)}}); }

TEST(Cut, MakesSquareTilesWhereASpikeReachesFew) {
  EXPECT_EQ(evenly(few_channels(), 0, 4), (std::vector<Box>{{{0, 16}, {0, 16}, {0, 4}},
                                                            {{0, 16}, {16, 32}, {0, 4}},
                                                            {{16, 32}, {0, 16}, {0, 4}},
                                                            {{16, 32}, {16, 32}, {0, 4}}}));
}

TEST(Cut, CutsChannelsThatAreTooMany) {
  EXPECT_EQ(evenly(few_channels(), 0, 4, 2), (std::vector<Box>{{{0, 16}, {0, 32}, {0, 2}},
                                                               {{0, 16}, {0, 32}, {2, 4}},
                                                               {{16, 32}, {0, 32}, {0, 2}},
                                                               {{16, 32}, {0, 32}, {2, 4}}}));
  for (const Box& box : evenly(one_image(32), 0, 7, 13)) {
    EXPECT_LE(box.channels.size(), 13U);
  }
  EXPECT_TRUE(evenly(one_image(32), 0, 3, 20).empty()) << "three parts of 20 channels are not 64";
  EXPECT_TRUE(evenly(one_image(32), 0, 3, 0).empty());
}

/// Three rows in two parts would leave one of them two thirds of the work.
TEST(Cut, CutsChannelsWhereTheImageIsTooSmall) {
  EXPECT_EQ(evenly(one_image(3), 0, 2), (std::vector<Box>{{{0, 3}, {0, 3}, {0, 32}}, {{0, 3}, {0, 3}, {32, 64}}}));
}

TEST(Cut, KeepsGroupsWhole) {
  const IntegerNetwork network = images_of({6, 1, 2}, {{9, same(1), 3}});  // groups 0..2, 3..5, 6..8 of one row
  EXPECT_EQ(evenly(network, 0, 3, 3),
            (std::vector<Box>{{{0, 1}, {0, 2}, {0, 3}}, {{0, 1}, {0, 2}, {3, 6}}, {{0, 1}, {0, 2}, {6, 9}}}));
  EXPECT_EQ(evenly(network, 0, 4, 3)[3].channels.end, 9U) << "more parts than groups cut one";
}

/// Windows of 3 at a stride of 2: tiles of pooled rows 0..3 and 4..7 share accumulator row 8.
TEST(Cut, TilesLieBehindThePool) {
  const IntegerNetwork network = images_of({1, 17, 1}, {{1, same(1), 1, Pool::kMax, {{3, 1}, {2, 1}}}});
  const std::vector<Box> boxes = evenly(network, 0, 2);
  ASSERT_EQ(boxes, (std::vector<Box>{{{0, 4}, {0, 1}, {0, 1}}, {{4, 8}, {0, 1}, {0, 1}}}));
  EXPECT_EQ(network.layers[0].sums_of(boxes[0]).rows, (Range{0, 9}));
  EXPECT_EQ(network.layers[0].sums_of(boxes[1]).rows, (Range{8, 17}));
  EXPECT_EQ(dense_work(network, {0}, boxes[0]) + dense_work(network, {0}, boxes[1]), 18U);
  EXPECT_EQ(dense_work(network, {0}, all_of(network, {0})), 17U);
  EXPECT_EQ(state_bytes(network, {0}, boxes[0]), 9U * 4 + 4 * 2);
}

TEST(Cut, GivesEachPartItsShare) {
  const IntegerNetwork network = one_image(32);
  const std::vector<std::uint64_t> shares{10, 20, 40, 10};
  const std::vector<Box> boxes = cut(network, {0}, shares, 64);
  ASSERT_EQ(boxes.size(), shares.size());
  const auto whole = static_cast<double>(dense_work(network, {0}, all_of(network, {0})));
  for (std::size_t i = 0; i < shares.size(); ++i) {
    EXPECT_NEAR(static_cast<double>(dense_work(network, {0}, boxes[i])) / whole, static_cast<double>(shares[i]) / 80,
                0.02);
  }
  const std::vector<std::uint64_t> of_vector{1, 4, 5};
  EXPECT_EQ(cut(test::network_of({3, 20}), {0}, of_vector, 20),
            (std::vector<Box>{network::elements({0, 2}), network::elements({2, 10}), network::elements({10, 20})}));
  const std::vector<std::uint64_t> extreme{1, 1000, 1};
  EXPECT_EQ(cut(test::network_of({3, 3}), {0}, extreme, 3),
            (std::vector<Box>{network::elements({0, 1}), network::elements({1, 2}), network::elements({2, 3})}));
}

TEST(Cut, MakesAsManyPartsAsThereAreNeuronsAtMost) {
  const IntegerNetwork network = images_of({1, 3, 3}, {{1, same(3)}});
  for (std::uint32_t n = 1; n <= 9; ++n) {
    EXPECT_EQ(evenly(network, 0, n).size(), n);
  }
  EXPECT_TRUE(evenly(network, 0, 10).empty());
}

/// Random layers: every value in one box, no box empty or with too many channels.
TEST(Cut, CoversEveryValueOnce) {
  Random random(21);
  int cuts = 0;
  for (std::uint64_t seed = 0; cuts < 2000; ++seed) {
    const IntegerNetwork network = test::random_image_case(seed).network;
    for (const IntegerLayer& layer : network.layers) {
      const auto n = static_cast<std::uint32_t>(random.between(1, std::min<std::int64_t>(layer.outputs(), 12)));
      const auto most = static_cast<std::uint32_t>(random.between(1, layer.values.channels));
      std::vector<std::uint64_t> shares;
      for (std::uint32_t i = 0; i < n; ++i) {
        shares.push_back(1 + random.below(5));
      }
      const std::vector<Box> boxes = cut(network, layer.id, shares, most);
      if (boxes.empty()) {
        ASSERT_LT(n * most, layer.values.channels) << seed;
        continue;
      }
      ASSERT_EQ(boxes.size(), n);
      std::vector<Slice> slices;
      for (std::uint32_t i = 0; i < n; ++i) {
        slices.push_back({layer.id, {i}, boxes[i]});
        if (layer.values.pixels() > 1) {
          ASSERT_LE(boxes[i].channels.size(), most);
        }
      }
      IntegerNetwork alone = network;
      alone.layers = {layer};
      alone.layers.front().id = {0};
      for (Slice& slice : slices) {
        slice.layer = {0};
      }
      ASSERT_NO_FATAL_FAILURE(test::check_mapping({slices}, alone, {n, 1, 1U << 30U, 1U << 30U}));
      ++cuts;
    }
  }
}

/// Sources of a box by asking every neuron.
TEST(Projection, SourcesAreThoseThatReachTheBox) {
  Random random(22);
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const IntegerNetwork network = test::random_image_case(seed).network;
    for (const IntegerLayer& layer : network.layers) {
      const auto some = [&](std::uint32_t extent) {
        const auto begin = static_cast<std::uint32_t>(random.below(extent));
        return Range{begin, static_cast<std::uint32_t>(random.between(begin + 1, extent))};
      };
      const Box box{some(layer.sums.rows), some(layer.sums.columns), some(layer.sums.channels)};
      for (const network::Synapses& synapses : layer.synapses) {
        const Box sources = synapses.projection().sources(box);
        Box hull{{~0U, 0}, {~0U, 0}, {~0U, 0}};
        const network::Volume& from = synapses.from();
        for (std::uint32_t i = 0; i < from.size(); ++i) {
          const network::Position at = from.position_of(i);
          if (synapses.projection().fan_out(at, box) > 0) {
            const auto take = [](Range& range, std::uint32_t x) {
              range = {std::min(range.begin, x), std::max(range.end, x + 1)};
            };
            take(hull.rows, at.row);
            take(hull.columns, at.column);
            take(hull.channels, at.channel);
          }
        }
        if (hull.rows.end == 0) {
          ASSERT_EQ(sources.size(), 0U);
        } else {
          ASSERT_EQ(sources, hull) << seed;
        }
      }
    }
  }
}

}  // namespace
}  // namespace sigdel::mapping
