#include "traces/frame_sink.hpp"

#include <algorithm>

#include "models/base/errors.hpp"

namespace sigdel::traces {

FrameSink::FrameSink(Frames& frames, const Noise& noise, std::string network, ReadProgress progress)
    : frames_(&frames), noise_(&noise), network_(std::move(network)), progress_(std::move(progress)) {}

void FrameSink::refuse_shape(std::string_view file, std::string_view found) const {
  fail("{}: a frame has {}; the input of {} has {} ({})", file, found, network_, size(), network::to_string(shape()));
}

void FrameSink::check_room(std::size_t bytes, std::string_view file) const {
  if (bytes > kMostBytes - std::min(kMostBytes, frames_->stored_bytes())) {
    fail("{}: too many frames of {} values each; all together may take up {} GiB; hint: stimulus.frames limits them",
         file, size(), kMostBytes >> 30U);
  }
}

void FrameSink::tell() const {
  if (progress_) {
    progress_(count(), std::max(count(), expected_));
  }
}

void FrameSink::expect(std::size_t frames, std::size_t bytes_each, std::string_view file) {
  if (frames > kMostBytes / std::max<std::size_t>(1, bytes_each)) {
    check_room(kMostBytes + 1, file);
  }
  check_room(frames * bytes_each, file);
  expected_ = count() + frames;
  tell();
}

void FrameSink::add(std::vector<std::uint8_t> bytes, std::string_view file) {
  check_room(bytes.size(), file);
  noise_->add_to(bytes, count());
  frames_->add(bytes);
  tell();
}

void FrameSink::add(std::span<const float> values, std::string_view file) {
  if (!noise_->is_none()) {
    fail(
        "{}: its values are no bytes, and noise is in grey levels of bytes; hint: store uint8, or set "
        "stimulus.noise.sigma to 0",
        file);
  }
  check_room(values.size_bytes(), file);
  frames_->add(values);
  tell();
}

}  // namespace sigdel::traces
