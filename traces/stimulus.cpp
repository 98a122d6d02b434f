#include "traces/stimulus.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "models/base/errors.hpp"
#include "traces/idx.hpp"
#include "traces/input_file.hpp"
#include "traces/media_file.hpp"
#include "traces/npy.hpp"

namespace sigdel::traces {
namespace {

namespace fs = std::filesystem;

enum class Kind { kIdx, kNpy, kMedia };

/// A pipe is an IDX file: the other kinds need to be read here and there. So is a file that is compressed, which the
/// reader of IDX files knows how to refuse.
Kind kind_of(const std::string& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) {
    return Kind::kIdx;
  }
  constexpr std::size_t kStart = 6;
  const std::string start = InputFile(file).read(0, kStart);
  if (start.starts_with("\x93NUMPY")) {
    return Kind::kNpy;
  }
  using namespace std::string_view_literals;
  const bool is_idx =
      start.size() > 3 && start.starts_with("\0\0"sv) && start[2] >= 8 && start[2] <= 14 && start[3] > 0;
  return is_idx || start.starts_with("\x1F\x8B") ? Kind::kIdx : Kind::kMedia;
}

/// Refuses an input that cannot take a picture.
FrameMaker maker_for(const PictureRules& rules, const FrameSink& sink, const std::string& file) {
  const network::Shape& shape = sink.shape();
  const bool is_image = shape.size() == 3 && (shape.front() == 1 || shape.front() == 3);
  if (!is_image) {
    fail(
        "{}: a video or picture; it fits an input of 1 or 3 channels, rows and columns, and that of the network is {}; "
        "hint: IDX and .npy files fit any input",
        file, network::to_string(shape));
  }
  const auto channels = static_cast<std::size_t>(shape.front());
  return {rules, channels, static_cast<std::size_t>(shape[1]), static_cast<std::size_t>(shape[2])};
}

void add_picture(MediaFile& media, FrameMaker& maker, const std::string& file, FrameSink& sink) {
  std::vector<std::uint8_t> frame;
  try {
    frame = maker.frame_from(media.picture(maker.asked_size(media.size()), maker.asks_for_bgr()));
  } catch (const InputError& error) {
    fail("{}: {}", file, error.what());
  }
  sink.add(std::move(frame), file);
}

/// Decodes all frames up to the clip's last, since most depend on those before.
ClipRead read_media(const Clip& clip, const PictureRules& rules, FrameSink& sink) {
  MediaFile media(clip.file);
  FrameMaker maker = maker_for(rules, sink, clip.file);
  if (const auto announced = media.announced(); announced && *announced > clip.first) {
    sink.expect(clip.frames == 0 ? 1 + (*announced - clip.first - 1) / clip.stride : clip.frames, sink.size(),
                clip.file);
  }
  std::size_t taken = 0;
  std::size_t seen = 0;
  for (; clip.frames == 0 || taken < clip.frames; ++seen) {
    if (!media.advance()) {
      return {frames_of(clip, seen), std::nullopt};  // refuses if they are too few
    }
    if (seen >= clip.first && (seen - clip.first) % clip.stride == 0) {
      add_picture(media, maker, clip.file, sink);
      ++taken;
    }
  }
  return {taken, std::nullopt};
}

ClipRead read_pictures(const Clip& clip, const std::vector<std::string>& files, const PictureRules& rules,
                       FrameSink& sink) {
  const std::size_t count = frames_of(clip, files.size());
  FrameMaker maker = maker_for(rules, sink, clip.file);
  sink.expect(count, sink.size(), clip.file);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& file = files[clip.first + i * clip.stride];
    MediaFile media(file);
    if (!media.advance()) {
      fail("{}: holds no picture", file);
    }
    add_picture(media, maker, file, sink);
  }
  return {count, files.size()};
}

}  // namespace

std::vector<std::string> files_of(const std::string& pattern) {
  const fs::path path(pattern);
  const std::string name = path.filename().string();
  std::error_code error;
  if (name.find_first_of("*?[") == std::string::npos || fs::exists(path, error)) {
    return {pattern};
  }
  const fs::path folder = path.parent_path();
  std::vector<std::string> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder.empty() ? fs::path(".") : folder, error)) {
    const std::string found = entry.path().filename().string();
    if (fnmatch(name.c_str(), found.c_str(), FNM_PERIOD) == 0) {
      files.push_back((folder / found).string());
    }
  }
  if (files.empty()) {
    fail("{}: no file matches this pattern", pattern);
  }
  std::sort(files.begin(), files.end());
  return files;
}

ClipRead read_clip(const Clip& clip, const PictureRules& rules, FrameSink& sink, NpyAxes npy_axes) {
  const std::vector<std::string> files = files_of(clip.file);
  if (files != std::vector{clip.file}) {
    return read_pictures(clip, files, rules, sink);
  }
  const std::size_t before = sink.count();
  switch (kind_of(clip.file)) {
    case Kind::kIdx: {
      const std::size_t available = read_idx(clip, sink);
      return {sink.count() - before, available};
    }
    case Kind::kNpy: {
      const std::size_t available = read_npy(clip, sink, npy_axes);
      return {sink.count() - before, available};
    }
    default:
      return read_media(clip, rules, sink);
  }
}

}  // namespace sigdel::traces
