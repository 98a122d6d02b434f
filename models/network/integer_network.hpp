/// A network in the integers of one family: the scaled integers of `rounding` and `sigma-delta`, or the activation
/// grid of `dense`, `zero-skip` and `temporal-difference`. docs/arithmetic.md has every formula.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "models/base/units.hpp"
#include "models/network/weight_matrix.hpp"

namespace sigdel::network {

/// One weight layer with its scales folded in: accumulators hold (layer's value) * scale * 2^fraction_bits.
struct IntegerLayer {
  LayerId id;
  std::string name;
  WeightMatrix weights;            ///< inputs x outputs
  std::vector<std::int32_t> bias;  ///< outputs, in accumulator units
  int fraction_bits = 1;           ///< F, 1..30
  bool relu = false;               ///< ReLU between accumulator and quantiser
  bool is_output = false;          ///< sends its accumulators to the host; no quantiser
  std::int32_t clamp = 0;          ///< the quantiser's largest magnitude
  std::int64_t bound = 0;          ///< no accumulator ever exceeds this magnitude

  [[nodiscard]] std::uint32_t inputs() const { return weights.rows(); }
  [[nodiscard]] std::uint32_t outputs() const { return weights.columns(); }
};

struct IntegerNetwork {
  std::vector<IntegerLayer> layers;  ///< a chain: layer l reads what layer l - 1 sends, layer 0 the input frame
  std::vector<double> scales;        ///< of the tensor that each layer reads; scales[0] is the input frame's
  std::int32_t clamp = 0;            ///< largest magnitude on any quantised tensor
  int accumulator_bits = 32;
  int activation_bits = 16;  ///< width that holds +-clamp and a sign, rounded up to 8, 16 or 32

  /// The width at which a multiplication is priced: the wider of weight and activation.
  [[nodiscard]] std::uint32_t multiply_bits() const {
    return static_cast<std::uint32_t>(std::max(layers.front().weights.bits(), activation_bits));
  }
};

}  // namespace sigdel::network
