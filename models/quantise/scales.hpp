/// The scales of a network's quantised tensors.
#pragma once

#include <cmath>
#include <span>
#include <vector>

namespace sigdel::quantise {

/// Per quantised tensor one scale, or one for each of its channels (of a vector: for each unit).
using Scales = std::vector<std::vector<double>>;

/// One scale for each tensor.
inline Scales per_tensor(std::span<const double> scales) {
  Scales each;
  for (const double scale : scales) {
    each.push_back({scale});
  }
  return each;
}

/// What stands for the scales of a tensor's channels where one number must.
inline double geometric_mean(const std::vector<double>& scales) {
  double logs = 0;
  for (const double scale : scales) {
    logs += std::log(scale);
  }
  return std::exp(logs / static_cast<double>(scales.size()));
}

}  // namespace sigdel::quantise
