#include "models/network/counting.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/vector_layer.hpp"

namespace sigdel::network {
namespace {

/// The tallies named, the others zero.
Work work_of(const std::vector<std::pair<Tally, std::uint64_t>>& counts) {
  Work work;
  for (const auto& [tally, count] : counts) {
    work[tally] = count;
  }
  return work;
}

Work event_work(Mode mode, Encoding encoding, std::int32_t value, std::uint64_t fan_out) {
  Work work;
  count_event(mode, encoding, value, fan_out, fan_out, work);
  return work;
}

IntegerLayer layer_with(bool relu, bool is_output) {
  const std::vector<std::int32_t> weight{1};
  IntegerLayer layer = test::vector_layer(0, 1, weight, {0}, 8);
  layer.relu = relu;
  layer.is_output = is_output;
  return layer;
}

Work fire_work(Mode mode, bool relu, bool is_output) {
  Work work;
  count_fire(mode, layer_with(relu, is_output), {10, 10, 10, 0}, work);
  return work;
}

/// Digits of m in non-adjacent form from the lowest, by the textbook's repeated division.
std::vector<int> non_adjacent_form(std::uint32_t m) {
  std::vector<int> digits;
  for (std::int64_t rest = m; rest != 0; rest /= 2) {
    const int digit = rest % 2 == 0 ? 0 : 2 - static_cast<int>(rest % 4);
    digits.push_back(digit);
    rest -= digit;
  }
  return digits;
}

TEST(CountEvent, MinusSevenToFiveTargets) {
  for (const Mode mode : {Mode::kRounding, Mode::kSigmaDelta}) {
    EXPECT_EQ(event_work(mode, Encoding::kUnary, -7, 5), work_of({{Tally::kEvents, 1},
                                                                  {Tally::kMagnitude, 7},
                                                                  {Tally::kUpdates, 5},
                                                                  {Tally::kPaperAdds, 35},
                                                                  {Tally::kSubtracts, 35}}));
    EXPECT_EQ(event_work(mode, Encoding::kGraded, -7, 5), work_of({{Tally::kEvents, 1},
                                                                   {Tally::kMagnitude, 7},
                                                                   {Tally::kUpdates, 5},
                                                                   {Tally::kPaperAdds, 35},
                                                                   {Tally::kSubtracts, 5},
                                                                   {Tally::kMultiplies, 5}}));
    // -7 = -8 + 1: one digit of each sign, and the 8 needs a shift.
    EXPECT_EQ(event_work(mode, Encoding::kShiftAdd, -7, 5), work_of({{Tally::kEvents, 1},
                                                                     {Tally::kMagnitude, 7},
                                                                     {Tally::kUpdates, 5},
                                                                     {Tally::kPaperAdds, 35},
                                                                     {Tally::kAdds, 5},
                                                                     {Tally::kSubtracts, 5},
                                                                     {Tally::kShifts, 5}}));
  }
}

TEST(CountEvent, OneNeedsNoMultiplicationAndNoShift) {
  for (const Encoding encoding : all_of<Encoding>()) {
    EXPECT_EQ(event_work(Mode::kSigmaDelta, encoding, 1, 4), work_of({{Tally::kEvents, 1},
                                                                      {Tally::kMagnitude, 1},
                                                                      {Tally::kUpdates, 4},
                                                                      {Tally::kPaperAdds, 4},
                                                                      {Tally::kAdds, 4}}));
  }
}

TEST(CountEvent, TheGridFamilyAlwaysMultiplies) {
  for (const Mode mode : {Mode::kDense, Mode::kZeroSkip, Mode::kTemporalDifference}) {
    for (const Encoding encoding : all_of<Encoding>()) {
      for (const auto& [value, magnitude] : {std::pair{-7, 7U}, {0, 0U}, {1, 1U}}) {
        EXPECT_EQ(event_work(mode, encoding, value, 5), work_of({{Tally::kEvents, 1},
                                                                 {Tally::kMagnitude, magnitude},
                                                                 {Tally::kUpdates, 5},
                                                                 {Tally::kPaperAdds, 5},
                                                                 {Tally::kPaperMultiplies, 5},
                                                                 {Tally::kAdds, 5},
                                                                 {Tally::kMultiplies, 5}}));
        EXPECT_EQ(lane_passes(mode, encoding, value), 1U);
      }
    }
  }
}

TEST(CountEvent, ShiftAddFollowsTheNonAdjacentForm) {
  for (std::int32_t m = 0; m <= 4096; ++m) {
    const std::vector<int> digits = non_adjacent_form(static_cast<std::uint32_t>(m));
    const auto positive = static_cast<std::uint64_t>(std::count(digits.begin(), digits.end(), 1));
    const auto negative = static_cast<std::uint64_t>(std::count(digits.begin(), digits.end(), -1));
    const std::uint64_t shifted = positive + negative - (m % 2 == 1 ? 1 : 0);
    ASSERT_EQ(lane_passes(Mode::kSigmaDelta, Encoding::kShiftAdd, m), positive + negative) << m;
    ASSERT_EQ(lane_passes(Mode::kSigmaDelta, Encoding::kShiftAdd, -m), positive + negative) << m;
    if (m == 0) {
      continue;
    }
    const Work up = event_work(Mode::kSigmaDelta, Encoding::kShiftAdd, m, 3);
    const Work down = event_work(Mode::kSigmaDelta, Encoding::kShiftAdd, -m, 3);
    ASSERT_EQ(up[Tally::kAdds], 3 * positive) << m;
    ASSERT_EQ(up[Tally::kSubtracts], 3 * negative) << m;
    ASSERT_EQ(down[Tally::kAdds], 3 * negative) << m;
    ASSERT_EQ(down[Tally::kSubtracts], 3 * positive) << m;
    ASSERT_EQ(up[Tally::kShifts], 3 * shifted) << m;
    ASSERT_EQ(down[Tally::kShifts], 3 * shifted) << m;
  }
}

TEST(LanePasses, AreTheMagnitudeInUnaryAndOneInGraded) {
  EXPECT_EQ(lane_passes(Mode::kRounding, Encoding::kUnary, -9), 9U);
  EXPECT_EQ(lane_passes(Mode::kRounding, Encoding::kUnary, 0), 0U);
  EXPECT_EQ(lane_passes(Mode::kRounding, Encoding::kGraded, -9), 1U);
}

TEST(CountFire, AHiddenLayerRoundsShiftsComparesAndInDeltaModesSubtracts) {
  const Work dense = work_of({{Tally::kRounds, 10}, {Tally::kShifts, 10}, {Tally::kCompares, 30}});
  const Work zero_skip = work_of({{Tally::kRounds, 10}, {Tally::kShifts, 10}, {Tally::kCompares, 40}});
  Work delta = zero_skip;
  delta[Tally::kSubtracts] = 10;
  EXPECT_EQ(fire_work(Mode::kDense, true, false), dense);
  EXPECT_EQ(fire_work(Mode::kZeroSkip, true, false), zero_skip);
  EXPECT_EQ(fire_work(Mode::kTemporalDifference, true, false), delta);
  EXPECT_EQ(fire_work(Mode::kRounding, true, false), zero_skip);
  EXPECT_EQ(fire_work(Mode::kSigmaDelta, true, false), delta);
}

TEST(CountFire, WithoutReluThereIsOneComparisonLess) {
  EXPECT_EQ(fire_work(Mode::kSigmaDelta, false, false)[Tally::kCompares], 30U);
  EXPECT_EQ(fire_work(Mode::kDense, false, false)[Tally::kCompares], 20U);
}

TEST(CountFire, TheOutputLayerOnlyRectifies) {
  for (const Mode mode : kModesOfAnyNetwork) {
    EXPECT_EQ(fire_work(mode, false, true), Work{});
    EXPECT_EQ(fire_work(mode, true, true), work_of({{Tally::kCompares, 10}}));
  }
}

/// A ceiling is one more comparison for every element that is rectified.
TEST(CountFire, ACeilingIsACompare) {
  IntegerLayer layer = layer_with(true, false);
  layer.ceiling = 6;
  Work work;
  count_fire(Mode::kDense, layer, {10, 10, 10, 0}, work);
  EXPECT_EQ(work[Tally::kCompares], 40U);
}

/// Six accumulators in windows of four, three and two elements: of a max-pool, only the largest is rectified and
/// rounded.
TEST(CountFire, AMaxPoolComparesTheElementsOfItsWindows) {
  IntegerLayer layer = layer_with(true, false);
  layer.pool = Pool::kMax;
  const Fired fired{6, 3, 9, 0};
  Work work;
  count_fire(Mode::kSigmaDelta, layer, fired, work);
  EXPECT_EQ(work, work_of({{Tally::kRounds, 3},
                           {Tally::kShifts, 3},
                           {Tally::kCompares, 6 + 3 + 2 * 3 + 3},  // pairs, ReLU, clamp, zero
                           {Tally::kSubtracts, 3}}));
  layer.is_output = true;
  work = {};
  count_fire(Mode::kSigmaDelta, layer, fired, work);
  EXPECT_EQ(work, work_of({{Tally::kCompares, 6 + 3}}));
}

/// Of an average, every element is rectified, rounded and clamped, and their sum is sent.
TEST(CountFire, AnAverageAddsTheElementsOfItsWindows) {
  IntegerLayer layer = layer_with(true, false);
  layer.pool = Pool::kSum;
  const Fired fired{6, 3, 9, 0};
  Work work;
  count_fire(Mode::kSigmaDelta, layer, fired, work);
  EXPECT_EQ(work, work_of({{Tally::kAdds, 6},
                           {Tally::kRounds, 9},
                           {Tally::kShifts, 9},
                           {Tally::kCompares, 9 + 2 * 9 + 3},  // ReLU, clamp, zero
                           {Tally::kSubtracts, 3}}));
  layer.is_output = true;
  work = {};
  count_fire(Mode::kSigmaDelta, layer, fired, work);
  EXPECT_EQ(work, work_of({{Tally::kAdds, 6}, {Tally::kCompares, 9}}));
  layer.output_shift = 2;  // the sums are too wide for 32 bits: they are rounded
  work = {};
  count_fire(Mode::kSigmaDelta, layer, fired, work);
  EXPECT_EQ(work, work_of({{Tally::kAdds, 6}, {Tally::kCompares, 9}, {Tally::kRounds, 3}, {Tally::kShifts, 3}}));
}

}  // namespace
}  // namespace sigdel::network
