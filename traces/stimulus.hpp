/// The frames of a run, from files of several kinds, one clip after another.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "traces/clip.hpp"
#include "traces/frame_sink.hpp"
#include "traces/npy.hpp"
#include "traces/picture.hpp"

namespace sigdel::traces {

/// What a clip gave.
struct ClipRead {
  std::size_t frames = 0;
  std::optional<std::size_t> available;  ///< frames that the file holds; unknown of videos
};

/// Puts a clip's frames into the sink. By what stands in it the file is an IDX or .npy file, whose frames must have the
/// sink's shape already, or else a video or a picture, which becomes a frame as `rules` say. A file name with *, ? or
/// [ that is no file's name stands for all files that it matches, in the order of their bytes: then the clip's frames
/// are these files' first pictures.
/// The rules' order must have the channels of the shape, if that is an image's.
/// Throws InputError that names the file for all that is wrong with it, and for a video or picture if the sink's shape
/// is not {1 or 3, rows, columns}.
ClipRead read_clip(const Clip& clip, const PictureRules& rules, FrameSink& sink,
                   NpyAxes npy_axes = NpyAxes::kFrameFirst);

/// The files that a name with *, ? or [ in its last part stands for, in the order of their bytes; itself if it has none
/// of these or is a file's name. Throws InputError if there is none.
std::vector<std::string> files_of(const std::string& pattern);

}  // namespace sigdel::traces
