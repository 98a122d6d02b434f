/// A line that says how far long work has come and how long it may still take; only on a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace sigdel::cli {

class Progress {
 public:
  /// `what` is being done, `total` units of it ("frames").
  Progress(std::string what, std::uint64_t total, std::string unit);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Shows that `done` units are done, at most ten times a second, with `note` behind the time left.
  void show(std::uint64_t done, std::string_view note = {});
  [[nodiscard]] bool on_terminal() const { return on_terminal_; }

 private:
  using Clock = std::chrono::steady_clock;

  bool on_terminal_;
  std::string what_;
  std::uint64_t total_;
  std::string unit_;
  Clock::time_point start_;
  Clock::time_point shown_;
};

}  // namespace sigdel::cli
