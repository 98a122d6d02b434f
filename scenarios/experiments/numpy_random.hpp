/// NumPy's legacy random numbers (numpy.random.RandomState), so that an experiment that was published with them can be
/// repeated without NumPy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <vector>

namespace sigdel::experiments {

class NumpyRandom {
 public:
  explicit NumpyRandom(std::uint32_t seed) : engine_(seed) {}

  /// RandomState.random_sample(): uniform in [0, 1), with 53 bits.
  double uniform();
  /// RandomState.randn(): normally distributed, by Marsaglia's polar method.
  double gauss();
  /// RandomState.randn(count).
  std::vector<double> gauss(std::size_t count);

 private:
  std::mt19937 engine_;
  std::optional<double> second_;  ///< the method makes two at a time
};

}  // namespace sigdel::experiments
