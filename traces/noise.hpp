/// A camera's noise, as bytes can show it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sigdel::traces {

/// Adds a normally distributed number of grey levels to each byte, then rounds and clamps to 0..255. As a byte is
/// whole, the rounded sum is the byte plus the rounded noise, so a whole number k is drawn with the probability that a
/// normal variable of deviation sigma lies within (k - 1/2, k + 1/2]. Its variance is that of the noise and of
/// rounding: near sigma^2 + 1/12 from sigma = 0.5 on (W. F. Sheppard, 1898).
class Noise {
 public:
  /// No noise.
  Noise() = default;
  /// `sigma` is in grey levels, 0 or more; 0 is no noise.
  Noise(double sigma, std::uint64_t seed);

  [[nodiscard]] bool is_none() const { return cumulative_.empty(); }
  /// Depends on seed, frame number and place only; every frame has noise of its own.
  void add_to(std::span<std::uint8_t> bytes, std::uint64_t frame) const;

 private:
  [[nodiscard]] int level_of(double uniform) const;

  std::uint64_t seed_ = 0;
  int lowest_ = 0;                   ///< the level that the first cumulative probability belongs to
  std::vector<double> cumulative_;   ///< of levels from the lowest on; empty: no noise
  std::vector<std::size_t> guides_;  ///< where to begin to look, by the uniform number's share of their count
};

}  // namespace sigdel::traces
