#include "scenarios/experiments/numpy_random.hpp"

#include <algorithm>
#include <cmath>

namespace sigdel::experiments {

double NumpyRandom::uniform() {
  const auto high = static_cast<double>(engine_() >> 5U);
  const auto low = static_cast<double>(engine_() >> 6U);
  return (high * 0x1p26 + low) * 0x1p-53;
}

double NumpyRandom::gauss() {
  if (second_) {
    const double value = *second_;
    second_.reset();
    return value;
  }
  double x = 0;
  double y = 0;
  double square = 0;
  do {
    x = 2 * uniform() - 1;
    y = 2 * uniform() - 1;
    square = x * x + y * y;
  } while (square >= 1 || square == 0);
  const double factor = std::sqrt(-2 * std::log(square) / square);
  second_ = factor * x;
  return factor * y;
}

std::vector<double> NumpyRandom::gauss(std::size_t count) {
  std::vector<double> values(count);
  std::generate(values.begin(), values.end(), [this] { return gauss(); });
  return values;
}

}  // namespace sigdel::experiments
