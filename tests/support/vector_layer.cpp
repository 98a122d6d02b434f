#include "tests/support/vector_layer.hpp"

#include <utility>

namespace sigdel::test {

network::IntegerLayer vector_layer(std::uint32_t id, std::uint32_t inputs, std::span<const std::int32_t> weights,
                                   std::vector<std::int32_t> bias, int weight_bits) {
  network::IntegerLayer layer;
  layer.id = {id};
  layer.name = "fc" + std::to_string(id);
  layer.sums = {static_cast<std::uint32_t>(bias.size()), 1, 1};
  layer.values = layer.sums;
  layer.written = layer.sums;
  layer.tensor = id + 1;
  layer.bias = std::move(bias);
  layer.synapses.emplace_back(id, network::Convolved{{inputs, 1, 1}, layer.sums, {}}, weight_bits, weights);
  return layer;
}

void set_weights(network::IntegerLayer& layer, std::span<const std::int32_t> weights) {
  const network::Synapses& old = layer.synapses.front();
  layer.synapses.front() = network::Synapses(old.tensor(), old.projection().shape(), old.bits(), weights);
}

}  // namespace sigdel::test
