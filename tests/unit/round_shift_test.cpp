#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "models/base/random.hpp"
#include "models/network/neuron_block.hpp"

namespace sigdel::network {
namespace {

/// std::round rounds halves away from zero; a 32-bit integer over a power of two is exact in double.
std::int32_t rounded_quotient(std::int32_t value, int fraction_bits) {
  return static_cast<std::int32_t>(std::round(std::ldexp(static_cast<double>(value), -fraction_bits)));
}

class RoundShift : public testing::TestWithParam<int> {};

TEST_P(RoundShift, EqualsStdRoundOnAllSmallValues) {
  for (std::int32_t value = -20000; value <= 20000; ++value) {
    ASSERT_EQ(round_shift(value, GetParam()), rounded_quotient(value, GetParam())) << value;
  }
}

TEST_P(RoundShift, EqualsStdRoundAroundEveryKindOfTie) {
  const std::int64_t step = std::int64_t{1} << GetParam();
  Random random(1);
  for (int i = 0; i < 20000; ++i) {
    const std::int64_t most = std::numeric_limits<std::int32_t>::max() / step;
    const std::int64_t tie = random.between(-most, most - 1) * step + step / 2;
    for (const std::int64_t value : {tie - 1, tie, tie + 1}) {
      const auto narrow = static_cast<std::int32_t>(value);
      ASSERT_EQ(round_shift(narrow, GetParam()), rounded_quotient(narrow, GetParam())) << value;
    }
  }
}

TEST_P(RoundShift, EqualsStdRoundAtTheEndsOfTheRange) {
  using Limits = std::numeric_limits<std::int32_t>;
  for (const std::int32_t value : {Limits::min(), Limits::max()}) {
    EXPECT_EQ(round_shift(value, GetParam()), rounded_quotient(value, GetParam()));
  }
}

INSTANTIATE_TEST_SUITE_P(FractionBits, RoundShift, testing::Range(1, 31));

TEST(RoundShiftTies, GoAwayFromZero) {
  EXPECT_EQ(round_shift(1, 1), 1);
  EXPECT_EQ(round_shift(-1, 1), -1);
  EXPECT_EQ(round_shift(6, 2), 2);    // 1.5
  EXPECT_EQ(round_shift(-6, 2), -2);  // -1.5
  EXPECT_EQ(round_shift(-5, 2), -1);  // -1.25
  EXPECT_EQ(round_shift(-7, 2), -2);  // -1.75
}

using Events = std::vector<Event>;

/// What a neuron that takes the values one after the other sends.
Events sent_for(Mode mode, const std::vector<std::int32_t>& values) {
  Sender sender(mode, 1);
  Events events;
  for (const std::int32_t value : values) {
    sender.send(0, 9, value, events);
  }
  return events;
}

TEST(Sender, SendsWhatItsModeSends) {
  const std::vector<std::int32_t> values{0, 3, 3, -2, 0};
  EXPECT_EQ(sent_for(Mode::kDense, values), (Events{{9, 0}, {9, 3}, {9, 3}, {9, -2}, {9, 0}}));
  EXPECT_EQ(sent_for(Mode::kZeroSkip, values), (Events{{9, 3}, {9, 3}, {9, -2}}));
  EXPECT_EQ(sent_for(Mode::kRounding, values), (Events{{9, 3}, {9, 3}, {9, -2}}));
  EXPECT_EQ(sent_for(Mode::kTemporalDifference, values), (Events{{9, 3}, {9, -5}, {9, 2}}));
  EXPECT_EQ(sent_for(Mode::kSigmaDelta, values), (Events{{9, 3}, {9, -5}, {9, 2}}));
}

TEST(Sender, ForgetsTheLastValueOnReset) {
  Sender sender(Mode::kSigmaDelta, 2);
  Events events;
  sender.send(1, 1, 5, events);
  sender.reset();
  sender.send(1, 1, 5, events);
  EXPECT_EQ(events, (Events{{1, 5}, {1, 5}}));
}

}  // namespace
}  // namespace sigdel::network
