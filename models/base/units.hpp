/// Distinct types for cycles, energies and indices: none converts into another or into a plain number.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

namespace sigdel {

/// A count of clock cycles, or a point in time as the number of cycles since the start.
struct Cycles {
  std::uint64_t value = 0;

  constexpr auto operator<=>(const Cycles&) const = default;
  constexpr Cycles& operator+=(Cycles other) {
    value += other.value;
    return *this;
  }
  friend constexpr Cycles operator+(Cycles a, Cycles b) { return {a.value + b.value}; }
  friend constexpr Cycles operator-(Cycles a, Cycles b) { return {a.value - b.value}; }
};

/// Energy in pJ.
struct Picojoules {
  double value = 0;

  constexpr auto operator<=>(const Picojoules&) const = default;
  constexpr Picojoules& operator+=(Picojoules other) {
    value += other.value;
    return *this;
  }
  friend constexpr Picojoules operator+(Picojoules a, Picojoules b) { return {a.value + b.value}; }
  friend constexpr Picojoules operator*(double n, Picojoules e) { return {n * e.value}; }
};

/// An index that only compares with its own kind.
template <class Tag>
struct Index {
  std::uint32_t value = 0;

  constexpr auto operator<=>(const Index&) const = default;
};

/// A weight layer, counted from 0 at the input.
using LayerId = Index<struct LayerTag>;
/// A core of the mesh: row * columns + column.
using CoreId = Index<struct CoreTag>;

/// A contiguous range [begin, end) of a layer's neurons.
struct Range {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  constexpr auto operator<=>(const Range&) const = default;
  [[nodiscard]] constexpr std::uint32_t size() const { return end - begin; }
};

}  // namespace sigdel
