#include "traces/resize.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/base/random.hpp"

namespace sigdel::traces {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

using Bytes = std::vector<std::uint8_t>;

Bytes resized(Resize method, const Bytes& picture, Size from, Size to, std::size_t channels = 1) {
  return Resizer(method, from, to, {0, 0}, to, channels).resize(picture);
}

Bytes random_bytes(std::size_t count) {
  Random random(3);
  Bytes bytes(count);
  for (std::uint8_t& byte : bytes) {
    byte = static_cast<std::uint8_t>(random.below(256));
  }
  return bytes;
}

class AnyResize : public ::testing::TestWithParam<Resize> {};

TEST_P(AnyResize, KeepsAPictureOfTheSameSize) {
  const Bytes picture = random_bytes(std::size_t{7} * 5 * 3);
  EXPECT_EQ(resized(GetParam(), picture, {7, 5}, {7, 5}, 3), picture);
}

TEST_P(AnyResize, KeepsOneColour) {
  for (const Size to : {Size{3, 4}, Size{50, 41}, Size{1, 1}, Size{17, 2}}) {
    EXPECT_THAT(resized(GetParam(), Bytes(17 * 23, 255), {17, 23}, to), Each(255));
    EXPECT_THAT(resized(GetParam(), Bytes(17 * 23, 77), {17, 23}, to), Each(77));
  }
}

TEST_P(AnyResize, TreatsChannelsAlikeAndApart) {
  const Bytes grey = random_bytes(std::size_t{9} * 8);
  Bytes colours;
  for (const std::uint8_t byte : grey) {
    colours.insert(colours.end(), {byte, static_cast<std::uint8_t>(255 - byte), 9});
  }
  const Bytes small = resized(GetParam(), grey, {9, 8}, {4, 5});
  const Bytes result = resized(GetParam(), colours, {9, 8}, {4, 5}, 3);
  for (std::size_t i = 0; i < small.size(); ++i) {
    EXPECT_EQ(result[3 * i], small[i]);
    EXPECT_NEAR(result[3 * i + 1], 255 - small[i], 1);
    EXPECT_EQ(result[3 * i + 2], 9);
  }
}

TEST_P(AnyResize, AWindowIsAPartOfTheWhole) {
  const Bytes picture = random_bytes(std::size_t{9} * 8);
  const Bytes whole = resized(GetParam(), picture, {9, 8}, {6, 7});
  const Bytes window = Resizer(GetParam(), {9, 8}, {6, 7}, {2, 1}, {3, 4}, 1).resize(picture);
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t column = 0; column < 4; ++column) {
      EXPECT_EQ(window[row * 4 + column], whole[(row + 2) * 7 + column + 1]);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, AnyResize, ::testing::Values(Resize::kArea, Resize::kBilinear, Resize::kBicubic));

TEST(Resizer, AreaIsTheMeanOverAPixel) {
  EXPECT_THAT(resized(Resize::kArea, {10, 20, 30, 50}, {2, 2}, {1, 1}), ElementsAre(28));  // 27.5: a half goes up
  EXPECT_THAT(resized(Resize::kArea, {0, 90, 30}, {1, 3}, {1, 2}), ElementsAre(30, 50));   // (0 + 90/2) / 1.5
}

/// Every pixel of the result by the double sum over what it covers.
TEST(Resizer, AreaAgreesWithTheDoubleSum) {
  const Size from{27, 45};
  const Size to{8, 13};
  const Bytes picture = random_bytes(from.rows * from.columns);
  const Bytes result = resized(Resize::kArea, picture, from, to);
  const auto covered = [](std::size_t i, std::size_t pixel, std::size_t before, std::size_t after) {
    const double step = static_cast<double>(before) / static_cast<double>(after);
    const auto at = static_cast<double>(pixel);
    const auto to_pixel = static_cast<double>(i);
    return std::max(0.0, std::min((to_pixel + 1) * step, at + 1) - std::max(to_pixel * step, at)) / step;
  };
  for (std::size_t row = 0; row < to.rows; ++row) {
    for (std::size_t column = 0; column < to.columns; ++column) {
      double sum = 0;
      for (std::size_t i = 0; i < picture.size(); ++i) {
        sum += picture[i] * covered(row, i / from.columns, from.rows, to.rows) *
               covered(column, i % from.columns, from.columns, to.columns);
      }
      EXPECT_NEAR(result[row * to.columns + column], sum, 0.5001);
    }
  }
}

TEST(Resizer, BilinearLiesBetweenCentres) {
  // Centres of the four at 0.25, 0.75, 1.25, 1.75 of two pixels, that is -0.25, 0.25, 0.75, 1.25 from the first's.
  EXPECT_THAT(resized(Resize::kBilinear, {0, 100}, {1, 2}, {1, 4}), ElementsAre(0, 25, 75, 100));
  EXPECT_THAT(resized(Resize::kBilinear, {0, 100}, {2, 1}, {4, 1}), ElementsAre(0, 25, 75, 100));
  EXPECT_THAT(resized(Resize::kBilinear, {0, 100, 200, 60}, {1, 4}, {1, 2}), ElementsAre(50, 130));
}

TEST(Resizer, BicubicHasKeysWeights) {
  // Half way between two pixels they are -3/32, 19/32, 19/32, -3/32 with a = -3/4.
  EXPECT_THAT(resized(Resize::kBicubic, {0, 32, 64, 0}, {1, 4}, {1, 2}), ElementsAre(13, 35));
  EXPECT_THAT(resized(Resize::kBicubic, {0, 0, 255, 255, 0, 0}, {1, 6}, {1, 3}), ElementsAre(0, 255, 0));  // clamped
}

}  // namespace
}  // namespace sigdel::traces
