#include "traces/picture.hpp"

#include <algorithm>
#include <cmath>

#include "models/base/errors.hpp"

namespace sigdel::traces {
namespace {

/// round(side * numerator / denominator), at least 1.
std::size_t scaled(std::size_t side, std::size_t numerator, std::size_t denominator) {
  return std::max<std::size_t>(1, (2 * side * numerator + denominator) / (2 * denominator));
}

std::vector<std::uint8_t> grey_from(const std::vector<std::uint8_t>& rgb) {
  std::vector<std::uint8_t> grey(rgb.size() / 3);
  for (std::size_t i = 0; i < grey.size(); ++i) {
    const unsigned sum = 299U * rgb[3 * i] + 587U * rgb[3 * i + 1] + 114U * rgb[3 * i + 2];
    grey[i] = static_cast<std::uint8_t>((sum + 500U) / 1000U);
  }
  return grey;
}

/// From pixel by pixel to channel by channel, the channels perhaps in the opposite order.
std::vector<std::uint8_t> planes_from(const std::vector<std::uint8_t>& pixels, std::size_t channels, bool reversed) {
  const std::size_t size = pixels.size() / channels;
  std::vector<std::uint8_t> planes(pixels.size());
  for (std::size_t channel = 0; channel < channels; ++channel) {
    const std::size_t from = reversed ? channels - 1 - channel : channel;
    for (std::size_t i = 0; i < size; ++i) {
      planes[channel * size + i] = pixels[i * channels + from];
    }
  }
  return planes;
}

}  // namespace

std::size_t channels_of(ChannelOrder order) {
  constexpr std::array<std::size_t, kEnumSize<ChannelOrder>> kChannels{0, 3, 3, 1};
  return kChannels[static_cast<std::size_t>(order)];
}

FrameMaker::FrameMaker(const PictureRules& rules, std::size_t channels, std::size_t rows, std::size_t columns)
    : rules_(rules), channels_(channels), frame_{rows, columns} {}

/// The size to which a picture is resized before the cut.
Size FrameMaker::resized(Size picture) const {
  if (rules_.crop == Crop::kNone) {
    return frame_;
  }
  if (const std::size_t side = rules_.shorter_side; side != 0) {
    return picture.rows <= picture.columns ? Size{side, scaled(picture.columns, side, picture.rows)}
                                           : Size{scaled(picture.rows, side, picture.columns), side};
  }
  const bool by_rows = frame_.rows * picture.columns >= frame_.columns * picture.rows;
  return by_rows ? Size{frame_.rows, std::max(frame_.columns, scaled(picture.columns, frame_.rows, picture.rows))}
                 : Size{std::max(frame_.rows, scaled(picture.rows, frame_.columns, picture.columns)), frame_.columns};
}

Size FrameMaker::checked_size(Size picture) const {
  const Size size = resized(picture);
  if (size.rows < frame_.rows || size.columns < frame_.columns) {
    fail(
        "a picture of {} x {} pixels is resized to {} x {}, which is less than a frame of {} x {}; hint: a larger "
        "stimulus.shorter_side, or 0",
        picture.columns, picture.rows, size.columns, size.rows, frame_.columns, frame_.rows);
  }
  return size;
}

Size FrameMaker::asked_size(Size picture) const {
  return rules_.resize == Resize::kFfmpeg ? checked_size(picture) : picture;
}

void FrameMaker::prepare(Size picture) {
  picture_ = picture;
  const Size size = rules_.resize == Resize::kFfmpeg ? picture : checked_size(picture);
  const Size offset{(size.rows - frame_.rows) / 2, (size.columns - frame_.columns) / 2};
  resizer_ = Resizer(rules_.resize, picture_, size, offset, frame_, channels_);
}

std::vector<std::uint8_t> FrameMaker::frame_from(const Picture& picture) {
  if (picture.rows != picture_.rows || picture.columns != picture_.columns) {
    prepare({picture.rows, picture.columns});
  }
  const std::vector<std::uint8_t> pixels =
      channels_ == 1 ? resizer_.resize(grey_from(picture.pixels)) : resizer_.resize(picture.pixels);
  return planes_from(pixels, channels_, rules_.order == ChannelOrder::kBgr && !asks_for_bgr());
}

}  // namespace sigdel::traces
