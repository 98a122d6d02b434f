#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "models/base/random.hpp"
#include "tests/support/error_of.hpp"
#include "traces/order.hpp"

namespace sigdel::traces {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Numbers = std::vector<std::size_t>;

/// Frames of one byte each, so that distances are differences.
Frames of_bytes(const std::vector<std::uint8_t>& bytes) {
  Frames frames({1});
  frames.add(bytes);
  return frames;
}

Frames random_frames(std::size_t count, std::size_t size, std::uint64_t seed, std::uint64_t levels) {
  Random random(seed);
  Frames frames({static_cast<std::int64_t>(size)});
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<std::uint8_t> bytes(size);
    std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<std::uint8_t>(random.below(levels)); });
    frames.add(bytes);
    frames.labels.push_back(static_cast<std::uint32_t>(i));
  }
  return frames;
}

/// The rule, word by word, with no thought for speed.
Numbers by_the_rule(const Frames& frames, std::size_t buffer_size) {
  constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  Numbers all(frames.count);
  std::iota(all.begin(), all.end(), std::size_t{0});
  Numbers buffer(all.begin() + 1, all.begin() + static_cast<long>(std::min(frames.count, buffer_size + 1)));
  std::size_t unseen = buffer.size() + 1;
  const auto distance = [&](std::size_t a, std::size_t b) {
    double sum = 0;
    for (std::size_t i = 0; i < frames.size; ++i) {
      sum += std::abs(double{1} * frames.bytes(a)[i] - frames.bytes(b)[i]);
    }
    return sum;
  };
  Numbers order{0};
  while (order.size() < frames.count) {
    std::vector<double> distances;
    for (const std::size_t number : buffer) {
      distances.push_back(number == kNone ? std::numeric_limits<double>::infinity() : distance(order.back(), number));
    }
    const auto slot = std::min_element(distances.begin(), distances.end()) - distances.begin();
    order.push_back(buffer[static_cast<std::size_t>(slot)]);
    buffer[static_cast<std::size_t>(slot)] = unseen < frames.count ? unseen++ : kNone;
  }
  return order;
}

TEST(TemporalOrder, TakesTheNearestOfTheBufferAndRefillsItsSlot) {
  // Buffer of two: {50, 90}; 50 is nearer to 0 and 60 takes its slot; then 60, whose slot 10 takes; 90 before 10.
  EXPECT_THAT(temporal_order(of_bytes({0, 50, 90, 60, 10}), 2), ElementsAre(0, 1, 3, 2, 4));
}

TEST(TemporalOrder, TheFirstSlotWinsTies) {
  EXPECT_THAT(temporal_order(of_bytes({10, 12, 8, 12}), 3), ElementsAre(0, 1, 3, 2));
}

TEST(TemporalOrder, FewFrames) {
  EXPECT_THAT(temporal_order(of_bytes({})), IsEmpty());
  EXPECT_THAT(temporal_order(of_bytes({7})), ElementsAre(0));
  EXPECT_THAT(temporal_order(of_bytes({7, 7})), ElementsAre(0, 1));
}

TEST(TemporalOrder, IsTheRuleOnRandomFrames) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Frames frames = random_frames(60 + seed, 1 + 7 * seed, seed, seed % 2 == 0 ? 256 : 3);  // 3 levels: many ties
    const std::size_t buffer = 1 + 5 * seed;
    EXPECT_EQ(temporal_order(frames, buffer), by_the_rule(frames, buffer)) << "seed " << seed;
  }
}

TEST(TemporalOrder, DistancesOfLargeFramesDoNotOverflow) {
  Frames frames({70000});
  for (const std::uint8_t level : std::initializer_list<std::uint8_t>{0, 255, 254, 1}) {
    frames.add(std::vector<std::uint8_t>(70000, level));
  }
  EXPECT_THAT(temporal_order(frames), ElementsAre(0, 3, 2, 1));
}

TEST(TemporalOrder, FloatsAreRefused) {
  Frames frames({1});
  frames.add(std::vector<std::uint8_t>{1});
  frames.add(std::vector<float>{1.0F});
  EXPECT_THAT(test::error_of([&] { temporal_order(frames); }), HasSubstr("frame 1 comes from a file of floats"));
}

TEST(ShuffledOrder, IsAPermutationThatDependsOnTheSeed) {
  const Numbers order = shuffled_order(1000, 1);
  Numbers sorted = order;
  std::sort(sorted.begin(), sorted.end());
  Numbers all(1000);
  std::iota(all.begin(), all.end(), std::size_t{0});
  EXPECT_EQ(sorted, all);
  EXPECT_NE(order, all);
  EXPECT_EQ(order, shuffled_order(1000, 1));
  EXPECT_NE(order, shuffled_order(1000, 2));
}

TEST(ShuffledOrder, EveryFrameComesEverywhereAboutAsOften) {
  std::array<std::array<int, 4>, 4> counts{};
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    const Numbers order = shuffled_order(4, seed);
    for (std::size_t place = 0; place < 4; ++place) {
      ++counts.at(place).at(order[place]);
    }
  }
  for (const auto& row : counts) {
    for (const int count : row) {
      EXPECT_NEAR(count, 1000, 130);  // more than four standard deviations
    }
  }
}

TEST(InOrder, FramesValuesAndLabelsMoveTogether) {
  Frames frames({2}, {{10}, {2}, Standardise::kNone});
  frames.add(std::vector<std::uint8_t>{10, 12, 14, 16});
  frames.add(std::vector<float>{30.0F, 32.0F});
  frames.labels = {5, 6, 7};
  const Frames ordered = in_order(frames, {2, 0, 1});
  EXPECT_EQ(ordered.count, 3U);
  EXPECT_THAT(ordered.labels, ElementsAre(7, 5, 6));
  EXPECT_THAT(ordered.frame(0), ElementsAre(10.0F, 11.0F));
  EXPECT_THAT(ordered.frame(1), ElementsAre(0.0F, 1.0F));
  EXPECT_THAT(ordered.frame(2), ElementsAre(2.0F, 3.0F));
  EXPECT_THAT(ordered.bytes(1), ElementsAre(10, 12));
  EXPECT_EQ(ordered.shape, frames.shape);
}

}  // namespace
}  // namespace sigdel::traces
