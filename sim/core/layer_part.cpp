#include "sim/core/layer_part.hpp"

#include "models/network/counting.hpp"

namespace sigdel::sim {
namespace {

constexpr std::uint64_t kLastSentBits = 16;

MemoryWords words_of(const network::IntegerLayer& layer, Mode mode, std::uint64_t neurons, const CoreConfig& config,
                     std::uint64_t accumulator_bits) {
  const auto in_words = [&](std::uint64_t bits) { return (bits + config.word_bits - 1) / config.word_bits; };
  MemoryWords words;
  words.event_weights = in_words(neurons * static_cast<std::uint64_t>(layer.weights.bits()));
  words.event_state = in_words(neurons * accumulator_bits);
  words.scan_state_read = words.event_state;
  if (!sends_changes(mode)) {
    words.scan_weights = words.event_state;
    words.scan_state_write = words.event_state;
  } else if (!layer.is_output) {
    words.scan_state_read += in_words(neurons * kLastSentBits);
    words.write_per_spike = 1;
  }
  return words;
}

}  // namespace

LayerPart::LayerPart(const network::IntegerLayer& layer, Mode mode, Range neurons, const CoreConfig& config,
                     int accumulator_bits, network::RecordedLayer* recorded)
    : block(layer, mode, neurons, config.scan, recorded),
      connection(static_cast<std::uint16_t>(layer.id.value)),
      words(words_of(layer, mode, neurons.size(), config, static_cast<std::uint64_t>(accumulator_bits))) {}

void LayerPart::fire(Mode mode) {
  end_tokens = 0;
  announced = 0;
  integrated = 0;
  ready_tokens = 0;
  ++frames_fired;
  fired = true;
  events.clear();
  const network::Fired result = block.fire(events);
  to_visit = result.visited;
  counts.work[Tally::kSaturations] += result.saturations;
  network::count_fire(mode, block.layer(), to_visit, counts.work);
  if (to_visit > 0) {
    counts.weight_reads += words.scan_weights;
    counts.state_reads += words.scan_state_read;
    counts.state_writes += words.scan_state_write + words.write_per_spike * events.size();
  }
  counts.spikes_sent += events.size();
}

}  // namespace sigdel::sim
