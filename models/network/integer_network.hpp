/// A network in the integers of one family: the scaled integers of `rounding` and `sigma-delta`, or the activation
/// grid of `dense`, `zero-skip` and `temporal-difference`. docs/arithmetic.md has every formula.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "models/base/units.hpp"
#include "models/network/synapses.hpp"

namespace sigdel::network {

/// Changes of twice this still fit a spike.
inline constexpr std::int64_t kMostOnTensor = (std::int64_t{1} << 30) - 1;

/// Integers that travel: the frame, what weight layers read, and what leaves the network.
struct Tensor {
  std::string name;  ///< of the graph's node that makes it
  Volume shape;
  double scale = 1;        ///< value * scale is rounded; 1 for what leaves; of several the geometric mean
  std::int32_t clamp = 0;  ///< largest magnitude that the quantiser lets through
  std::int32_t most = 0;   ///< largest magnitude of a neuron: the clamp, times the window where windows are summed
  std::vector<double> channel_scales{};  ///< where each channel has its own; else empty

  [[nodiscard]] double scale_of(std::size_t channel) const {
    return channel_scales.empty() ? scale : channel_scales[channel];
  }
};

/// What the fire unit makes of a window of accumulators.
enum class Pool {
  kNone,  ///< every accumulator for itself
  kMax,   ///< the largest; commutes with ReLU and rounding
  kSum,   ///< the sum of the activated (in the output layer: rectified) values: an average pool times its window
};

/// One weight layer with its scales folded in: accumulators hold (layer's value) * scale * 2^fraction_bits.
struct IntegerLayer {
  LayerId id;
  std::string name;
  std::vector<Synapses> synapses;  ///< one for each tensor that it reads; their sums meet in the same accumulators
  Volume sums;                     ///< its accumulators
  Pool pool = Pool::kNone;
  Window window;                   ///< of the pool over the accumulators; one element without a pool
  Volume values;                   ///< what it sends: the accumulators behind the pool
  std::vector<std::int32_t> bias;  ///< per channel, in accumulator units
  int fraction_bits = 1;           ///< F, 1..30
  bool relu = false;               ///< ReLU between accumulator and quantiser
  std::int32_t ceiling = std::numeric_limits<std::int32_t>::max();  ///< ReLU6 and the like: accumulators are cut there
  bool is_output = false;           ///< sends what is behind ReLU and pool to the host; no quantiser
  int output_shift = 0;             ///< of an output layer that sums windows: bits by which the sum is rounded
  std::uint32_t tensor = 0;         ///< that it writes: number in the network
  std::uint32_t first_channel = 0;  ///< where its channels begin there (concatenation)
  Volume written;                   ///< that tensor's shape
  std::int32_t clamp = 0;           ///< the quantiser's largest magnitude
  std::int64_t bound = 0;           ///< no accumulator ever exceeds this magnitude

  /// Neurons that it reads, of all its tensors, and that it has.
  [[nodiscard]] std::uint32_t inputs() const {
    std::uint32_t sum = 0;
    for (const Synapses& each : synapses) {
      sum += each.from().size();
    }
    return sum;
  }
  [[nodiscard]] std::uint32_t outputs() const { return values.size(); }
  /// Whether it multiplies by a matrix; what only pools, joins or adds tensors is an identity.
  [[nodiscard]] bool has_product() const;
  [[nodiscard]] bool has_ceiling() const { return ceiling != std::numeric_limits<std::int32_t>::max(); }
  [[nodiscard]] int weight_bits() const { return synapses.front().bits(); }
  /// The number on the written tensor of a neuron of this layer.
  [[nodiscard]] std::uint32_t number_of(const Position& at) const {
    return written.number_of({at.row, at.column, first_channel + at.channel});
  }
  /// And back.
  [[nodiscard]] Position position_of(std::uint32_t neuron) const {
    Position at = written.position_of(neuron);
    at.channel -= first_channel;
    return at;
  }
  /// Finest groups of channels that events reach apart from each other: 1, the groups of its convolution, or all
  /// channels.
  [[nodiscard]] std::uint32_t groups() const;
  /// Elements of the window over the accumulators at a row (column) of its values, cut at the image's edges.
  [[nodiscard]] Range window_of(std::size_t axis, std::uint32_t at) const;
  /// The accumulators that a part of its values is made of: the hull of their windows.
  [[nodiscard]] Box sums_of(const Box& box) const;
};

struct IntegerNetwork {
  std::vector<Tensor> tensors;       ///< 0 is the frame, the last is what leaves
  std::vector<IntegerLayer> layers;  ///< each behind all whose values it reads; the last is the output
  std::int32_t clamp = 0;            ///< largest magnitude on any quantised tensor
  int accumulator_bits = 32;
  int activation_bits = 16;  ///< width that holds +-clamp and a sign, rounded up to 8, 16 or 32

  [[nodiscard]] const Volume& frame() const { return tensors.front().shape; }
  [[nodiscard]] std::uint32_t outputs() const { return tensors.back().shape.size(); }
  /// The width at which a multiplication is priced: the wider of weight and activation.
  [[nodiscard]] std::uint32_t multiply_bits() const {
    return static_cast<std::uint32_t>(std::max(layers.front().weight_bits(), activation_bits));
  }
  /// A value of the output times this is in the accumulator units of the graph's output.
  [[nodiscard]] double output_unit() const;
  /// Layers that write (read) a tensor.
  [[nodiscard]] std::vector<LayerId> writers_of(std::uint32_t tensor) const;
  [[nodiscard]] std::vector<LayerId> readers_of(std::uint32_t tensor) const;
  /// Per layer the number of layers before it on the longest way from the frame.
  [[nodiscard]] std::vector<std::uint32_t> depths() const;
  /// The scales of all tensors but the last; where channels have their own, the geometric mean.
  [[nodiscard]] std::vector<double> scales() const;
};

}  // namespace sigdel::network
