/// The scales of a network's quantised tensors.
#pragma once

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

}  // namespace sigdel::quantise
