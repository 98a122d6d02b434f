/// Integer weights at their stored width, one row per source neuron.
#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "models/base/units.hpp"

namespace sigdel::network {

/// sum + factor * weight, modulo 2^32 as two's-complement hardware does it; the bound of a layer keeps sums in range.
constexpr std::int32_t multiply_add(std::int32_t sum, std::int32_t factor, std::int32_t weight) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(sum) +
                                   static_cast<std::uint32_t>(factor) * static_cast<std::uint32_t>(weight));
}

/// `rows` x `columns` integers of 8, 16 or 32 bits.
class WeightMatrix {
 public:
  /// `values`: rows x columns, row-major, each inside the signed range of `bits`. `bits` is 8, 16 or 32.
  WeightMatrix(std::uint32_t rows, std::uint32_t columns, int bits, std::span<const std::int32_t> values);

  [[nodiscard]] std::uint32_t rows() const { return rows_; }
  [[nodiscard]] std::uint32_t columns() const { return columns_; }
  [[nodiscard]] int bits() const { return bits_; }
  /// Memory that the weights take.
  [[nodiscard]] std::size_t bytes() const;
  [[nodiscard]] std::int32_t at(std::uint32_t row, std::uint32_t column) const;

  /// accumulators[j] += factor * weight[row][columns.begin + j], modulo 2^32 as two's-complement adders do it.
  void add_row(std::uint32_t row, std::int32_t factor, Range columns, std::span<std::int32_t> accumulators) const;

 private:
  using Storage = std::variant<std::vector<std::int8_t>, std::vector<std::int16_t>, std::vector<std::int32_t>>;

  std::uint32_t rows_;
  std::uint32_t columns_;
  int bits_;
  Storage values_;
};

}  // namespace sigdel::network
