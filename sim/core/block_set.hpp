/// The blocks of a machine and the wheel that wakes them: what a scheduler drives.
#pragma once

#include <optional>
#include <vector>

#include "sim/core/block.hpp"
#include "sim/core/wheel.hpp"

namespace sigdel::sim {

class BlockSet {
 public:
  /// Room for so many blocks. `with_wheel`: they wake each other; without, they must be stepped in every cycle.
  BlockSet(std::uint32_t capacity, bool with_wheel) : wheel_(capacity), with_wheel_(with_wheel) {}
  ~BlockSet() = default;
  BlockSet(const BlockSet&) = delete;  // blocks know the wheel's address
  BlockSet& operator=(const BlockSet&) = delete;

  /// Gives the block the next number on the wheel and its line to it. The block must outlive the set's use.
  void add(ClockedBlock& block) {
    block.set_waker({with_wheel_ ? &wheel_ : nullptr, static_cast<std::uint32_t>(blocks_.size())});
    blocks_.push_back(&block);
  }

  [[nodiscard]] const std::vector<ClockedBlock*>& blocks() const { return blocks_; }
  /// The next busy cycle; nothing when all sleep.
  [[nodiscard]] std::optional<Cycles> next_cycle() const { return wheel_.next(); }
  /// Steps the blocks that are due in that cycle.
  void run_cycle(Cycles now) {
    wheel_.visit(now, [&](std::uint32_t block) { blocks_[block]->step(now); });
  }

 private:
  CycleWheel wheel_;
  bool with_wheel_;
  std::vector<ClockedBlock*> blocks_;  // by number
};

}  // namespace sigdel::sim
