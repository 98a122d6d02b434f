/// Frames that enter the network: stored as their source has them, handed out as the network takes them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "models/base/enum_table.hpp"
#include "models/network/graph.hpp"

namespace sigdel::traces {

/// What a frame's values go through together, after each has its own value.
enum class Standardise {
  kNone,
  kFrame,  ///< minus the frame's mean, over its standard deviation
};

/// How a stored value x becomes the value that the network takes: float32((x - mean) / divide), in double, cut to a
/// multiple of 1 / steps, then the standardisation. docs/formats/frames.md has the whole way.
struct Preprocessing {
  std::vector<double> mean;    ///< one for each channel, one for all, or none: 0
  std::vector<double> divide;  ///< the same, never 0; none: 255 for bytes, 1 for float32
  Standardise standardise = Standardise::kNone;
  std::uint32_t steps = 0;  ///< 0: values are not cut
};

/// `count` frames of one shape. Frames of bytes stay bytes, a quarter of what they are as float32.
class Frames {
 public:
  Frames() = default;
  /// Of frames that have the shape, {channels, rows, columns} or any other; preprocessing goes by the first axis of
  /// three, otherwise there is one channel. Lists in `preprocessing` have no item, one, or one for each channel.
  explicit Frames(network::Shape shape, const Preprocessing& preprocessing = {});

  std::size_t count = 0;
  std::size_t size = 0;  ///< values of a frame
  network::Shape shape;
  std::vector<std::uint32_t> labels;  ///< one per frame, or empty

  /// Appends whole frames, each in C order: channel by channel, row by row.
  void add(std::span<const std::uint8_t> bytes);
  void add(std::span<const float> values);
  /// Appends frame i of others that have the same shape.
  void add_from(const Frames& others, std::size_t i);
  /// The same shape and preprocessing, no frames and no labels.
  [[nodiscard]] Frames without_frames() const;

  /// Frame i, 0 <= i < count, into `size` values. The same at every call, from any thread.
  void read(std::size_t i, std::span<float> values) const;
  [[nodiscard]] std::vector<float> frame(std::size_t i) const;
  /// The bytes of frame i before preprocessing; empty if its source had float32 values.
  [[nodiscard]] std::span<const std::uint8_t> bytes(std::size_t i) const;
  /// What all frames take up.
  [[nodiscard]] std::size_t stored_bytes() const;

 private:
  /// Some frames of one type that follow each other.
  struct Block {
    std::size_t first = 0;
    std::variant<std::vector<std::uint8_t>, std::vector<float>> values;
  };

  template <class T>
  void append(std::span<const T> values);
  [[nodiscard]] const Block& block_of(std::size_t i) const;
  [[nodiscard]] std::size_t channel_size() const { return size / channels_; }

  Standardise standardise_ = Standardise::kNone;
  std::uint32_t steps_ = 0;
  std::size_t channels_ = 1;
  std::vector<double> mean_;            ///< one for each channel
  std::vector<double> divide_floats_;   ///< the same
  std::vector<float> values_of_bytes_;  ///< 256 for each channel
  std::vector<Block> blocks_;
};

/// All frames' values, frame by frame.
std::vector<float> all_values(const Frames& frames);

}  // namespace sigdel::traces

namespace sigdel {
template <>
struct EnumTable<traces::Standardise> {
  static constexpr std::array<std::string_view, 2> names{"none", "frame"};
};
}  // namespace sigdel
