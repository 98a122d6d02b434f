/// What every clocked block of the machine has in common.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "models/base/units.hpp"
#include "sim/core/wheel.hpp"

namespace sigdel::sim {

/// A block does one cycle's work in step(). It may be stepped in cycles in which nothing is due: then nothing changes.
class ClockedBlock {
 public:
  explicit ClockedBlock(std::string name) : name_(std::move(name)) {}
  virtual ~ClockedBlock() = default;
  ClockedBlock(const ClockedBlock&) = delete;
  ClockedBlock& operator=(const ClockedBlock&) = delete;

  virtual void step(Cycles now) = 0;
  /// Nothing queued, nothing under way.
  [[nodiscard]] virtual bool at_rest() const = 0;
  /// Why the block does not go on, for the message about a deadlock: "scan of fc2 waits for room in the outbox".
  [[nodiscard]] virtual std::string waits_for() const = 0;

  [[nodiscard]] const std::string& name() const { return name_; }
  /// The line on which this block is woken; set when the machine is wired.
  void set_waker(Waker waker) { waker_ = waker; }
  [[nodiscard]] Waker waker() const { return waker_; }

  /// The last cycle in which the block did something.
  [[nodiscard]] Cycles last_active() const { return last_active_; }
  /// A hash of all the cycles in which it did something (FNV-1a over 64-bit words).
  [[nodiscard]] std::uint64_t activity_hash() const { return hash_; }

 protected:
  /// The block did something in this cycle.
  void mark_active(Cycles now) {
    if (!ever_active_ || now != last_active_) {
      ever_active_ = true;
      last_active_ = now;
      hash_ = (hash_ ^ now.value) * 0x100000001b3U;
    }
  }

 private:
  std::string name_;
  Waker waker_;
  bool ever_active_ = false;
  Cycles last_active_;
  std::uint64_t hash_ = 0xcbf29ce484222325U;
};

}  // namespace sigdel::sim
