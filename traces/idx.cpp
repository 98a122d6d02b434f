#include "traces/idx.hpp"

#include <string_view>
#include <utility>

#include "models/base/errors.hpp"
#include "models/base/read_file.hpp"

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

  /// An item that there is.
  [[nodiscard]] std::vector<std::uint8_t> item(std::size_t i) const {
    const std::string_view bytes = std::string_view(content_).substr(read_ + i * item_bytes(), item_bytes());
    return {bytes.begin(), bytes.end()};
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

}  // namespace

std::size_t read_idx(const Clip& clip, FrameSink& sink) {
  const IdxFile images(clip.file, kImagesMagic, "images");
  const std::size_t count = frames_of(clip, images.count());
  if (images.item_bytes() != sink.size()) {
    sink.refuse_shape(clip.file, fmt::format("{} values", images.item_bytes()));
  }
  sink.expect(count, images.item_bytes(), clip.file);
  for (std::size_t i = 0; i < count; ++i) {
    sink.add(images.item(clip.first + i * clip.stride), clip.file);
  }
  return images.count();
}

std::vector<std::uint32_t> read_labels(const std::string& labels_file, const Clip& clip, std::size_t count,
                                       std::optional<std::size_t> available) {
  const IdxFile labels(labels_file, kLabelsMagic, "labels");
  if (available && labels.count() != *available) {
    fail("{}: {} labels, but {} holds {} images", labels_file, labels.count(), clip.file, *available);
  }
  const std::size_t last = clip.first + (count - 1) * clip.stride;
  if (last >= labels.count()) {
    fail("{}: {} labels; frame {} of {} needs one, too", labels_file, labels.count(), last, clip.file);
  }
  std::vector<std::uint32_t> classes;
  for (std::size_t i = 0; i < count; ++i) {
    classes.push_back(labels.item(clip.first + i * clip.stride).front());
  }
  return classes;
}

}  // namespace sigdel::traces
