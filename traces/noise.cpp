#include "traces/noise.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/base/random.hpp"

namespace sigdel::traces {
namespace {

constexpr int kWhite = 255;
constexpr std::size_t kGuides = 1024;

/// A bijection that spreads neighbouring numbers over all 64 bits (splitmix64, S. Vigna).
std::uint64_t spread(std::uint64_t number) {
  number += 0x9e3779b97f4a7c15U;
  number = (number ^ (number >> 30U)) * 0xbf58476d1ce4e5b9U;
  number = (number ^ (number >> 27U)) * 0x94d049bb133111ebU;
  return number ^ (number >> 31U);
}

/// Of the standard normal distribution.
double probability_below(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

}  // namespace

Noise::Noise(double sigma, std::uint64_t seed) : seed_(seed) {
  if (sigma <= 0) {
    return;
  }
  // What is larger than white changes no byte more than white does; ten deviations are beyond a double's resolution.
  const int highest = static_cast<int>(std::min<double>(kWhite, std::ceil(10 * sigma)));
  lowest_ = -highest;
  for (int level = lowest_; level < highest; ++level) {
    cumulative_.push_back(probability_below((level + 0.5) / sigma));
  }
  cumulative_.push_back(1);
  for (std::size_t guide = 0; guide < kGuides; ++guide) {
    const double least = static_cast<double>(guide) / kGuides;
    const auto at = std::upper_bound(cumulative_.begin(), cumulative_.end(), least);
    guides_.push_back(static_cast<std::size_t>(at - cumulative_.begin()));
  }
}

int Noise::level_of(double uniform) const {
  std::size_t at = guides_[static_cast<std::size_t>(uniform * kGuides)];
  while (uniform >= cumulative_[at]) {
    ++at;
  }
  return lowest_ + static_cast<int>(at);
}

void Noise::add_to(std::span<std::uint8_t> bytes, std::uint64_t frame) const {
  if (is_none()) {
    return;
  }
  Random random(spread(seed_ ^ spread(frame)));
  for (std::uint8_t& byte : bytes) {
    byte = static_cast<std::uint8_t>(std::clamp(byte + level_of(random.unit()), 0, kWhite));
  }
}

}  // namespace sigdel::traces
