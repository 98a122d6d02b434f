/// Who is due when: a bitmap time wheel. A block that is not due costs nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

#include "models/base/units.hpp"

namespace sigdel::sim {

/// Remembers wake-ups of blocks 0 .. n-1 at future cycles. A block may have several wake-ups pending, each is kept;
/// two for the same cycle are one.
class CycleWheel {
 public:
  explicit CycleWheel(std::uint32_t blocks);

  /// `at` lies after the cycle that is being visited.
  void wake(std::uint32_t block, Cycles at) {
    // One slot short of a turn: while a cycle is visited its own slot must stay free.
    if (at.value < first_ + kSlots - 1) {
      set(block, at.value);
    } else {
      far_.emplace(at.value, block);
    }
  }

  /// The next cycle for which a block is due; nothing when everybody sleeps for good.
  [[nodiscard]] std::optional<Cycles> next() const;

  /// Calls step(block) for every block that is due at `cycle`, which is the one that next() named, each once.
  template <class Step>
  void visit(Cycles cycle, Step&& step);

 private:
  static constexpr std::uint64_t kSlots = 1024;

  [[nodiscard]] std::uint64_t* slot(std::uint64_t cycle) { return bits_.data() + (cycle % kSlots) * words_; }
  void set(std::uint32_t block, std::uint64_t cycle) {
    slot(cycle)[block / 64] |= std::uint64_t{1} << (block % 64);
    const std::uint64_t index = cycle % kSlots;
    busy_[index / 64] |= std::uint64_t{1} << (index % 64);
  }
  void move_far_wakeups();

  using Far = std::pair<std::uint64_t, std::uint32_t>;  // cycle, block

  std::uint64_t words_;                                             // of 64 blocks each
  std::uint64_t first_ = 0;                                         // the first cycle that can still be due
  std::vector<std::uint64_t> bits_;                                 // kSlots x words_
  std::vector<std::uint64_t> busy_;                                 // one bit per slot: does it hold anybody
  std::priority_queue<Far, std::vector<Far>, std::greater<>> far_;  // beyond the wheel
};

template <class Step>
void CycleWheel::visit(Cycles cycle, Step&& step) {
  first_ = cycle.value + 1;
  if (!far_.empty()) {
    move_far_wakeups();
  }
  std::uint64_t* const due = slot(cycle.value);
  for (std::uint64_t word = 0; word < words_; ++word) {
    std::uint64_t left = std::exchange(due[word], 0);
    while (left != 0) {
      const auto bit = static_cast<std::uint32_t>(__builtin_ctzll(left));
      left &= left - 1;
      step(static_cast<std::uint32_t>(word * 64) + bit);
    }
  }
  const std::uint64_t index = cycle.value % kSlots;
  busy_[index / 64] &= ~(std::uint64_t{1} << (index % 64));
}

/// One block's line to the wheel; does nothing when no wheel is there (the plain loop needs none).
struct Waker {
  CycleWheel* wheel = nullptr;
  std::uint32_t block = 0;

  void at(Cycles cycle) const {
    if (wheel != nullptr) {
      wheel->wake(block, cycle);
    }
  }
};

}  // namespace sigdel::sim
