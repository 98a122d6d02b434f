#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "traces/frames.hpp"

namespace sigdel::traces {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Bytes = std::vector<std::uint8_t>;
using Floats = std::vector<float>;

/// Two channels of one row and two columns.
const network::Shape kTwoChannels{2, 1, 2};

TEST(Frames, BytesAreSharesOf255UnlessToldOtherwise) {
  Frames frames({4});
  frames.add(Bytes{0, 51, 102, 255});
  EXPECT_EQ(frames.count, 1U);
  EXPECT_EQ(frames.size, 4U);
  EXPECT_THAT(frames.frame(0), ElementsAre(0.0F, 0.2F, 0.4F, 1.0F));
  for (int byte = 0; byte < 256; ++byte) {
    Frames one({1});
    one.add(Bytes{static_cast<std::uint8_t>(byte)});
    EXPECT_EQ(one.frame(0).front(), static_cast<float>(byte / 255.0));
  }
}

TEST(Frames, FloatsStayAsTheyAreUnlessToldOtherwise) {
  Frames frames({2});
  frames.add(Floats{0.1F, -3e30F});
  EXPECT_THAT(frames.frame(0), ElementsAre(0.1F, -3e30F));
  EXPECT_THAT(frames.bytes(0), IsEmpty());
}

TEST(Frames, EachChannelHasItsMeanAndDivisor) {
  Frames frames(kTwoChannels, {{100, 50.5}, {2, 0.5}, Standardise::kNone});
  frames.add(Bytes{100, 104, 0, 255});
  frames.add(Floats{100.5F, 0, 50, 51});
  EXPECT_THAT(frames.frame(0), ElementsAre(0.0F, 2.0F, -101.0F, 409.0F));
  EXPECT_THAT(frames.frame(1), ElementsAre(0.25F, -50.0F, -1.0F, 1.0F));
  EXPECT_THAT(frames.bytes(0), ElementsAre(100, 104, 0, 255));
}

/// Toward zero; 2 p / 255 - 1 in steps of 1/64 is what lava-dl's input layer makes of a byte.
TEST(Frames, ValuesAreCutToSteps) {
  Frames frames({5}, {{127.5}, {127.5}, Standardise::kNone, 64});
  frames.add(Bytes{0, 126, 127, 130, 255});
  EXPECT_THAT(frames.frame(0), ElementsAre(-1.0F, 0.0F, 0.0F, 1.0F / 64, 1.0F));
  for (int byte = 0; byte < 256; ++byte) {
    Frames one({1}, {{127.5}, {127.5}, Standardise::kNone, 64});
    one.add(Bytes{static_cast<std::uint8_t>(byte)});
    EXPECT_EQ(one.frame(0).front() * 64, static_cast<float>((128 * byte - 64 * 255) / 255)) << byte;
  }
}

TEST(Frames, OneNumberStandsForAllChannels) {
  Frames frames(kTwoChannels, {{10}, {5}, Standardise::kNone});
  frames.add(Bytes{10, 15, 20, 0});
  EXPECT_THAT(frames.frame(0), ElementsAre(0.0F, 1.0F, 2.0F, -2.0F));
}

TEST(Frames, TheDivisionIsRoundedOnce) {
  Frames frames({1}, {{0.1}, {0.3}, Standardise::kNone});
  frames.add(Bytes{7});
  EXPECT_EQ(frames.frame(0).front(), static_cast<float>((7 - 0.1) / 0.3));
}

TEST(Frames, AStandardisedFrameHasMeanZeroAndVarianceOne) {
  Frames frames(kTwoChannels, {{}, {}, Standardise::kFrame});
  frames.add(Bytes{10, 20, 30, 40});
  const double step = 1 / std::sqrt(1.25);  // the deviation of 10, 20, 30, 40 is sqrt(125)
  const auto values = frames.frame(0);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(values[i], (static_cast<double>(i) - 1.5) * step, 1e-6);
  }
}

TEST(Frames, AFrameThatIsAllTheSameIsStandardisedToZeros) {
  Frames frames({3}, {{}, {}, Standardise::kFrame});
  frames.add(Bytes{200, 200, 200});
  EXPECT_THAT(frames.frame(0), ElementsAre(0.0F, 0.0F, 0.0F));
}

TEST(Frames, BytesAndFloatsFollowEachOther) {
  Frames frames({2});
  frames.add(Bytes{0, 255, 255, 0});
  frames.add(Floats{7, 8});
  frames.add(Bytes{51, 51});
  frames.add(Bytes{0, 0});
  EXPECT_EQ(frames.count, 5U);
  EXPECT_THAT(all_values(frames), ElementsAre(0, 1, 1, 0, 7, 8, 0.2F, 0.2F, 0, 0));
  EXPECT_THAT(frames.bytes(3), ElementsAre(51, 51));
  EXPECT_EQ(frames.stored_bytes(), 8U + 2 * sizeof(float));
}

TEST(Frames, ManyAreKeptInPieces) {
  constexpr std::size_t kSize = (std::size_t{1} << 22U) + 1;
  Frames frames({static_cast<std::int64_t>(kSize)});
  for (std::uint8_t t = 0; t < 9; ++t) {
    frames.add(Bytes(kSize, t));
  }
  EXPECT_EQ(frames.count, 9U);
  EXPECT_EQ(frames.stored_bytes(), 9 * kSize);
  for (std::uint8_t t = 0; t < 9; ++t) {
    ASSERT_EQ(frames.bytes(t).size(), kSize);
    EXPECT_EQ(frames.bytes(t).front(), t);
    EXPECT_EQ(frames.bytes(t).back(), t);
  }
}

}  // namespace
}  // namespace sigdel::traces
