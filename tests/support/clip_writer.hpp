/// Writes small videos and pictures and looks at them, with FFmpeg's libraries.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "traces/picture.hpp"

namespace sigdel::test {

/// Pictures of random RGB values, the same for the same seed.
std::vector<traces::Picture> random_pictures(std::size_t count, std::size_t rows, std::size_t columns,
                                             std::uint64_t seed);

/// A picture whose left half is dark and whose right half is bright, a little more to the right in every frame: what
/// codecs that lose something keep well.
std::vector<traces::Picture> moving_edge(std::size_t count, std::size_t rows, std::size_t columns);

/// Writes the pictures, all of one size, as a video or, where the kind is one, a single picture. The file's ending says
/// what kind of file, `codec` is FFmpeg's name of an encoder ("png", "ffv1", "mpeg4"). Throws std::runtime_error for
/// what FFmpeg cannot do.
std::string write_clip(const std::string& file, const std::string& codec, const std::vector<traces::Picture>& pictures);

/// All pictures of a video or picture file, in their own size.
std::vector<traces::Picture> read_all(const std::string& file);

/// Mean absolute difference of the bytes; infinite for pictures of different sizes.
double difference(const traces::Picture& a, const traces::Picture& b);

std::string content_of(const std::string& file);

}  // namespace sigdel::test
