/// Where readers put the frames of a stimulus.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "traces/frames.hpp"
#include "traces/noise.hpp"

namespace sigdel::traces {

/// Called with the number of frames that have been read, and of those that are expected as far as that is known.
using ReadProgress = std::function<void(std::size_t done, std::size_t expected)>;

/// Appends frames, with noise, as long as memory may be spent on them.
class FrameSink {
 public:
  /// What all frames of a run may take up.
  static constexpr std::size_t kMostBytes = std::size_t{4} << 30U;

  /// `frames`, empty but for its shape, and `noise` must outlive it. `network` is a name for messages.
  FrameSink(Frames& frames, const Noise& noise, std::string network, ReadProgress progress = {});

  [[nodiscard]] const network::Shape& shape() const { return frames_->shape; }
  [[nodiscard]] std::size_t size() const { return frames_->size; }
  [[nodiscard]] std::size_t count() const { return frames_->count; }

  /// Throws InputError: a frame of the file has `found` ("756 values"), which is not what the network's input takes.
  [[noreturn]] void refuse_shape(std::string_view file, std::string_view found) const;
  /// So many more frames are going to come. Throws InputError about `file` if they will not fit.
  void expect(std::size_t frames, std::size_t bytes_each, std::string_view file);
  /// One frame. Throws InputError about `file` if it does not fit, or if it has float32 values and there is noise.
  void add(std::vector<std::uint8_t> bytes, std::string_view file);
  void add(std::span<const float> values, std::string_view file);

 private:
  void check_room(std::size_t bytes, std::string_view file) const;
  void tell() const;

  Frames* frames_;
  const Noise* noise_;
  std::string network_;
  ReadProgress progress_;
  std::size_t expected_ = 0;
};

}  // namespace sigdel::traces
