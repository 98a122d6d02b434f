#include "models/network/counting.hpp"

#include <bit>
#include <cstdlib>

namespace sigdel::network {
namespace {

std::uint32_t magnitude_of(std::int32_t value) {
  return value < 0 ? 0U - static_cast<std::uint32_t>(value) : static_cast<std::uint32_t>(value);
}

/// Non-adjacent form of m: digit i is non-zero where m and 3m differ in bit i + 1, negative where m has that bit.
struct NonAdjacentForm {
  std::uint64_t positive;
  std::uint64_t negative;

  explicit NonAdjacentForm(std::uint32_t m)
      : positive((3 * std::uint64_t{m} & ~std::uint64_t{m}) >> 1U),
        negative((std::uint64_t{m} & ~(3 * std::uint64_t{m})) >> 1U) {}
};

void count_additions(bool negative, std::uint64_t n, Work& work) {
  work[negative ? Tally::kSubtracts : Tally::kAdds] += n;
}

void count_quantised_event(Encoding encoding, std::int32_t value, std::uint64_t fan_out, Work& work) {
  const std::uint32_t m = magnitude_of(value);
  work[Tally::kPaperAdds] += m * fan_out;
  if (encoding == Encoding::kUnary) {
    count_additions(value < 0, m * fan_out, work);
  } else if (encoding == Encoding::kGraded) {
    count_additions(value < 0, fan_out, work);
    work[Tally::kMultiplies] += m == 1 ? 0 : fan_out;
  } else {
    const NonAdjacentForm digits(m);
    const auto positive = static_cast<std::uint64_t>(std::popcount(digits.positive));
    const auto negative = static_cast<std::uint64_t>(std::popcount(digits.negative));
    count_additions(value < 0, positive * fan_out, work);
    count_additions(value > 0, negative * fan_out, work);
    work[Tally::kShifts] += (positive + negative - (m & 1U)) * fan_out;  // the digit of weight one needs no shift
  }
}

}  // namespace

std::uint32_t lane_passes(Mode mode, Encoding encoding, std::int32_t value) {
  if (!is_quantised(mode) || encoding == Encoding::kGraded) {
    return 1;
  }
  const std::uint32_t m = magnitude_of(value);
  if (encoding == Encoding::kUnary) {
    return m;
  }
  const NonAdjacentForm digits(m);
  return static_cast<std::uint32_t>(std::popcount(digits.positive) + std::popcount(digits.negative));
}

void count_event(Mode mode, Encoding encoding, std::int32_t value, std::uint64_t fan_out, Work& work) {
  work[Tally::kEvents] += 1;
  work[Tally::kMagnitude] += magnitude_of(value);
  work[Tally::kUpdates] += fan_out;
  if (is_quantised(mode)) {
    count_quantised_event(encoding, value, fan_out, work);
    return;
  }
  for (const Tally tally : {Tally::kPaperAdds, Tally::kPaperMultiplies, Tally::kAdds, Tally::kMultiplies}) {
    work[tally] += fan_out;
  }
}

void count_fire(Mode mode, const IntegerLayer& layer, std::uint64_t neurons, Work& work) {
  if (mode == Mode::kRounding) {
    work[Tally::kPaperAdds] += neurons;
  }
  if (layer.is_output) {
    return;
  }
  work[Tally::kRounds] += neurons;
  work[Tally::kShifts] += neurons;
  const std::uint64_t compares = (layer.relu ? 1U : 0U) + 2U + (sends_zeros(mode) ? 0U : 1U);  // ReLU, clamp, zero
  work[Tally::kCompares] += compares * neurons;
  if (sends_changes(mode)) {
    work[Tally::kSubtracts] += neurons;
  }
}

}  // namespace sigdel::network
