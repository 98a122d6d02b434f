/// The order in which frames are shown.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "models/base/enum_table.hpp"
#include "traces/frames.hpp"

namespace sigdel::traces {

enum class Order {
  kGiven,     ///< as in their files
  kTemporal,  ///< each resembles the one before
  kShuffled,
};

/// How many frames temporal order chooses from: O'Connor and Welling (2017), Temporal-MNIST.
inline constexpr std::size_t kTemporalBuffer = 1000;

/// A permutation of the frames. It starts with frame 0; a buffer holds the next `buffer` >= 1 ones. Each step takes
/// from it the frame at the smallest L1 distance (sum of absolute differences of bytes) from the one before, the first
/// slot on ties, and refills that slot with the next frame that was not in it. Throws InputError for frames of floats.
std::vector<std::size_t> temporal_order(const Frames& frames, std::size_t buffer = kTemporalBuffer);

/// A permutation of 0 to count - 1, a function of count and seed (Fisher and Yates, from the back).
std::vector<std::size_t> shuffled_order(std::size_t count, std::uint64_t seed);

/// The frames in that order, a permutation of them, and their labels.
Frames in_order(const Frames& frames, const std::vector<std::size_t>& order);

}  // namespace sigdel::traces

namespace sigdel {
template <>
struct EnumTable<traces::Order> {
  static constexpr std::array<std::string_view, 3> names{"given", "temporal", "shuffled"};
};
}  // namespace sigdel
