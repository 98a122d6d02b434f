#include "models/network/neuron_block.hpp"

#include <algorithm>

namespace sigdel::network {

NeuronBlock::NeuronBlock(const IntegerLayer& layer, Mode mode, Range neurons)
    : layer_(&layer), mode_(mode), neurons_(neurons), accumulators_(neurons.size()), sender_(mode, neurons.size()) {
  reset();
}

void NeuronBlock::reset() {
  const auto first = layer_->bias.begin() + neurons_.begin;
  std::copy(first, first + neurons_.size(), accumulators_.begin());
  sender_.reset();
}

std::uint64_t NeuronBlock::fire(std::vector<Event>& events) {
  std::uint64_t saturations = 0;
  for (std::uint32_t i = 0; i < neurons_.size(); ++i) {
    const std::int32_t accumulator = accumulators_[i];
    if (layer_->is_output) {
      events.push_back({neurons_.begin + i, accumulator});
      continue;
    }
    const std::int32_t positive = layer_->relu ? std::max(accumulator, 0) : accumulator;
    const std::int32_t rounded = round_shift(positive, layer_->fraction_bits);
    const std::int32_t value = std::clamp(rounded, -layer_->clamp, layer_->clamp);
    saturations += value != rounded ? 1 : 0;
    sender_.send(i, neurons_.begin + i, value, events);
  }
  if (!sends_changes(mode_)) {
    const auto first = layer_->bias.begin() + neurons_.begin;
    std::copy(first, first + neurons_.size(), accumulators_.begin());
  }
  return saturations;
}

}  // namespace sigdel::network
