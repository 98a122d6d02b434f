/// A bounded queue between two blocks, or between two units of one, that keeps the rule of time.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "models/base/units.hpp"
#include "sim/core/wheel.hpp"

namespace sigdel::sim {

/// What is pushed in cycle t can be read from t + 1 on, and the room of what is popped in cycle t can be used from t +
/// 1 on (the credit's way back), or later where the caller says so. So the order in which writer and reader are stepped
/// within a cycle does not matter.
///
/// Room is counted in units (flits, packets, entries). Wakes the reader when something becomes readable, and the writer
/// when room comes back after it was refused.
template <class T>
class Channel {
 public:
  explicit Channel(std::uint32_t capacity)
      : capacity_(capacity), entries_(capacity), credits_(capacity), room_(capacity) {}

  void connect(Waker writer, Waker reader) {
    writer_ = writer;
    reader_ = reader;
  }

  /// Whether the writer may push that many units in this cycle. After a refusal it is woken when that may change.
  bool can_push(Cycles now, std::uint32_t units = 1) {
    while (!credits_.empty() && credits_.front().usable <= now) {
      room_ += credits_.front().units;
      credits_.pop();
    }
    if (room_ >= units) {
      return true;
    }
    if (credits_.empty()) {
      writer_waits_ = true;
    } else {
      writer_.at(credits_.front().usable);
    }
    return false;
  }

  /// Only after can_push(now, units). Readable `delay` cycles later; that and `units` are at least 1.
  void push(Cycles now, const T& value, std::uint32_t units = 1, Cycles delay = Cycles{1}) {
    entries_.push({value, units, now + delay});
    room_ -= units;
    reader_.at(now + delay);
  }

  /// The oldest entry if it is readable in this cycle, or null.
  [[nodiscard]] const T* front(Cycles now) const {
    return !entries_.empty() && entries_.front().readable <= now ? &entries_.front().value : nullptr;
  }

  /// Removes what front(now) showed; its room can be used `delay` cycles later, not before that of an earlier pop.
  void pop(Cycles now, Cycles delay = Cycles{1}) {
    credits_.push({now + delay, entries_.front().units});
    entries_.pop();
    if (writer_waits_) {
      writer_waits_ = false;
      writer_.at(now + delay);
    }
  }

  /// Entries, readable or not yet.
  [[nodiscard]] std::uint32_t size() const { return entries_.size(); }
  [[nodiscard]] bool empty() const { return entries_.empty(); }

  // For the diagnosis of a machine that hangs.
  [[nodiscard]] std::uint32_t capacity() const { return capacity_; }
  /// Units that are free or on their way back.
  [[nodiscard]] std::uint32_t room() const {
    std::uint32_t room = room_;
    for (std::uint32_t i = 0; i < credits_.size(); ++i) {
      room += credits_.at(i).units;
    }
    return room;
  }
  /// The oldest entry, readable or not yet; only if not empty().
  [[nodiscard]] const T& oldest() const { return entries_.front().value; }
  /// The reader's number among the machine's blocks.
  [[nodiscard]] std::uint32_t reader() const { return reader_.block; }

 private:
  struct Entry {
    T value{};
    std::uint32_t units = 1;
    Cycles readable;
  };
  struct Credit {
    Cycles usable;
    std::uint32_t units = 0;
  };

  /// A ring of fixed size; every element stands for at least one unit, so it cannot overflow.
  template <class Element>
  class Ring {
   public:
    explicit Ring(std::uint32_t capacity) : elements_(std::bit_ceil(capacity)), mask_(std::bit_ceil(capacity) - 1) {}
    void push(const Element& element) { elements_[tail_++ & mask_] = element; }
    void pop() { ++head_; }
    [[nodiscard]] const Element& front() const { return elements_[head_ & mask_]; }
    [[nodiscard]] const Element& at(std::uint32_t i) const { return elements_[(head_ + i) & mask_]; }
    [[nodiscard]] bool empty() const { return head_ == tail_; }
    [[nodiscard]] std::uint32_t size() const { return tail_ - head_; }

   private:
    std::vector<Element> elements_;
    std::uint32_t mask_;
    std::uint32_t head_ = 0;  // counts on and wraps around
    std::uint32_t tail_ = 0;
  };

  std::uint32_t capacity_;
  Ring<Entry> entries_;
  Ring<Credit> credits_;  // on their way back
  std::uint32_t room_;    // as the writer sees it
  bool writer_waits_ = false;
  Waker writer_;
  Waker reader_;
};

}  // namespace sigdel::sim
