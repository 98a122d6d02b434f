#include "traces/order.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

#include "models/base/errors.hpp"
#include "models/base/random.hpp"

namespace sigdel::traces {
namespace {

using Bytes = std::span<const std::uint8_t>;

/// GCC makes `vpsadbw` of the loop. A frame has less than 2^24 values, so 32 bits are enough.
std::uint32_t l1_distance(Bytes a, Bytes b) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += static_cast<std::uint32_t>(std::abs(a[i] - b[i]));
  }
  return sum;
}

/// Frames to choose from, side by side in memory.
class Buffer {
 public:
  Buffer(const Frames& frames, std::size_t slots) : frames_(frames), numbers_(slots), bytes_(slots * frames.size) {}

  void fill(std::size_t slot, std::size_t frame) {
    numbers_[slot] = frame;
    const Bytes from = frames_.bytes(frame);
    std::copy(from.begin(), from.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(slot * frames_.size));
  }
  void clear(std::size_t slot) { numbers_[slot] = kEmpty; }
  [[nodiscard]] std::size_t frame(std::size_t slot) const { return numbers_[slot]; }

  /// The first slot at the smallest distance; one at least is not empty.
  [[nodiscard]] std::size_t nearest(Bytes current) const {
    std::size_t best = 0;
    std::uint64_t smallest = std::numeric_limits<std::uint64_t>::max();
    for (std::size_t slot = 0; slot < numbers_.size(); ++slot) {
      if (numbers_[slot] == kEmpty) {
        continue;
      }
      const std::uint64_t distance = l1_distance(current, Bytes(bytes_).subspan(slot * current.size(), current.size()));
      if (distance < smallest) {
        smallest = distance;
        best = slot;
      }
    }
    return best;
  }

 private:
  static constexpr std::size_t kEmpty = std::numeric_limits<std::size_t>::max();

  const Frames& frames_;
  std::vector<std::size_t> numbers_;
  std::vector<std::uint8_t> bytes_;
};

void check_bytes(const Frames& frames) {
  for (std::size_t i = 0; i < frames.count; ++i) {
    if (frames.bytes(i).empty()) {
      fail("`temporal` compares the bytes of frames; frame {} comes from a file of floats", i);
    }
  }
}

}  // namespace

std::vector<std::size_t> temporal_order(const Frames& frames, std::size_t buffer_size) {
  check_bytes(frames);
  if (frames.count == 0) {
    return {};
  }
  Buffer buffer(frames, std::min(buffer_size, frames.count - 1));
  std::size_t unseen = 1;
  for (; unseen < frames.count && unseen <= buffer_size; ++unseen) {
    buffer.fill(unseen - 1, unseen);
  }
  std::vector<std::size_t> order{0};
  order.reserve(frames.count);
  while (order.size() < frames.count) {
    const std::size_t slot = buffer.nearest(frames.bytes(order.back()));
    order.push_back(buffer.frame(slot));
    if (unseen < frames.count) {
      buffer.fill(slot, unseen++);
    } else {
      buffer.clear(slot);
    }
  }
  return order;
}

std::vector<std::size_t> shuffled_order(std::size_t count, std::uint64_t seed) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random random(seed);
  for (std::size_t i = count; i > 1; --i) {
    std::swap(order[i - 1], order[random.below(i)]);
  }
  return order;
}

Frames in_order(const Frames& frames, const std::vector<std::size_t>& order) {
  Frames ordered = frames.without_frames();
  for (const std::size_t i : order) {
    ordered.add_from(frames, i);
  }
  for (const std::size_t i : order) {
    if (!frames.labels.empty()) {
      ordered.labels.push_back(frames.labels[i]);
    }
  }
  return ordered;
}

}  // namespace sigdel::traces
