#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "models/base/errors.hpp"
#include "models/base/read_file.hpp"
#include "traces/frames.hpp"

namespace sigdel::traces {
namespace {

constexpr std::uint32_t kImagesMagic = 0x00000803;  ///< unsigned bytes, three axes
constexpr std::uint32_t kLabelsMagic = 0x00000801;  ///< unsigned bytes, one axis

/// An IDX file of unsigned bytes whose length agrees with its header.
class IdxFile {
 public:
  IdxFile(std::string file, std::uint32_t magic, const char* what)
      : file_(std::move(file)), content_(read_file(file_)) {
    read_magic(magic, what);
    sizes_.resize(magic & 0xFFU);
    for (std::uint32_t& size : sizes_) {
      size = read_word();
    }
    check_length();
  }

  [[nodiscard]] std::size_t count() const { return sizes_.front(); }
  /// Bytes of one item; fits, since the file's length does.
  [[nodiscard]] std::size_t item_bytes() const {
    std::size_t bytes = 1;
    for (std::size_t axis = 1; axis < sizes_.size(); ++axis) {
      bytes *= sizes_[axis];
    }
    return bytes;
  }

  /// Items that there are.
  [[nodiscard]] std::vector<std::uint8_t> read_items(std::size_t first, std::size_t items) const {
    const std::string_view bytes = std::string_view(content_).substr(read_);
    const std::string_view wanted = bytes.substr(first * item_bytes(), items * item_bytes());
    return {wanted.begin(), wanted.end()};
  }

 private:
  std::uint32_t read_word() {
    constexpr std::size_t kBytes = 4;
    if (content_.size() - read_ < kBytes) {
      fail("{}: truncated: {} bytes, its header alone needs more", file_, content_.size());
    }
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < kBytes; ++i) {
      word = (word << 8U) | static_cast<std::uint8_t>(content_[read_++]);
    }
    return word;
  }

  void read_magic(std::uint32_t expected, const char* what) {
    const std::uint32_t magic = read_word();
    if (magic >> 16U == 0x1F8BU) {
      fail("{}: compressed; unpack it with gunzip first", file_);
    }
    if (magic != expected) {
      fail("{}: no IDX file of {}: expected the magic number 0x{:08x}, found 0x{:08x}", file_, what, expected, magic);
    }
  }

  /// The bytes behind the header, or nothing if they do not fit 64 bits.
  [[nodiscard]] std::optional<std::uint64_t> body_bytes() const {
    std::uint64_t bytes = 1;
    for (const std::uint32_t size : sizes_) {
      if (__builtin_mul_overflow(bytes, std::uint64_t{size}, &bytes)) {
        return std::nullopt;
      }
    }
    return bytes;
  }

  void check_length() const {
    const std::uint64_t there = content_.size() - read_;
    const auto body = body_bytes();
    if (!body || *body > there) {
      fail("{}: truncated: {} bytes, its header promises {}", file_, content_.size(),
           body ? std::to_string(read_ + *body) : "far more");
    }
    if (*body < there) {
      fail("{}: {} bytes more than its header promises", file_, there - *body);
    }
    if (*body == 0) {
      fail("{}: holds nothing", file_);
    }
  }

  std::string file_;
  std::string content_;
  std::size_t read_ = 0;  ///< the header's bytes, once it is read
  std::vector<std::uint32_t> sizes_;
};

/// How many frames to read; all of the rest for 0.
std::size_t checked_count(const std::string& file, std::size_t available, std::size_t first, std::size_t frames) {
  if (first >= available) {
    fail("{}: holds {} frames; the first one asked for is {}, counted from 0", file, available, first);
  }
  if (frames > available - first) {
    fail("{}: holds {} frames; {} from frame {} on are asked for", file, available, frames, first);
  }
  return frames == 0 ? available - first : frames;
}

}  // namespace

Frames read_images(const std::string& images_file, std::size_t first, std::size_t frames) {
  const IdxFile images(images_file, kImagesMagic, "images");
  Frames result;
  result.size = images.item_bytes();
  result.count = checked_count(images_file, images.count(), first, frames);
  for (const std::uint8_t pixel : images.read_items(first, result.count)) {
    result.values.push_back(static_cast<float>(pixel / 255.0));
  }
  return result;
}

std::vector<std::uint32_t> read_labels(const std::string& labels_file, const std::string& images_file,
                                       std::size_t first, std::size_t count) {
  const IdxFile images(images_file, kImagesMagic, "images");
  const IdxFile labels(labels_file, kLabelsMagic, "labels");
  if (labels.count() != images.count()) {
    fail("{}: {} labels, but {} holds {} images", labels_file, labels.count(), images_file, images.count());
  }
  const auto bytes = labels.read_items(first, count);
  return {bytes.begin(), bytes.end()};
}

}  // namespace sigdel::traces
