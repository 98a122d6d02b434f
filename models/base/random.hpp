/// A seeded generator whose numbers are the same on every platform (std distributions are not).
#pragma once

#include <cstdint>
#include <random>

namespace sigdel {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  /// Uniform in [0, n), n >= 1; the modulo bias is below n / 2^64.
  std::uint64_t below(std::uint64_t n) { return engine_() % n; }
  /// Uniform in [low, high].
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
  }
  /// Uniform in [0, 1).
  double unit() { return static_cast<double>(engine_() >> 11U) * 0x1p-53; }

 private:
  std::mt19937_64 engine_;
};

}  // namespace sigdel
