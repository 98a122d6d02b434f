#include "sim/core/synaptic_engine.hpp"

#include <algorithm>

#include "models/network/counting.hpp"

namespace sigdel::sim {

Cycles service_cycles(const CoreConfig& config, std::uint64_t fan_out, std::uint64_t passes, std::uint64_t weight_bits,
                      std::uint64_t state_bits) {
  const auto ceil_div = [](std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; };
  return {std::max({std::uint64_t{1}, ceil_div(fan_out * passes, config.lanes),
                    ceil_div(fan_out * weight_bits, config.weight_port_bits),
                    ceil_div(2 * fan_out * state_bits, config.state_port_bits)})};
}

bool SynapticEngine::retire(Cycles now) {
  if (part_ == nullptr || now < busy_until_) {
    return false;
  }
  ++part_->integrated;
  part_ = nullptr;
  return true;
}

void SynapticEngine::start(Cycles now, const Packet& spike, LayerPart& part) {
  const std::uint64_t fan_out = part.block.neurons().size();
  const std::uint64_t passes = network::lane_passes(mode_, config_.encoding, spike.value);
  const Cycles service =
      service_cycles(config_, fan_out, passes, static_cast<std::uint64_t>(part.block.layer().weights.bits()),
                     static_cast<std::uint64_t>(state_bits_));
  part.block.integrate({spike.source, spike.value});
  PartCounts& counts = part.counts;
  network::count_event(mode_, config_.encoding, spike.value, fan_out, counts.work);
  counts.lane_operations += fan_out * passes;
  counts.weight_reads += part.words.event_weights;
  counts.state_reads += part.words.event_state;
  counts.state_writes += part.words.event_state;
  ++counts.inbox_packets;
  counts.engine += service;
  part_ = &part;
  busy_until_ = now + service;
}

}  // namespace sigdel::sim
