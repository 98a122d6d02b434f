#include "models/network/weight_matrix.hpp"

#include <algorithm>

namespace sigdel::network {
namespace {

constexpr std::uint32_t kRowPadding = 32;

template <class Weight>
std::vector<Weight> pad_rows(std::uint32_t rows, std::uint32_t columns, std::uint32_t stride,
                             std::span<const std::int32_t> values) {
  std::vector<Weight> padded(std::size_t{rows} * stride);
  for (std::size_t row = 0; row < rows; ++row) {
    const auto source = values.subspan(row * columns, columns);
    std::transform(source.begin(), source.end(), padded.begin() + static_cast<std::ptrdiff_t>(row * stride),
                   [](std::int32_t value) { return static_cast<Weight>(value); });
  }
  return padded;
}

/// Unsigned arithmetic wraps like the adders of the machine; the bound of the layer keeps the sum in range.
template <class Weight>
void add_scaled(const Weight* weights, std::uint32_t factor, std::uint32_t n, std::int32_t* accumulators) {
  for (std::uint32_t j = 0; j < n; ++j) {
    const auto product = factor * static_cast<std::uint32_t>(static_cast<std::int32_t>(weights[j]));
    accumulators[j] = static_cast<std::int32_t>(static_cast<std::uint32_t>(accumulators[j]) + product);
  }
}

}  // namespace

WeightMatrix::WeightMatrix(std::uint32_t rows, std::uint32_t columns, int bits, std::span<const std::int32_t> values)
    : rows_(rows), columns_(columns), bits_(bits), stride_((columns + kRowPadding - 1) / kRowPadding * kRowPadding) {
  if (bits == 8) {
    values_ = pad_rows<std::int8_t>(rows, columns, stride_, values);
  } else if (bits == 16) {
    values_ = pad_rows<std::int16_t>(rows, columns, stride_, values);
  } else {
    values_ = pad_rows<std::int32_t>(rows, columns, stride_, values);
  }
}

std::int32_t WeightMatrix::at(std::uint32_t row, std::uint32_t column) const {
  return std::visit([&](const auto& v) { return static_cast<std::int32_t>(v[std::size_t{row} * stride_ + column]); },
                    values_);
}

void WeightMatrix::add_row(std::uint32_t row, std::int32_t factor, Range columns,
                           std::span<std::int32_t> accumulators) const {
  std::visit(
      [&](const auto& v) {
        add_scaled(v.data() + std::size_t{row} * stride_ + columns.begin, static_cast<std::uint32_t>(factor),
                   columns.size(), accumulators.data());
      },
      values_);
}

}  // namespace sigdel::network
