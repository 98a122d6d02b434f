/// What tuning minimises, and how. docs/tuning.md has the formulas.
#pragma once

#include <cstdint>

#include "models/base/enum_table.hpp"

namespace sigdel::tune {

/// How far the rounding network's output is from the dense network's. The output is that before a softmax.
enum class Loss {
  kAuto,  ///< KL behind a softmax, else L2
  kKl,    ///< Kullback-Leibler divergence of the softmaxes, rounding || dense, in nats
  kL2,    ///< sum of the squared differences
};

/// What replaces the derivative of rounding.
enum class Gradient {
  kRounding,  ///< rounds; holds the residual rha(k a) - k a
  kLiteral,   ///< rounds; a layer's own integers do not depend on its scale (for comparison: gives worse scales)
  kNoise,     ///< adds noise, uniform on (-1/2, 1/2), instead of rounding
};

enum class Optimiser {
  kAdam,  ///< Kingma and Ba (2015), 0.9 and 0.99; the learning rate falls linearly to 0 over the steps
  kSgd,   ///< plain gradient descent at a constant learning rate
};

/// What computation is counted on.
enum class Cost {
  kRounding,    ///< what a frame costs by itself
  kSigmaDelta,  ///< what its difference from the frame before costs; a batch is a run of consecutive frames
};

enum class Granularity {
  kTensor,   ///< a scale for each quantised tensor
  kChannel,  ///< for each channel of an image, each unit of a vector
};

enum class Precision {
  kFloat32,  ///< oneDNN
  kFloat64,  ///< chains of fully connected layers only
};

struct Settings {
  Loss loss = Loss::kAuto;
  Gradient gradient = Gradient::kRounding;
  Cost cost = Cost::kRounding;
  Granularity granularity = Granularity::kTensor;
  Precision precision = Precision::kFloat32;
  /// Weight of computation. Loss and computation are means per frame. Published values of a lambda whose computation
  /// is summed over a batch of B are to be multiplied by B.
  double lambda = 0;
  Optimiser optimiser = Optimiser::kAdam;
  double learning_rate = 0.1;  ///< kAdam: about the first steps' size in the logarithm of a scale
  double clip = 0;             ///< of each derivative's magnitude; 0: none
  std::size_t batch = 10;      ///< frames; 2 or more with kSigmaDelta
  std::size_t epochs = 20;     ///< passes over the frames
  bool shuffle = false;        ///< the frames (with kSigmaDelta: the runs) in every epoch, by `seed`
  std::uint64_t seed = 1;      ///< of order and noise
  std::int32_t clamp = 2047;   ///< largest magnitude of an integer

  bool operator==(const Settings&) const = default;
};

}  // namespace sigdel::tune

namespace sigdel {
template <>
struct EnumTable<tune::Loss> {
  static constexpr std::array<std::string_view, 3> names{"auto", "kl", "l2"};
};
template <>
struct EnumTable<tune::Gradient> {
  static constexpr std::array<std::string_view, 3> names{"rounding", "literal", "noise"};
};
template <>
struct EnumTable<tune::Optimiser> {
  static constexpr std::array<std::string_view, 2> names{"adam", "sgd"};
};
template <>
struct EnumTable<tune::Cost> {
  static constexpr std::array<std::string_view, 2> names{"rounding", "sigma-delta"};
};
template <>
struct EnumTable<tune::Granularity> {
  static constexpr std::array<std::string_view, 2> names{"tensor", "channel"};
};
template <>
struct EnumTable<tune::Precision> {
  static constexpr std::array<std::string_view, 2> names{"float32", "float64"};
};
}  // namespace sigdel
