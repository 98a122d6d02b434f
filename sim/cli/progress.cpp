#include "sim/cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace sigdel::cli {

Progress::Progress(std::string what, std::uint64_t total, std::string unit)
    : on_terminal_(isatty(STDERR_FILENO) == 1),
      what_(std::move(what)),
      total_(total),
      unit_(std::move(unit)),
      start_(Clock::now()),
      shown_(start_) {}

Progress::~Progress() {
  if (on_terminal_) {
    fmt::print(stderr, "\r\033[K");
  }
}

void Progress::show(std::uint64_t done, std::string_view note) {
  const auto now = Clock::now();
  if (!on_terminal_ || now - shown_ < std::chrono::milliseconds(100)) {
    return;
  }
  shown_ = now;
  const double gone = std::chrono::duration<double>(now - start_).count();
  const std::string left =
      done == 0
          ? ""
          : fmt::format(", about {:.0f} s left", gone / static_cast<double>(done) * static_cast<double>(total_ - done));
  fmt::print(stderr, "\r\033[K{}: {} of {} {}{}{}{}", what_, done, total_, unit_, left, note.empty() ? "" : ", ", note);
  std::fflush(stderr);
}

}  // namespace sigdel::cli
