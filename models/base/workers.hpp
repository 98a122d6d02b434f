/// A few threads for what is independent inside one step of a calculation.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sigdel {

/// The caller counts as one of the threads: with 1 there are no others.
class Workers {
 public:
  using Task = std::function<void(std::size_t)>;

  explicit Workers(unsigned threads = 1);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  [[nodiscard]] unsigned threads() const { return static_cast<unsigned>(others_.size()) + 1; }

  /// Calls task(i) once for every i below `count`, on any of the threads, and returns when all are done. What the tasks
  /// write is seen by the caller. Throws what a task has thrown first; the others are done all the same.
  void run(std::size_t count, const Task& task);

 private:
  void wait_and_work();
  void work();

  std::vector<std::thread> others_;
  const Task* task_ = nullptr;
  std::size_t count_ = 0;
  std::atomic<std::size_t> next_{0};
  std::atomic<std::uint32_t> round_{0};  // of the tasks; another number starts the others
  std::atomic<std::uint32_t> busy_{0};   // others that are not done with this round
  bool is_over_ = false;
  std::mutex mutex_;
  std::exception_ptr failure_;
};

}  // namespace sigdel
