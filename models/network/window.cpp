#include "models/network/window.hpp"

#include <algorithm>

namespace sigdel::network {

std::int64_t window_positions(const Window& window, std::size_t axis, std::int64_t extent, bool ceil) {
  const std::int64_t stride = window.stride[axis];
  const std::int64_t free = extent + window.pad_begin[axis] + window.pad_end[axis] - window.kernel[axis];
  if (free < 0) {
    return 0;
  }
  const std::int64_t positions = free / stride + 1;
  const bool one_more = ceil && free % stride != 0 && positions * stride < extent + window.pad_begin[axis];
  return one_more ? positions + 1 : positions;
}

std::int64_t window_pairs(const Window& window, std::size_t axis, std::int64_t extent, std::int64_t positions) {
  std::int64_t pairs = 0;
  for (std::int64_t i = 0; i < positions; ++i) {
    const std::int64_t first = i * window.stride[axis] - window.pad_begin[axis];
    const std::int64_t inside = std::min(first + window.kernel[axis], extent) - std::max<std::int64_t>(first, 0);
    pairs += std::max<std::int64_t>(inside, 0);
  }
  return pairs;
}

bool hangs_over(const Window& window, std::size_t axis, std::int64_t extent, std::int64_t positions) {
  const std::int64_t end = (positions - 1) * window.stride[axis] + window.kernel[axis];
  return end > extent + window.pad_begin[axis] + window.pad_end[axis];
}

}  // namespace sigdel::network
