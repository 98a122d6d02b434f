/// A bounded queue between two blocks, or between two units of one, that keeps the rule of time.
#pragma once

#include <cstdint>
#include <vector>

#include "models/base/units.hpp"
#include "sim/core/wheel.hpp"

namespace sigdel::sim {

/// What is pushed in cycle t can be read from t + 1 on; the room of what is popped in cycle t can be used from t + 1
/// on (the credit's way back). So the order in which writer and reader are stepped within a cycle does not matter.
///
/// Wakes the reader when something becomes readable, and the writer when room comes back after it was refused.
template <class T>
class Channel {
 public:
  explicit Channel(std::uint32_t capacity) : ring_(capacity), room_(capacity) {}

  void connect(Waker writer, Waker reader) {
    writer_ = writer;
    reader_ = reader;
  }

  /// Whether the writer may push in this cycle. After a refusal it is woken when that changes.
  bool can_push(Cycles now) {
    if (returned_ != 0 && returned_at_ < now) {
      room_ += returned_;
      returned_ = 0;
    }
    if (room_ != 0) {
      return true;
    }
    if (returned_ != 0) {
      writer_.at(now + Cycles{1});
    } else {
      writer_waits_ = true;
    }
    return false;
  }

  /// Only after can_push(now).
  void push(Cycles now, const T& value) {
    ring_[tail_] = {value, now + Cycles{1}};
    tail_ = after(tail_);
    ++size_;
    --room_;
    reader_.at(now + Cycles{1});
  }

  /// The oldest entry that is readable in this cycle, or null.
  [[nodiscard]] const T* front(Cycles now) const {
    return size_ != 0 && ring_[head_].readable <= now ? &ring_[head_].value : nullptr;
  }

  /// Removes what front(now) showed.
  void pop(Cycles now) {
    head_ = after(head_);
    --size_;
    if (returned_ != 0 && returned_at_ < now) {
      room_ += returned_;
      returned_ = 0;
    }
    ++returned_;
    returned_at_ = now;
    if (writer_waits_) {
      writer_waits_ = false;
      writer_.at(now + Cycles{1});
    }
  }

  /// Entries, readable or not yet.
  [[nodiscard]] std::uint32_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

 private:
  struct Entry {
    T value{};
    Cycles readable;
  };

  [[nodiscard]] std::uint32_t after(std::uint32_t i) const { return i + 1 == ring_.size() ? 0 : i + 1; }

  std::vector<Entry> ring_;
  std::uint32_t head_ = 0;
  std::uint32_t tail_ = 0;
  std::uint32_t size_ = 0;
  std::uint32_t room_;          // as the writer sees it
  std::uint32_t returned_ = 0;  // credits on their way back
  Cycles returned_at_;
  bool writer_waits_ = false;
  Waker writer_;
  Waker reader_;
};

}  // namespace sigdel::sim
