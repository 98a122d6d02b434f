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

void count_event(Mode mode, Encoding encoding, std::int32_t value, std::uint64_t fan_out, std::uint64_t paper_fan_out,
                 Work& work) {
  work[Tally::kEvents] += 1;
  work[Tally::kMagnitude] += magnitude_of(value);
  work[Tally::kUpdates] += fan_out;
  if (is_quantised(mode)) {
    work[Tally::kPaperAdds] += magnitude_of(value) * paper_fan_out;
    count_quantised_event(encoding, value, fan_out, work);
    return;
  }
  work[Tally::kPaperAdds] += paper_fan_out;
  work[Tally::kPaperMultiplies] += paper_fan_out;
  work[Tally::kAdds] += fan_out;
  work[Tally::kMultiplies] += fan_out;
}

EventSums& EventSums::operator+=(const EventSums& other) {
  events += other.events;
  magnitude += other.magnitude;
  adds += other.adds;
  subtracts += other.subtracts;
  multiplies += other.multiplies;
  shifts += other.shifts;
  return *this;
}

EventSums sum_of(Mode mode, Encoding encoding, const PixelEvents& events, const PixelEvents::Pixel& pixel) {
  EventSums sums{.events = std::uint64_t{pixel.size()} + pixel.zeros, .magnitude = pixel.magnitude};
  if (!is_quantised(mode)) {
    sums.adds = sums.events;
    sums.multiplies = sums.events;
  } else if (encoding == Encoding::kUnary) {
    sums.subtracts = (pixel.magnitude - static_cast<std::uint64_t>(pixel.sum)) / 2;
    sums.adds = pixel.magnitude - sums.subtracts;
  } else {
    Work work;
    for (const Event& event : events.of(pixel)) {
      count_quantised_event(encoding, event.value, 1, work);
    }
    Work zero;
    count_quantised_event(encoding, 0, 1, zero);
    const auto sum = [&](Tally tally) { return work[tally] + pixel.zeros * zero[tally]; };
    sums.adds = sum(Tally::kAdds);
    sums.subtracts = sum(Tally::kSubtracts);
    sums.multiplies = sum(Tally::kMultiplies);
    sums.shifts = sum(Tally::kShifts);
  }
  return sums;
}

void count_events(Mode mode, const EventSums& sums, std::uint64_t fan_out, std::uint64_t paper_fan_out, Work& work) {
  work[Tally::kEvents] += sums.events;
  work[Tally::kMagnitude] += sums.magnitude;
  work[Tally::kUpdates] += sums.events * fan_out;
  work[Tally::kPaperAdds] += (is_quantised(mode) ? sums.magnitude : sums.events) * paper_fan_out;
  work[Tally::kPaperMultiplies] += is_quantised(mode) ? 0 : sums.events * paper_fan_out;
  work[Tally::kAdds] += sums.adds * fan_out;
  work[Tally::kSubtracts] += sums.subtracts * fan_out;
  work[Tally::kMultiplies] += sums.multiplies * fan_out;
  work[Tally::kShifts] += sums.shifts * fan_out;
}

void count_fire(Mode mode, const IntegerLayer& layer, const Fired& fired, Work& work) {
  const bool is_summed = layer.pool == Pool::kSum;
  const std::uint64_t pairs = fired.elements - fired.values;  // of window elements that meet: compared or added
  const std::uint64_t units = is_summed ? fired.elements : fired.values;  // rectified and rounded
  work[is_summed ? Tally::kAdds : Tally::kCompares] += pairs;
  const std::uint64_t cuts = (layer.relu ? 1U : 0U) + (layer.has_ceiling() ? 1U : 0U);
  work[Tally::kCompares] += cuts * units;
  if (layer.is_output) {
    const std::uint64_t rounded = layer.output_shift > 0 ? fired.values : 0;
    work[Tally::kRounds] += rounded;
    work[Tally::kShifts] += rounded;
    return;
  }
  work[Tally::kRounds] += units;
  work[Tally::kShifts] += units;
  work[Tally::kCompares] += 2 * units + (sends_zeros(mode) ? 0 : fired.values);  // clamp; zero or threshold
  if (sends_changes(mode)) {
    work[Tally::kSubtracts] += fired.values;
  }
}

}  // namespace sigdel::network
