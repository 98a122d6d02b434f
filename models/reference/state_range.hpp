/// Whether the states of a layer with thresholds still fit their width. In the other modes folding gives a bound; here
/// messages add up, and what a layer gets depends on the frames.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/network/integer_network.hpp"
#include "models/network/pixel_events.hpp"

namespace sigdel::reference {

class StateRange {
 public:
  /// `layer` must outlive it; its bound is what fits.
  explicit StateRange(const network::IntegerLayer& layer);

  /// Events of the tensor that synapses number `input` read will be added to `states`, the layer's accumulators. Throws
  /// InputError that names the layer if one of them may leave the bound.
  void add(std::size_t input, const network::PixelEvents& events, std::span<const std::int32_t> states);
  void reset();

 private:
  const network::IntegerLayer* layer_;
  std::vector<std::int64_t> largest_weights_;  ///< magnitudes, per synapses
  std::int64_t most_ = 0;                      ///< no state's magnitude is larger
};

}  // namespace sigdel::reference
