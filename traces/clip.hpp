/// A piece of a file of frames.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "traces/frames.hpp"

namespace sigdel::traces {

/// Frames first, first + stride, first + 2 stride, ... of a file, `frames` of them (0: all that there are). Frames are
/// counted from 0 in the order in which they are shown.
struct Clip {
  std::string file;
  std::size_t first = 0;
  std::size_t frames = 0;
  std::size_t stride = 1;  ///< at least 1
};

/// How many frames of a file with `available` the clip has.
/// Throws InputError that names the file if it begins or ends beyond the file's last frame.
std::size_t frames_of(const Clip& clip, std::size_t available);

}  // namespace sigdel::traces
