/// NumPy's .npy files: docs/formats/frames.md.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/enum_table.hpp"
#include "traces/clip.hpp"
#include "traces/frame_sink.hpp"

namespace sigdel::traces {

/// The types of values that are read.
enum class NpyType { kUint8, kInt8, kInt32, kFloat32, kFloat64 };

/// What the axes of a file are.
enum class NpyAxes {
  kFrameFirst,  ///< (frames, channels, rows, columns), or (frames, values)
  kLava,        ///< (columns, rows, channels, frames)
};

/// What stands in front of the values.
struct NpyHeader {
  NpyType type = NpyType::kUint8;
  std::vector<std::uint64_t> shape;

  [[nodiscard]] std::size_t value_bytes() const;
};

/// Reads the dictionary of a header, as `{'descr': '|u1', 'fortran_order': False, 'shape': (4, 3, 80, 160), }`. Throws
/// InputError, beginning with `file`, for whatever is not exactly that: another key, type, order, or syntax.
NpyHeader read_npy_header(std::string_view text, const std::string& file);

/// Puts a clip of a file of shape (frames, channels, rows, columns), as the input has it, or (frames, values) into the
/// sink, or one of Lava's (columns, rows, channels, frames); returns how many frames the file holds. Versions 1.0 and
/// 2.0, little endian, C order; integers and float64 are rounded to float32. Throws InputError for anything else,
/// another length than the header says, and values that are not finite.
std::size_t read_npy(const Clip& clip, FrameSink& sink, NpyAxes axes = NpyAxes::kFrameFirst);

}  // namespace sigdel::traces

namespace sigdel {
template <>
struct EnumTable<traces::NpyAxes> {
  static constexpr std::array<std::string_view, 2> names{"frame-first", "lava"};
};
}  // namespace sigdel
