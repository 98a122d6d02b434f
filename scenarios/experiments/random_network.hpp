/// The random network of O'Connor and Welling (2017), Figure 2: its numbers, and what a choice of scales is worth.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sigdel::experiments {

inline constexpr std::size_t kRandomLayers = 3;
inline constexpr std::size_t kRandomWidth = 100;   ///< of every layer, and of the input
inline constexpr std::size_t kRandomInputs = 100;  ///< samples

/// A scale for each layer's input.
using Triple = std::array<double, kRandomLayers>;

/// Fully connected layers without biases, ReLU behind each, also behind the last; in double.
struct RandomNetwork {
  std::array<std::vector<double>, kRandomLayers> weights;  ///< inputs x outputs: N(0, 2 / inputs) times 1/2, 8, 1/4
  std::vector<double> inputs;                              ///< samples x width: N(0, 1)
  std::vector<double> outputs;                             ///< samples x width, without any rounding
};

struct RandomExperimentData {
  RandomNetwork network;
  std::vector<Triple> triples;  ///< abs(N(3, 4))
};

/// Numbers as numpy.random.RandomState(seed) gives them: the three weight matrices, the inputs, the triples.
RandomExperimentData draw_random_network(std::uint32_t seed, std::size_t triples);

struct Quality {
  double error = 0;  ///< mean abs(output - exact output) / mean abs(exact output)
  double adds = 0;   ///< per sample, of `rounding` in the paper's convention
};

/// Every layer's input a becomes round(k a) / k, a half rounded away from zero.
Quality quality_of(const RandomNetwork& network, const Triple& scales);

/// No worse in both, the same point included.
bool dominates(const Quality& a, const Quality& b);

}  // namespace sigdel::experiments
