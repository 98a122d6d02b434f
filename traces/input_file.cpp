#include "traces/input_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "models/base/errors.hpp"

namespace sigdel::traces {
namespace {

std::string reason(int number) { return std::generic_category().message(number); }

}  // namespace

InputFile::InputFile(std::string path)
    : path_(std::move(path)), descriptor_(open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
  if (descriptor_ < 0) {
    if (errno == ENOENT) {
      fail("{}: there is no such file", path_);
    }
    fail("{}: cannot be read: {}", path_, reason(errno));
  }
  struct stat status {};
  const bool known = fstat(descriptor_, &status) == 0;
  if (!known || !S_ISREG(status.st_mode)) {
    close(descriptor_);
    fail("{}: {}", path_,
         known && S_ISDIR(status.st_mode) ? "this is a folder, a file was expected"
                                          : "cannot be read: it is not a regular file");
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
}

InputFile::~InputFile() { close(descriptor_); }

std::string InputFile::read(std::uint64_t offset, std::size_t bytes) const {
  std::string content(bytes, '\0');
  std::size_t have = 0;
  while (have < bytes) {
    const ssize_t got = pread(descriptor_, &content[have], bytes - have, static_cast<off_t>(offset + have));
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      fail("{}: cannot be read: {}", path_, reason(errno));
    }
    if (got == 0) {
      break;
    }
    have += static_cast<std::size_t>(got);
  }
  content.resize(have);
  return content;
}

}  // namespace sigdel::traces
