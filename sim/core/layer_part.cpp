#include "sim/core/layer_part.hpp"

#include <algorithm>

#include "models/network/counting.hpp"

namespace sigdel::sim {

LayerPart::LayerPart(const network::IntegerLayer& layer, Mode mode, const network::Box& box, const CoreConfig& config,
                     int accumulator_width, network::RecordedLayer* recorded)
    : block(layer, mode, box, config.scan, recorded),
      written(static_cast<std::uint16_t>(layer.tensor)),
      word_bits(config.word_bits),
      accumulator_bits(static_cast<std::uint32_t>(accumulator_width)) {
  for (const network::Synapses& synapses : layer.synapses) {
    inputs.push_back(static_cast<std::uint16_t>(synapses.tensor()));
  }
}

void LayerPart::integrate(Mode mode, Encoding encoding, const Packet& spike, std::uint32_t fan_out,
                          std::uint32_t passes) {
  if (fan_out == 0) {
    return;
  }
  const std::size_t input = input_of(spike.connection);
  block.integrate(input, {spike.source, spike.value});
  network::count_event(mode, encoding, spike.value, fan_out, 0, counts.work);
  counts.lane_operations += std::uint64_t{fan_out} * passes;
  counts.weight_reads += in_words(std::uint64_t{fan_out} * static_cast<std::uint32_t>(layer().synapses[input].bits()));
  counts.weight_reads_8bit += in_words(std::uint64_t{fan_out} * 8);
  const std::uint64_t state = in_words(std::uint64_t{fan_out} * accumulator_bits);
  counts.state_reads += state;
  counts.state_writes += state;
}

void LayerPart::fire(Mode mode) {
  end_tokens = 0;
  announced = 0;
  integrated = 0;
  ready_tokens = 0;
  ++frames_fired;
  fired = true;
  std::vector<network::Event> events;
  const network::Fired result = block.fire(events);
  to_read = result.sums;
  values_visited = result.values;
  counts.work[Tally::kSaturations] += result.saturations;
  network::count_fire(mode, layer(), result, counts.work);
  address(events);
  count_scan(mode, result, outgoing.size());
  counts.spikes_sent += outgoing.size();
}

/// What nobody needs is not sent.
void LayerPart::address(const std::vector<network::Event>& events) {
  outgoing.clear();
  outgoing.reserve(events.size());
  outgoing.reserve(events.size());
  sent_to.assign(destinations->targets().size(), 0);
  for (const network::Event& event : events) {
    const std::uint16_t group = destinations->group_of(event.source);
    const std::vector<std::uint16_t>& targets = destinations->groups()[group].targets;
    for (const std::uint16_t target : targets) {
      ++sent_to[target];
    }
    if (!targets.empty()) {
      outgoing.push_back({event, block.position_of(event), group});
    }
  }
}

/// Accumulators and last sent values are read; in the modes that do not send changes the biases are read and written
/// over the accumulators, in the others a last sent value is written for every neuron that sends.
void LayerPart::count_scan(Mode mode, const network::Fired& result, std::size_t sent) {
  const std::uint64_t sums = in_words(std::uint64_t{result.sums} * accumulator_bits);
  counts.state_reads += sums;
  if (!sends_changes(mode)) {
    counts.weight_reads += sums;
    counts.weight_reads_8bit += sums;
    counts.state_writes += sums;
  } else if (!layer().is_output) {
    counts.state_reads += in_words(result.values * layer().last_sent_bits());
    counts.state_writes += sent * (layer().threshold ? in_words(layer().last_sent_bits()) : 1);
  }
}

}  // namespace sigdel::sim
