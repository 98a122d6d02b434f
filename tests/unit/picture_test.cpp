#include "traces/picture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"

namespace sigdel::traces {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Red, green, blue, white: 2 x 2 pixels.
const Picture kColours{2, 2, {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255}};

/// A picture whose red is 10 row + column.
Picture numbered(std::size_t rows, std::size_t columns) {
  Picture picture{rows, columns, {}};
  for (std::size_t i = 0; i < rows * columns; ++i) {
    picture.pixels.insert(picture.pixels.end(), {static_cast<std::uint8_t>(10 * (i / columns) + i % columns), 0, 0});
  }
  return picture;
}

std::vector<std::uint8_t> red_of(const std::vector<std::uint8_t>& frame) {
  return {frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(frame.size() / 3)};
}

PictureRules cut(std::uint32_t shorter_side) {
  return {ChannelOrder::kAuto, Resize::kArea, Crop::kCentre, shorter_side};
}

TEST(FrameMaker, PutsChannelByChannel) {
  for (const ChannelOrder order : {ChannelOrder::kAuto, ChannelOrder::kRgb}) {
    EXPECT_THAT(FrameMaker({order}, 3, 2, 2).frame_from(kColours),
                ElementsAre(255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255));
  }
  EXPECT_THAT(FrameMaker({ChannelOrder::kBgr}, 3, 2, 2).frame_from(kColours),
              ElementsAre(0, 0, 255, 255, 0, 255, 0, 255, 255, 0, 0, 255));
}

TEST(FrameMaker, GreyIsTheLumaOfBt601) {
  EXPECT_THAT(FrameMaker({ChannelOrder::kGrey}, 1, 2, 2).frame_from(kColours), ElementsAre(76, 150, 29, 255));
  EXPECT_THAT(FrameMaker({}, 1, 1, 1).frame_from({1, 1, {1, 2, 3}}), ElementsAre(2));  // 1.815
}

TEST(FrameMaker, WithoutACutProportionsAreLost) {
  EXPECT_THAT(FrameMaker({}, 1, 1, 2).frame_from({2, 2, {0, 0, 0, 9, 9, 9, 100, 100, 100, 109, 109, 109}}),
              ElementsAre(50, 59));
}

TEST(FrameMaker, ACutTakesTheMiddle) {
  // 4 x 6 covers 4 x 4 as it is; one column of each side goes.
  EXPECT_THAT(red_of(FrameMaker(cut(0), 3, 4, 4).frame_from(numbered(4, 6))),
              ElementsAre(1, 2, 3, 4, 11, 12, 13, 14, 21, 22, 23, 24, 31, 32, 33, 34));
  // An odd rest: one row less above.
  EXPECT_THAT(red_of(FrameMaker(cut(0), 3, 2, 2).frame_from(numbered(5, 2))), ElementsAre(10, 11, 20, 21));
  // The shorter side becomes 3 pixels: nothing is resized.
  EXPECT_THAT(red_of(FrameMaker(cut(3), 3, 1, 1).frame_from(numbered(3, 5))), ElementsAre(12));
}

TEST(FrameMaker, ResizesBeforeTheCut) {
  // 4 x 8 becomes 2 x 4 (means over 2 x 2 pixels: 5.5 + ...), of which the middle is 2 x 2.
  EXPECT_THAT(red_of(FrameMaker(cut(0), 3, 2, 2).frame_from(numbered(4, 8))), ElementsAre(8, 10, 28, 30));
}

TEST(FrameMaker, ACutNeedsAPictureThatCoversTheFrame) {
  EXPECT_THAT(test::error_of([] { FrameMaker(cut(3), 3, 4, 4).frame_from(numbered(6, 9)); }),
              HasSubstr("a picture of 9 x 6 pixels is resized to 5 x 3, which is less than a frame of 4 x 4"));
}

TEST(FrameMaker, PicturesMayHaveDifferentSizes) {
  FrameMaker maker({}, 1, 1, 1);
  EXPECT_THAT(maker.frame_from(kColours), ElementsAre(128));
  EXPECT_THAT(maker.frame_from({1, 1, {7, 7, 7}}), ElementsAre(7));
}

TEST(FrameMaker, OnlyFfmpegIsAskedToResize) {
  PictureRules rules = cut(8);
  const auto asked = [&] { return FrameMaker(rules, 3, 4, 4).asked_size({16, 20}); };
  EXPECT_EQ(asked().rows, 16U);
  rules.resize = Resize::kFfmpeg;
  EXPECT_EQ(asked().rows, 8U);
  EXPECT_EQ(asked().columns, 10U);
  EXPECT_FALSE(FrameMaker(rules, 3, 4, 4).asks_for_bgr());
  rules.order = ChannelOrder::kBgr;
  EXPECT_TRUE(FrameMaker(rules, 3, 4, 4).asks_for_bgr());
}

}  // namespace
}  // namespace sigdel::traces
