#include "sim/core/layer_part.hpp"

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
                     int accumulator_bits)
    : block(layer, mode, neurons),
      connection(static_cast<std::uint16_t>(layer.id.value)),
      words(words_of(layer, mode, neurons.size(), config, static_cast<std::uint64_t>(accumulator_bits))) {}

}  // namespace sigdel::sim
