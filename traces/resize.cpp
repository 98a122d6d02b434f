#include "traces/resize.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace sigdel::traces {
namespace {

/// Weights of 1, 2, ... pixels from `first` on; `first` may lie before the picture, and the last behind it.
struct Weights {
  std::ptrdiff_t first = 0;
  std::vector<double> weights;
};

/// Of pixel i, where a pixel of the result is `step` pixels of the picture wide.
Weights area(double i, double step) {
  const double begin = i * step;
  const double end = (i + 1) * step;
  const auto first = static_cast<std::ptrdiff_t>(std::floor(begin));
  Weights result{first, {}};
  for (std::ptrdiff_t at = first; static_cast<double>(at) < end; ++at) {
    const double covered = std::min(end, static_cast<double>(at + 1)) - std::max(begin, static_cast<double>(at));
    result.weights.push_back(covered / step);
  }
  return result;
}

Weights bilinear(double i, double step) {
  const double centre = (i + 0.5) * step - 0.5;
  const double below = std::floor(centre);
  return {static_cast<std::ptrdiff_t>(below), {1 - (centre - below), centre - below}};
}

/// R. Keys, Cubic convolution interpolation for digital image processing, 1981, eq. 4, with a = -0.75.
double cubic(double distance) {
  constexpr double kA = -0.75;
  const double x = std::abs(distance);
  if (x < 1) {
    return ((kA + 2) * x - (kA + 3)) * x * x + 1;
  }
  return x < 2 ? ((kA * x - 5 * kA) * x + 8 * kA) * x - 4 * kA : 0;
}

Weights bicubic(double i, double step) {
  const double centre = (i + 0.5) * step - 0.5;
  const double below = std::floor(centre);
  const double away = centre - below;
  return {static_cast<std::ptrdiff_t>(below) - 1, {cubic(away + 1), cubic(away), cubic(1 - away), cubic(2 - away)}};
}

using Kernel = Weights (*)(double, double);
constexpr std::array<Kernel, kEnumSize<Resize>> kKernels{area, bilinear, bicubic, area};

}  // namespace

/// What lies outside of the picture is taken from its edge.
std::vector<Resizer::Taps> Resizer::taps_of(Resize method, std::size_t from, std::size_t to, std::size_t offset,
                                            std::size_t window) {
  const double step = static_cast<double>(from) / static_cast<double>(to);
  const auto last = static_cast<std::ptrdiff_t>(from) - 1;
  std::vector<Taps> all;
  for (std::size_t i = offset; i < offset + window; ++i) {
    const Weights at = kKernels[static_cast<std::size_t>(method)](static_cast<double>(i), step);
    const auto end = at.first + static_cast<std::ptrdiff_t>(at.weights.size());
    const std::ptrdiff_t first = std::clamp<std::ptrdiff_t>(at.first, 0, last);
    std::vector<double> sums(static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(end - 1, 0, last) - first + 1));
    for (std::ptrdiff_t pixel = at.first; pixel < end; ++pixel) {
      sums[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(pixel, 0, last) - first)] +=
          at.weights[static_cast<std::size_t>(pixel - at.first)];
    }
    all.push_back({static_cast<std::size_t>(first), {sums.begin(), sums.end()}});
  }
  return all;
}

Resizer::Resizer(Resize method, Size from, Size to, Size offset, Size window, std::size_t channels)
    : from_(from),
      channels_(channels),
      rows_(taps_of(method, from.rows, to.rows, offset.rows, window.rows)),
      columns_(taps_of(method, from.columns, to.columns, offset.columns, window.columns)) {}

std::vector<std::uint8_t> Resizer::resize(const std::vector<std::uint8_t>& picture) const {
  const std::size_t row_bytes = from_.columns * channels_;
  std::vector<float> row(row_bytes);
  std::vector<std::uint8_t> result;
  result.reserve(rows_.size() * columns_.size() * channels_);
  for (const Taps& rows : rows_) {
    std::fill(row.begin(), row.end(), 0.0F);
    for (std::size_t k = 0; k < rows.weights.size(); ++k) {
      const std::uint8_t* const from = picture.data() + (rows.first + k) * row_bytes;
      const float weight = rows.weights[k];
      for (std::size_t i = 0; i < row_bytes; ++i) {
        row[i] += weight * static_cast<float>(from[i]);
      }
    }
    for (const Taps& columns : columns_) {
      for (std::size_t channel = 0; channel < channels_; ++channel) {
        float sum = 0;
        for (std::size_t k = 0; k < columns.weights.size(); ++k) {
          sum += columns.weights[k] * row[(columns.first + k) * channels_ + channel];
        }
        result.push_back(static_cast<std::uint8_t>(std::clamp(std::floor(sum + 0.5F), 0.0F, 255.0F)));
      }
    }
  }
  return result;
}

}  // namespace sigdel::traces
