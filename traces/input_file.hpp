/// A regular file that several processes can read from at once, each where it wants.
#pragma once

#include <cstdint>
#include <string>

namespace sigdel::traces {

class InputFile {
 public:
  /// Throws InputError "<path>: <reason>" for what is missing, not readable or no regular file.
  explicit InputFile(std::string path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  /// In bytes, when it was opened.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// Those bytes, fewer only where the file ends. Throws InputError if the system cannot read them.
  [[nodiscard]] std::string read(std::uint64_t offset, std::size_t bytes) const;

 private:
  std::string path_;
  int descriptor_;
  std::uint64_t size_ = 0;
};

}  // namespace sigdel::traces
