/// Pictures of other sizes: docs/formats/frames.md has the formulas.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "models/base/enum_table.hpp"

namespace sigdel::traces {

/// What a pixel of a resized picture is.
enum class Resize {
  kArea,      ///< the mean over the area that it covers in the picture
  kBilinear,  ///< between the 2 x 2 pixels around its centre
  kBicubic,   ///< from the 4 x 4 pixels around its centre, R. Keys' kernel with a = -0.75
  kFfmpeg,  ///< the mean over the area as FFmpeg's scaler has it; a Resizer only gets pictures that are resized already
};

struct Size {
  std::size_t rows = 0;
  std::size_t columns = 0;
};

/// Resizes pictures of one size by weights for rows and weights for columns. Nothing is rounded before the end, where
/// a half goes up and what leaves 0..255 is clamped. A picture that keeps its size is unchanged.
class Resizer {
 public:
  Resizer() = default;
  /// Pictures of `from` become `to`, of which a window of `window` pixels at `offset` is kept. `channels` are
  /// interleaved. No size is 0, and the window lies inside.
  Resizer(Resize method, Size from, Size to, Size offset, Size window, std::size_t channels);

  [[nodiscard]] std::vector<std::uint8_t> resize(const std::vector<std::uint8_t>& picture) const;

 private:
  /// What one row or column of the result takes from those of the picture.
  struct Taps {
    std::size_t first = 0;
    std::vector<float> weights;
  };
  static std::vector<Taps> taps_of(Resize method, std::size_t from, std::size_t to, std::size_t offset,
                                   std::size_t window);

  Size from_;
  std::size_t channels_ = 1;
  std::vector<Taps> rows_;
  std::vector<Taps> columns_;
};

}  // namespace sigdel::traces

namespace sigdel {
template <>
struct EnumTable<traces::Resize> {
  static constexpr std::array<std::string_view, 4> names{"area", "bilinear", "bicubic", "ffmpeg"};
};
}  // namespace sigdel
