#include "models/network/neuron_block.hpp"

#include <algorithm>

#include "models/network/recorded_layer.hpp"

namespace sigdel::network {

NeuronBlock::NeuronBlock(const IntegerLayer& layer, Mode mode, Range neurons, Scan scan, RecordedLayer* recorded)
    : layer_(&layer),
      mode_(mode),
      neurons_(neurons),
      visits_all_(scan == Scan::kAll || !sends_changes(mode) || layer.is_output),
      recorded_(recorded),
      accumulators_(recorded == nullptr ? neurons.size() : 0),
      sender_(mode, recorded == nullptr ? neurons.size() : 0) {
  reset();
}

void NeuronBlock::reset() {
  fired_ = 0;
  restart();
  sender_.reset();
  touched_ = true;
}

/// Accumulators at the bias.
void NeuronBlock::restart() {
  std::copy_n(layer_->bias.begin() + neurons_.begin, accumulators_.size(), accumulators_.begin());
}

Fired NeuronBlock::fire(std::vector<Event>& events) {
  const Fired fired = recorded_ == nullptr ? calculate(events) : replay(events);
  touched_ = false;
  return fired;
}

/// Neurons that are not visited send nothing, whatever they are recorded to have saturated.
Fired NeuronBlock::replay(std::vector<Event>& events) {
  const auto saturations = static_cast<std::uint32_t>(recorded_->take(fired_++, neurons_, events));
  const std::uint32_t visited = to_visit();
  return {visited, visited == 0 ? 0 : saturations};
}

Fired NeuronBlock::calculate(std::vector<Event>& events) {
  Fired fired{to_visit(), 0};
  for (std::uint32_t i = 0; i < fired.visited; ++i) {
    const std::int32_t accumulator = accumulators_[i];
    if (layer_->is_output) {
      events.push_back({neurons_.begin + i, accumulator});
      continue;
    }
    const Activation activation = activate(*layer_, accumulator);
    fired.saturations += activation.saturated ? 1U : 0U;
    sender_.send(i, neurons_.begin + i, activation.value, events);
  }
  if (!sends_changes(mode_)) {
    restart();
  }
  return fired;
}

}  // namespace sigdel::network
