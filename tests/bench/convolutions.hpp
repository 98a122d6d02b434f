/// What the benchmarks of the functional executor run: single convolution layers, and SqueezeNet on a clip.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/network/neuron_block.hpp"
#include "models/reference/executor.hpp"

namespace sigdel::bench {

/// A convolution with as many events as a frame of video gives it.
struct LayerShape {
  std::string name;
  std::uint32_t inputs = 1;  ///< channels
  std::uint32_t outputs = 1;
  std::uint32_t side = 1;  ///< rows and columns of its input
  std::uint32_t kernel = 1;
  std::uint32_t stride = 1;
  std::uint32_t pad = 0;
  double density = 0.1;  ///< of the inputs that change
};

const std::vector<LayerShape>& layer_shapes();

class LayerLoad {
 public:
  /// Weights of that many bits; events of magnitude 1 mostly.
  LayerLoad(const LayerShape& shape, int weight_bits);

  /// All events at once, as the executor does; one after the other, as the machine's cores do.
  void integrate_at_once() { block_.integrate(0, pixels_); }
  void integrate_one_by_one();
  /// Synaptic operations of all events.
  [[nodiscard]] std::uint64_t updates() const { return updates_; }

 private:
  network::IntegerLayer layer_;
  std::vector<network::Event> events_;
  network::PixelEvents pixels_;
  network::NeuronBlock block_;
  std::uint64_t updates_ = 0;
};

}  // namespace sigdel::bench
