#include "sim/core/synaptic_engine.hpp"

#include <algorithm>
#include <utility>

#include "models/network/counting.hpp"

namespace sigdel::sim {

Service service_of(const CoreConfig& config, std::uint64_t fan_out, std::uint64_t passes, std::uint64_t weight_bits,
                   std::uint64_t state_bits) {
  const auto ceil_div = [](std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; };
  Service service{{std::max(std::uint64_t{1}, ceil_div(fan_out * passes, config.lanes))}, PartState::kLanes};
  const auto take = [&](std::uint64_t cycles, PartState bound) {
    if (cycles > service.cycles.value) {
      service = {{cycles}, bound};
    }
  };
  take(ceil_div(fan_out * weight_bits, config.weight_bits_per_cycle()), PartState::kWeightPort);
  take(ceil_div(2 * fan_out * state_bits, config.state_bits_per_cycle()), PartState::kStatePort);
  return service;
}

LayerPart* SynapticEngine::retire(Cycles now) {
  if (part_ == nullptr || now < busy_until_) {
    return nullptr;
  }
  ++part_->integrated;
  return std::exchange(part_, nullptr);
}

void SynapticEngine::start(Cycles now, const Packet& spike, LayerPart& part) {
  const std::size_t input = part.input_of(spike.connection);
  const std::uint32_t fan_out = part.block.fan_out(input, spike.source);
  const std::uint32_t passes = network::lane_passes(mode_, config_.encoding, spike.value);
  const Service service =
      service_of(config_, fan_out, passes, static_cast<std::uint64_t>(part.layer().synapses[input].bits()),
                 static_cast<std::uint64_t>(state_bits_));
  part.integrate(mode_, config_.encoding, spike, fan_out, passes);
  PartCounts& counts = part.counts;
  counts.engine += service.cycles;
  counts.time[service.bound] += service.cycles.value;
  part_ = &part;
  busy_until_ = now + service.cycles;
  busy_ += service.cycles;
}

}  // namespace sigdel::sim
