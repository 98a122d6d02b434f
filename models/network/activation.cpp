#include "models/network/activation.hpp"

#include <limits>

namespace sigdel::network {

/// The loop is plain so that it becomes vector instructions; without a sum that could leave 32 bits: with y the
/// accumulator, less one if it is negative, floor((y + 2^(F-1)) / 2^F) is half of floor(y / 2^(F-1)), rounded up.
std::uint32_t activate(const IntegerLayer& layer, std::span<const std::int32_t> accumulators, std::int32_t* values) {
  const std::int32_t floor = layer.relu ? 0 : std::numeric_limits<std::int32_t>::min();
  const std::int32_t ceiling = layer.ceiling;
  const std::int32_t clamp = layer.clamp;
  const int shift = layer.fraction_bits - 1;
  const std::int32_t* const sums = accumulators.data();
  const std::size_t n = accumulators.size();
  std::uint32_t total = 0;
  for (std::size_t j = 0; j < n; ++j) {
    const std::int32_t rectified = std::min(std::max(sums[j], floor), ceiling);
    const std::int32_t halves = (rectified + (rectified >> 31)) >> shift;
    const std::int32_t rounded = (halves >> 1) + (halves & 1);
    const std::int32_t value = std::min(std::max(rounded, -clamp), clamp);
    values[j] = value;
    total += value != rounded ? 1U : 0U;
  }
  return total;
}

}  // namespace sigdel::network
