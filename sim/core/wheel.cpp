#include "sim/core/wheel.hpp"

#include <bit>

namespace sigdel::sim {

CycleWheel::CycleWheel(std::uint32_t blocks)
    : words_((std::uint64_t{blocks} + 63) / 64), bits_(kSlots * words_), busy_(kSlots / 64) {}

void CycleWheel::move_far_wakeups() {
  while (!far_.empty() && far_.top().first < first_ + kSlots - 1) {
    set(far_.top().second, far_.top().first);
    far_.pop();
  }
}

std::optional<Cycles> CycleWheel::next() const {
  const std::uint64_t start = first_ % kSlots;
  for (std::uint64_t i = 0; i <= busy_.size(); ++i) {
    const std::uint64_t word = (start / 64 + i) % busy_.size();
    std::uint64_t bits = busy_[word];
    if (i == 0) {
      bits &= ~std::uint64_t{0} << (start % 64);
    } else if (i == busy_.size()) {
      bits &= ~(~std::uint64_t{0} << (start % 64));
    }
    if (bits != 0) {
      const std::uint64_t index = word * 64 + static_cast<std::uint64_t>(std::countr_zero(bits));
      return Cycles{first_ + (index + kSlots - start) % kSlots};
    }
  }
  return far_.empty() ? std::nullopt : std::optional(Cycles{far_.top().first});
}

}  // namespace sigdel::sim
