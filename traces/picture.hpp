/// A picture from a file on its way to a frame: colours, size, cut. docs/formats/frames.md has the formulas.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "models/base/enum_table.hpp"
#include "traces/resize.hpp"

namespace sigdel::traces {

/// What the channels of a frame are.
enum class ChannelOrder {
  kAuto,  ///< rgb for three channels, grey for one
  kRgb,
  kBgr,
  kGrey,  ///< one channel: (299 R + 587 G + 114 B) / 1000, rounded, a half up
};

enum class Crop {
  kNone,    ///< the whole picture becomes the frame, whatever its proportions
  kCentre,  ///< the picture keeps its proportions, and its middle becomes the frame
};

struct PictureRules {
  ChannelOrder order = ChannelOrder::kAuto;
  Resize resize = Resize::kArea;
  Crop crop = Crop::kNone;
  std::uint32_t shorter_side = 0;  ///< with kCentre: of the picture before the cut; 0: as small as covers the frame
};

/// Three bytes a pixel, red first unless blue was asked for first, row by row, without gaps.
struct Picture {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<std::uint8_t> pixels;
};

/// Channels that a frame in that order has; 0 for kAuto.
std::size_t channels_of(ChannelOrder order);

/// Makes frames of rows x columns pixels in C order, channel by channel.
class FrameMaker {
 public:
  /// `channels` is 1 or 3, as the order has it.
  FrameMaker(const PictureRules& rules, std::size_t channels, std::size_t rows, std::size_t columns);

  /// The size that a decoder should give to a picture which has this one: with Resize::kFfmpeg that to which pictures
  /// are resized before the cut, else its own. Throws InputError, without a file's name, if it is less than a frame.
  [[nodiscard]] Size asked_size(Size picture) const;
  /// Whether the decoder should put blue first: with Resize::kFfmpeg, whose rounding depends on it, for frames that
  /// have it first.
  [[nodiscard]] bool asks_for_bgr() const {
    return rules_.resize == Resize::kFfmpeg && rules_.order == ChannelOrder::kBgr;
  }
  /// From any picture that has a pixel, of the size asked for. Throws the same.
  std::vector<std::uint8_t> frame_from(const Picture& picture);

 private:
  void prepare(Size picture);
  [[nodiscard]] Size resized(Size picture) const;
  [[nodiscard]] Size checked_size(Size picture) const;

  PictureRules rules_;
  std::size_t channels_;
  Size frame_;
  Size picture_{0, 0};  ///< what resizer_ was made for
  Resizer resizer_;
};

}  // namespace sigdel::traces

namespace sigdel {
template <>
struct EnumTable<traces::ChannelOrder> {
  static constexpr std::array<std::string_view, 4> names{"auto", "rgb", "bgr", "grey"};
};
template <>
struct EnumTable<traces::Crop> {
  static constexpr std::array<std::string_view, 2> names{"none", "centre"};
};
}  // namespace sigdel
