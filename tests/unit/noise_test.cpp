#include "traces/noise.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace sigdel::traces {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// A grey frame with noise.
Bytes noisy(double sigma, std::uint64_t seed, std::uint64_t frame, std::size_t size, std::uint8_t grey = 128) {
  Bytes bytes(size, grey);
  Noise(sigma, seed).add_to(bytes, frame);
  return bytes;
}

double share_below(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

class NoiseOf : public ::testing::TestWithParam<double> {};

/// Sheppard's correction: rounding adds 1/12 to the variance. Below a deviation of 1/2 it does not hold, so the
/// expectation is summed up there.
TEST_P(NoiseOf, HasTheMeanAndDeviationOfRoundedNormalNoise) {
  constexpr std::size_t kSize = 1000000;
  const double sigma = GetParam();
  double variance = 0;
  for (int k = -100; k <= 100; ++k) {
    variance += k * k * (share_below((k + 0.5) / sigma) - share_below((k - 0.5) / sigma));
  }
  if (sigma >= 1) {
    EXPECT_NEAR(variance, sigma * sigma + 1.0 / 12, 1e-6);
  }
  double sum = 0;
  double squares = 0;
  for (const std::uint8_t byte : noisy(sigma, 1, 0, kSize)) {
    sum += byte - 128;
    squares += (byte - 128) * (byte - 128);
  }
  EXPECT_NEAR(sum / kSize, 0, 5 * std::sqrt(variance / kSize));
  EXPECT_NEAR(squares / kSize / variance, 1, 0.02);
}

/// Chi-square of the counts of every level, of those that are expected ten times or more.
TEST_P(NoiseOf, IsDistributedLikeRoundedNormalNoise) {
  constexpr std::size_t kSize = 200000;
  const double sigma = GetParam();
  std::map<int, double> counts;
  for (const std::uint8_t byte : noisy(sigma, 2, 7, kSize)) {
    ++counts[byte - 128];
  }
  double chi_square = 0;
  int levels = 0;
  for (int k = -100; k <= 100; ++k) {
    const double expected = kSize * (share_below((k + 0.5) / sigma) - share_below((k - 0.5) / sigma));
    if (expected >= 10) {
      chi_square += (counts[k] - expected) * (counts[k] - expected) / expected;
      ++levels;
    }
  }
  EXPECT_LT(chi_square, levels + 5 * std::sqrt(2.0 * levels));
}

INSTANTIATE_TEST_SUITE_P(All, NoiseOf, ::testing::Values(0.3, 0.5, 1.0, 2.0, 5.0, 10.0));

TEST(Noise, NoneChangesNothing) {
  EXPECT_EQ(noisy(0, 1, 0, 100), Bytes(100, 128));
  EXPECT_TRUE(Noise().is_none());
  EXPECT_TRUE(Noise(0, 1).is_none());
  EXPECT_FALSE(Noise(0.001, 1).is_none());
}

TEST(Noise, IsAFunctionOfSeedAndFrame) {
  EXPECT_EQ(noisy(3, 1, 5, 1000), noisy(3, 1, 5, 1000));
  const Noise noise(3, 1);
  Bytes later(1000, 128);
  noise.add_to(later, 6);  // in another order
  Bytes earlier(1000, 128);
  noise.add_to(earlier, 5);
  EXPECT_EQ(earlier, noisy(3, 1, 5, 1000));
  EXPECT_EQ(later, noisy(3, 1, 6, 1000));
}

/// Of two frames, and of two seeds, the correlation is that of independent noise: below 5 / sqrt(n).
TEST(Noise, OfTwoFramesOrSeedsIsIndependent) {
  constexpr std::size_t kSize = 100000;
  const Bytes one = noisy(3, 1, 0, kSize);
  for (const Bytes& other : {noisy(3, 1, 1, kSize), noisy(3, 2, 0, kSize), noisy(3, 0, 1, kSize)}) {
    double products = 0;
    for (std::size_t i = 0; i < kSize; ++i) {
      products += (one[i] - 128) * (other[i] - 128);
    }
    EXPECT_LT(std::abs(products / kSize / (9 + 1.0 / 12)), 5 / std::sqrt(kSize));
  }
}

TEST(Noise, IsClampedToAByte) {
  for (const std::uint8_t byte : noisy(5, 1, 0, 10000, 0)) {
    EXPECT_LT(byte, 40);
  }
  for (const std::uint8_t byte : noisy(5, 1, 0, 10000, 255)) {
    EXPECT_GT(byte, 215);
  }
  std::map<int, int> counts;
  for (const std::uint8_t byte : noisy(255, 1, 0, 100000, 128)) {
    ++counts[byte];
  }
  EXPECT_NEAR(counts[0] / 100000.0, share_below(-127.5 / 255), 0.01);
  EXPECT_NEAR(counts[255] / 100000.0, 1 - share_below(126.5 / 255), 0.01);
}

}  // namespace
}  // namespace sigdel::traces
