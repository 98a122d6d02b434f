#include "models/base/read_file.hpp"

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "models/base/errors.hpp"

namespace sigdel {
namespace {

constexpr std::uintmax_t kMebibyte = 1U << 20U;

[[noreturn]] void refuse_length(const std::string& path, std::uintmax_t max_bytes) {
  fail("{}: too large, more than {} MiB", path, (max_bytes + kMebibyte - 1) / kMebibyte);
}

/// Refuses what cannot be read or has no end.
void check_status(const std::string& path, std::uintmax_t max_bytes) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) {
    fail("{}: there is no such file", path);
  }
  if (!fs::status_known(status)) {
    fail("{}: cannot be read: {}", path, error.message());
  }
  if (fs::is_directory(status)) {
    fail("{}: this is a folder, a file was expected", path);
  }
  if (!fs::is_regular_file(status) && !fs::is_fifo(status)) {
    fail("{}: cannot be read: it is not a regular file", path);
  }
  if (fs::is_regular_file(status) && fs::file_size(path, error) > max_bytes && !error) {
    refuse_length(path, max_bytes);
  }
}

}  // namespace

std::string read_file(const std::string& path, std::uintmax_t max_bytes) {
  check_status(path, max_bytes);
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream.is_open()) {
    fail("{}: cannot be read: {}", path, std::generic_category().message(errno));
  }
  std::string content;
  std::array<char, 65536> piece{};
  while (stream.read(piece.data(), piece.size()) || stream.gcount() > 0) {
    content.append(piece.data(), static_cast<std::size_t>(stream.gcount()));
    if (content.size() > max_bytes) {
      refuse_length(path, max_bytes);
    }
  }
  if (stream.bad()) {
    fail("{}: cannot be read: {}", path, std::generic_category().message(errno));
  }
  return content;
}

}  // namespace sigdel
