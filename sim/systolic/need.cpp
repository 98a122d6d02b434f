#include "sim/systolic/need.hpp"

#include <algorithm>

namespace sigdel::systolic {
namespace {

std::uint64_t bytes_of(std::uint64_t elements, int bits) { return elements * static_cast<std::uint64_t>(bits) / 8; }

}  // namespace

Need need_of(const network::IntegerNetwork& network, const Config& config) {
  Need need;
  for (const network::IntegerLayer& layer : network.layers) {
    const std::uint64_t batch = config.batch;
    const std::uint64_t written = layer.is_output ? 0 : layer.outputs();
    need.input = std::max(need.input, bytes_of(batch * (layer.inputs() + written), network.activation_bits));
    need.weights += bytes_of(std::uint64_t{layer.inputs()} * layer.outputs(), layer.weight_bits()) +
                    bytes_of(layer.outputs(), network.accumulator_bits);
    const bool spills = config.dataflow == Dataflow::kWeightStationary && layer.inputs() > config.rows;
    const std::uint64_t sums = spills ? std::min(config.columns, layer.outputs()) : 0;
    const std::uint64_t held = layer.is_output ? std::uint64_t{layer.outputs()} : sums;
    need.output = std::max(need.output, bytes_of(batch * held, network.accumulator_bits));
  }
  return need;
}

}  // namespace sigdel::systolic
