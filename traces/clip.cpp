#include "traces/clip.hpp"

#include "models/base/errors.hpp"

namespace sigdel::traces {

std::size_t frames_of(const Clip& clip, std::size_t available) {
  if (clip.first >= available) {
    fail("{}: holds {} frames; the first one asked for is {}, counted from 0", clip.file, available, clip.first);
  }
  const std::size_t there = 1 + (available - clip.first - 1) / clip.stride;
  if (clip.frames > there) {
    fail("{}: holds {} frames; {} from frame {} on{} are asked for", clip.file, available, clip.frames, clip.first,
         clip.stride == 1 ? ""
                          : fmt::format(", every {}{},", clip.stride,
                                        clip.stride == 2   ? "nd"
                                        : clip.stride == 3 ? "rd"
                                                           : "th"));
  }
  return clip.frames == 0 ? there : clip.frames;
}

}  // namespace sigdel::traces
