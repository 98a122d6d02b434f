#include "models/network/neuron_block.hpp"

#include <algorithm>

namespace sigdel::network {

NeuronBlock::NeuronBlock(const IntegerLayer& layer, Mode mode, Range neurons, Scan scan)
    : layer_(&layer),
      mode_(mode),
      neurons_(neurons),
      visits_all_(scan == Scan::kAll || !sends_changes(mode) || layer.is_output),
      accumulators_(neurons.size()),
      sender_(mode, neurons.size()) {
  reset();
}

void NeuronBlock::reset() {
  const auto first = layer_->bias.begin() + neurons_.begin;
  std::copy(first, first + neurons_.size(), accumulators_.begin());
  sender_.reset();
  touched_ = true;
}

Fired NeuronBlock::fire(std::vector<Event>& events) {
  Fired fired{to_visit(), 0};
  for (std::uint32_t i = 0; i < fired.visited; ++i) {
    const std::int32_t accumulator = accumulators_[i];
    if (layer_->is_output) {
      events.push_back({neurons_.begin + i, accumulator});
      continue;
    }
    const std::int32_t positive = layer_->relu ? std::max(accumulator, 0) : accumulator;
    const std::int32_t rounded = round_shift(positive, layer_->fraction_bits);
    const std::int32_t value = std::clamp(rounded, -layer_->clamp, layer_->clamp);
    fired.saturations += value != rounded ? 1U : 0U;
    sender_.send(i, neurons_.begin + i, value, events);
  }
  if (!sends_changes(mode_)) {
    const auto first = layer_->bias.begin() + neurons_.begin;
    std::copy(first, first + neurons_.size(), accumulators_.begin());
  }
  touched_ = false;
  return fired;
}

}  // namespace sigdel::network
