#include "models/base/workers.hpp"

#include <utility>

namespace sigdel {
namespace {

/// Looks at the value for some microseconds, as most steps are shorter than going to sleep takes, and then sleeps.
std::uint32_t wait_while(const std::atomic<std::uint32_t>& value, std::uint32_t old) {
  constexpr int kLooks = 2000;
  for (int i = 0; i < kLooks; ++i) {
    const std::uint32_t now = value.load(std::memory_order_acquire);
    if (now != old) {
      return now;
    }
  }
  value.wait(old, std::memory_order_acquire);
  return value.load(std::memory_order_acquire);
}

}  // namespace

Workers::Workers(unsigned threads) {
  for (unsigned i = 1; i < threads; ++i) {
    others_.emplace_back([this] { wait_and_work(); });
  }
}

Workers::~Workers() {
  is_over_ = true;
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  for (std::thread& other : others_) {
    other.join();
  }
}

void Workers::run(std::size_t count, const Task& task) {
  task_ = &task;
  count_ = count;
  next_.store(0, std::memory_order_relaxed);
  const bool alone = others_.empty() || count < 2;
  if (!alone) {
    busy_.store(static_cast<std::uint32_t>(others_.size()), std::memory_order_relaxed);
    round_.fetch_add(1, std::memory_order_release);
    round_.notify_all();
  }
  work();
  while (!alone) {
    const std::uint32_t busy = busy_.load(std::memory_order_acquire);
    if (busy == 0) {
      break;
    }
    wait_while(busy_, busy);
  }
  if (failure_) {
    std::rethrow_exception(std::exchange(failure_, nullptr));
  }
}

void Workers::wait_and_work() {
  std::uint32_t round = 0;
  while (true) {
    round = wait_while(round_, round);
    if (is_over_) {
      return;
    }
    work();
    busy_.fetch_sub(1, std::memory_order_release);
    busy_.notify_one();
  }
}

void Workers::work() {
  for (std::size_t i = next_.fetch_add(1, std::memory_order_relaxed); i < count_;
       i = next_.fetch_add(1, std::memory_order_relaxed)) {
    try {
      (*task_)(i);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      failure_ = failure_ ? failure_ : std::current_exception();
    }
  }
}

}  // namespace sigdel
