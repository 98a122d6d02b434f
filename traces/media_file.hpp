/// Videos and pictures, decoded by FFmpeg's libraries: the only header that knows of them, and its source the only
/// file that includes theirs.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "traces/picture.hpp"

namespace sigdel::traces {

/// The pictures of a file's first video stream (a file with one picture has one), in the order in which they are shown,
/// from the first on. Whatever FFmpeg knows is read; its kind is told by the content alone, and nothing but the file is
/// opened, whatever that may name. FFmpeg's own messages are switched off for the whole program.
///
/// Damage is an error, never a guess: what a decoder would conceal, a checksum that is wrong, a packet that is cut off,
/// an end before as many frames as the container announces, and a change of size.
class MediaFile {
 public:
  /// Largest picture; beyond that a damaged header is more likely than a real one.
  static constexpr std::size_t kMostPixels = std::size_t{1} << 26U;

  /// Throws InputError that names the file for one that is missing, empty, or no video or picture.
  explicit MediaFile(const std::string& path);
  ~MediaFile();
  MediaFile(const MediaFile&) = delete;
  MediaFile& operator=(const MediaFile&) = delete;

  /// Decodes the next picture; false if there is none. Throws InputError that names file and frame for damage.
  bool advance();
  /// The size of the picture that advance() decoded.
  [[nodiscard]] Size size() const;
  /// That picture as RGB or BGR, of that size or scaled by FFmpeg to another: converted with the matrix and range that
  /// the stream states, otherwise those of BT.601. Transparency, rotation and the shape of pixels are left out of
  /// account.
  [[nodiscard]] const Picture& picture(Size size, bool bgr = false);

  /// Frames that the container announces, if it does.
  [[nodiscard]] std::optional<std::size_t> announced() const;

 private:
  class Decoder;
  std::unique_ptr<Decoder> decoder_;
};

}  // namespace sigdel::traces
