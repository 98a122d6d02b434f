/// IDX files of unsigned bytes, as the MNIST database has them: docs/formats/frames.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "traces/clip.hpp"
#include "traces/frame_sink.hpp"

namespace sigdel::traces {

/// Puts a clip of images (magic 0x0803) into the sink; returns how many images the file holds.
/// Throws InputError that names the file for what is missing, truncated, of another type, or too short, and for images
/// of another number of pixels than a frame has.
std::size_t read_idx(const Clip& clip, FrameSink& sink);

/// The labels (magic 0x0801) of the clip's first `count` frames, from a file that has one for each of the `available`
/// frames of the clip's file; without that number, at least as many as the clip needs.
std::vector<std::uint32_t> read_labels(const std::string& labels_file, const Clip& clip, std::size_t count,
                                       std::optional<std::size_t> available);

}  // namespace sigdel::traces
