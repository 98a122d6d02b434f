#include "models/network/graph.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <functional>
#include <numeric>

namespace sigdel::network {

std::int64_t element_count(const Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::string to_string(const Shape& shape) {
  return shape.empty() ? "scalar" : fmt::format("{}", fmt::join(shape, "x"));
}

std::string operation_name(const Operation& operation) {
  static constexpr std::array<const char*, std::variant_size_v<Operation>> kNames{
      "input",        "fully-connected",     "relu",   "flatten", "softmax",        "convolution", "max-pool",
      "average-pool", "global-average-pool", "concat", "add",     "resize-nearest", "clip"};
  return kNames[operation.index()];
}

}  // namespace sigdel::network
