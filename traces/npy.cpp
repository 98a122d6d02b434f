#include "traces/npy.hpp"

#include <fmt/ranges.h>

#include <bit>
#include <cmath>
#include <cstring>

#include "models/base/errors.hpp"
#include "traces/bytes.hpp"
#include "traces/input_file.hpp"

namespace sigdel::traces {
namespace {

static_assert(std::endian::native == std::endian::little, "values of a file are taken as they are");

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kVersionBytes = 2;
constexpr std::size_t kMostHeaderBytes = 65536;

/// As Python has it.
std::string shape_text(const std::vector<std::uint64_t>& shape) { return fmt::format("({})", fmt::join(shape, ", ")); }

/// A file whose header was read and whose length agrees with it.
class NpyFile {
 public:
  explicit NpyFile(const std::string& path) : file_(path) {
    header_ = read_npy_header(header_text(), path);
    check_length();
  }

  [[nodiscard]] const NpyHeader& header() const { return header_; }
  [[nodiscard]] std::size_t frames() const { return header_.shape.front(); }
  /// All values.
  [[nodiscard]] std::string content() const {
    std::string content = file_.read(begin_, file_.size() - begin_);
    if (content.size() < file_.size() - begin_) {
      fail("{}: it was changed while it was read", file_.path());
    }
    return content;
  }

  /// Frame i's bytes; the length fits, since the file's does.
  [[nodiscard]] std::string frame(std::size_t i, std::size_t values) const {
    const std::size_t bytes = values * header_.value_bytes();
    std::string content = file_.read(begin_ + i * bytes, bytes);
    if (content.size() < bytes) {
      fail("{}: it was changed while it was read", file_.path());
    }
    return content;
  }

 private:
  [[noreturn]] void truncated() const {
    fail("{}: truncated: {} bytes, its header alone needs more", file_.path(), file_.size());
  }

  std::string header_text() {
    const std::string start = file_.read(0, kMagic.size() + kVersionBytes);
    if (start.size() < kMagic.size() + kVersionBytes) {
      truncated();
    }
    const int major = static_cast<unsigned char>(start[kMagic.size()]);
    const int minor = static_cast<unsigned char>(start[kMagic.size() + 1]);
    if (!start.starts_with(kMagic) || (major != 1 && major != 2) || minor != 0) {
      fail("{}: a .npy file of version {}.{}; 1.0 and 2.0 are read", file_.path(), major, minor);
    }
    const unsigned length_bytes = major == 1 ? 2 : 4;
    const std::string length = file_.read(start.size(), length_bytes);
    if (length.size() < length_bytes) {
      truncated();
    }
    const std::uint64_t bytes = ByteReader(length).fixed(length_bytes);
    begin_ = start.size() + length_bytes + bytes;
    if (begin_ > file_.size()) {
      truncated();
    }
    if (bytes > kMostHeaderBytes) {
      fail("{}: damaged: a header of {} bytes", file_.path(), bytes);
    }
    return file_.read(start.size() + length_bytes, bytes);
  }

  void check_length() const {
    std::uint64_t bytes = header_.value_bytes();
    bool fits = true;
    for (const std::uint64_t axis : header_.shape) {
      fits = fits && !__builtin_mul_overflow(bytes, axis, &bytes);
    }
    const std::uint64_t there = file_.size() - begin_;
    if (!fits || bytes > there) {
      fail("{}: truncated: {} bytes of values, its shape {} promises {}", file_.path(), there,
           shape_text(header_.shape), fits ? std::to_string(bytes) : "far more");
    }
    if (bytes < there) {
      fail("{}: {} bytes more than its shape {} promises", file_.path(), there - bytes, shape_text(header_.shape));
    }
    if (bytes == 0 || header_.shape.empty()) {
      fail("{}: holds no frame: its shape is {}", file_.path(), shape_text(header_.shape));
    }
  }

  InputFile file_;
  NpyHeader header_;
  std::uint64_t begin_ = 0;  ///< of the values
};

/// (frames, channels, rows, columns) as the input has them, or (frames, values).
bool fits(const std::vector<std::uint64_t>& shape, const FrameSink& sink) {
  if (shape.size() == 2) {
    return shape[1] == sink.size();
  }
  const network::Shape& input = sink.shape();
  return shape.size() == input.size() + 1 &&
         std::equal(input.begin(), input.end(), shape.begin() + 1,
                    [](std::int64_t a, std::uint64_t b) { return static_cast<std::uint64_t>(a) == b; });
}

template <class T>
std::vector<float> floats_from(const std::string& bytes) {
  std::vector<float> values(bytes.size() / sizeof(T));
  for (std::size_t i = 0; i < values.size(); ++i) {
    T value{};
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    values[i] = static_cast<float>(value);
  }
  return values;
}

std::vector<float> floats_of(const std::string& bytes, NpyType type) {
  switch (type) {
    case NpyType::kInt8:
      return floats_from<std::int8_t>(bytes);
    case NpyType::kInt32:
      return floats_from<std::int32_t>(bytes);
    case NpyType::kFloat32:
      return floats_from<float>(bytes);
    case NpyType::kFloat64:
      return floats_from<double>(bytes);
    default:
      return floats_from<std::uint8_t>(bytes);
  }
}

void add_frame(const std::string& bytes, NpyType type, std::size_t frame, const std::string& file, FrameSink& sink) {
  if (type == NpyType::kUint8) {
    sink.add({bytes.begin(), bytes.end()}, file);
    return;
  }
  const std::vector<float> values = floats_of(bytes, type);
  const auto odd = std::find_if_not(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
  if (odd != values.end()) {
    fail("{}: value {} of frame {} is not finite, or not as float32", file, odd - values.begin(), frame);
  }
  sink.add(values, file);
}

/// Frame i of (columns, rows, channels, frames), channel by channel and row by row.
std::string lava_frame(const std::string& content, const NpyHeader& header, std::size_t i) {
  const std::size_t width = header.value_bytes();
  const std::size_t columns = header.shape[0];
  const std::size_t rows = header.shape[1];
  const std::size_t channels = header.shape[2];
  std::string frame;
  frame.reserve(columns * rows * channels * width);
  for (std::size_t channel = 0; channel < channels; ++channel) {
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t column = 0; column < columns; ++column) {
        const std::size_t at = ((column * rows + row) * channels + channel) * header.shape[3] + i;
        frame.append(content, at * width, width);
      }
    }
  }
  return frame;
}

std::size_t read_lava_npy(const Clip& clip, const NpyFile& file, FrameSink& sink) {
  const NpyHeader& header = file.header();
  const network::Shape& input = sink.shape();
  const bool fits = header.shape.size() == 4 && input.size() == 3 &&
                    std::equal(input.rbegin(), input.rend(), header.shape.begin(), header.shape.end() - 1,
                               [](std::int64_t a, std::uint64_t b) { return static_cast<std::uint64_t>(a) == b; });
  if (!fits) {
    sink.refuse_shape(clip.file, fmt::format("columns, rows, channels and frames of {}", shape_text(header.shape)));
  }
  const std::size_t count = frames_of(clip, header.shape[3]);
  sink.expect(count, sink.size() * (header.type == NpyType::kUint8 ? 1 : sizeof(float)), clip.file);
  const std::string content = file.content();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t frame = clip.first + i * clip.stride;
    add_frame(lava_frame(content, header, frame), header.type, frame, clip.file, sink);
  }
  return header.shape[3];
}

}  // namespace

std::size_t read_npy(const Clip& clip, FrameSink& sink, NpyAxes axes) {
  const NpyFile file(clip.file);
  if (axes == NpyAxes::kLava) {
    return read_lava_npy(clip, file, sink);
  }
  const NpyHeader& header = file.header();
  if (!fits(header.shape, sink)) {
    const std::vector<std::uint64_t> frame(header.shape.begin() + 1, header.shape.end());
    sink.refuse_shape(clip.file, frame.empty() ? "1 value" : fmt::format("{} values", fmt::join(frame, "x")));
  }
  const std::size_t count = frames_of(clip, file.frames());
  const bool bytes = header.type == NpyType::kUint8;
  sink.expect(count, sink.size() * (bytes ? 1 : sizeof(float)), clip.file);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t frame = clip.first + i * clip.stride;
    add_frame(file.frame(frame, sink.size()), header.type, frame, clip.file, sink);
  }
  return file.frames();
}

}  // namespace sigdel::traces
