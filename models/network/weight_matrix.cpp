#include "models/network/weight_matrix.hpp"

#include <algorithm>

namespace sigdel::network {
namespace {

template <class Weight>
std::vector<Weight> narrowed(std::span<const std::int32_t> values) {
  std::vector<Weight> narrow(values.size());
  std::transform(values.begin(), values.end(), narrow.begin(),
                 [](std::int32_t value) { return static_cast<Weight>(value); });
  return narrow;
}

template <class Weight>
void add_scaled(const Weight* weights, std::int32_t factor, std::uint32_t n, std::int32_t* accumulators) {
  for (std::uint32_t j = 0; j < n; ++j) {
    accumulators[j] = multiply_add(accumulators[j], factor, weights[j]);
  }
}

}  // namespace

WeightMatrix::WeightMatrix(std::uint32_t rows, std::uint32_t columns, int bits, std::span<const std::int32_t> values)
    : rows_(rows), columns_(columns), bits_(bits) {
  if (bits == 8) {
    values_ = narrowed<std::int8_t>(values);
  } else if (bits == 16) {
    values_ = narrowed<std::int16_t>(values);
  } else {
    values_ = narrowed<std::int32_t>(values);
  }
}

std::int32_t WeightMatrix::at(std::uint32_t row, std::uint32_t column) const {
  return std::visit([&](const auto& v) { return static_cast<std::int32_t>(v[std::size_t{row} * columns_ + column]); },
                    values_);
}

void WeightMatrix::add_row(std::uint32_t row, std::int32_t factor, Range columns,
                           std::span<std::int32_t> accumulators) const {
  std::visit(
      [&](const auto& v) {
        add_scaled(v.data() + std::size_t{row} * columns_ + columns.begin, factor, columns.size(), accumulators.data());
      },
      values_);
}

std::size_t WeightMatrix::bytes() const {
  return std::visit([](const auto& v) { return v.capacity() * sizeof v[0]; }, values_);
}

}  // namespace sigdel::network
