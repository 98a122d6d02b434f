/// A file that is in memory alone: thousands of versions of it cost a disk nothing.
#pragma once

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

namespace sigdel::test {

class MemoryFile {
 public:
  MemoryFile() : descriptor_(memfd_create("sigdel-test", 0)) {
    if (descriptor_ < 0) {
      throw std::runtime_error("no file in memory");
    }
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { close(descriptor_); }

  /// Replaces what is in it and returns its path, which is the same each time.
  [[nodiscard]] std::string write(const std::string& content) const {
    const bool written = ftruncate(descriptor_, 0) == 0 &&
                         pwrite(descriptor_, content.data(), content.size(), 0) == static_cast<ssize_t>(content.size());
    if (!written) {
      throw std::runtime_error("a file in memory cannot be written");
    }
    return fmt::format("/proc/self/fd/{}", descriptor_);
  }

 private:
  int descriptor_;
};

}  // namespace sigdel::test
