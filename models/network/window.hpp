/// Windows that slide over an image: convolutions and pools.
#pragma once

#include <array>
#include <cstdint>

namespace sigdel::network {

/// Rows and columns of what slides over an image, 1 or more each; pads are 0 or more.
struct Window {
  using Pair = std::array<std::int64_t, 2>;  ///< {along rows, along columns}

  Pair kernel{1, 1};
  Pair stride{1, 1};
  Pair pad_begin{0, 0};  ///< rows above, columns to the left
  Pair pad_end{0, 0};    ///< rows below, columns to the right
};

/// How many positions the window has along an axis (0 rows, 1 columns) of `extent` elements; 0 where it does not fit.
/// floor((extent + pads - kernel) / stride) + 1; with `ceil` the last may hang over the end, but must begin before the
/// padding behind the image, as PyTorch has it.
std::int64_t window_positions(const Window& window, std::size_t axis, std::int64_t extent, bool ceil = false);

/// Pairs of a position and an element of the kernel that lie on the image, not on padding, along an axis: the true
/// fan-out of all its elements.
std::int64_t window_pairs(const Window& window, std::size_t axis, std::int64_t extent, std::int64_t positions);

/// Whether one of `positions` hangs over image and padding.
bool hangs_over(const Window& window, std::size_t axis, std::int64_t extent, std::int64_t positions);

}  // namespace sigdel::network
