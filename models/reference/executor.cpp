#include "models/reference/executor.hpp"

#include <algorithm>
#include <cmath>

#include "models/network/counting.hpp"

namespace sigdel::reference {

using network::Event;
using network::IntegerNetwork;

FrameEncoder::FrameEncoder(const IntegerNetwork& network, Mode mode)
    : scale_(network.scales.front()), clamp_(network.clamp), sender_(mode, network.layers.front().inputs()) {}

std::vector<Event> FrameEncoder::encode(std::span<const float> frame) {
  std::vector<Event> events;
  const double limit = clamp_;
  for (std::uint32_t i = 0; i < frame.size(); ++i) {
    const double rounded = std::round(scale_ * double{frame[i]});
    const double value = std::clamp(rounded, -limit, limit);
    saturations_ += value != rounded ? 1 : 0;
    sender_.send(i, i, static_cast<std::int32_t>(value), events);
  }
  return events;
}

Executor::Executor(const IntegerNetwork& network, Mode mode, Rules rules, const network::RecordedLayers* recorded)
    : mode_(mode),
      rules_(rules),
      sent_(network.layers.size()),
      outputs_(network.layers.back().outputs()),
      work_(network.layers.size()) {
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const network::IntegerLayer& layer = network.layers[l];
    blocks_.emplace_back(layer, mode, Range{0, layer.outputs()}, rules.scan, network::recorded_layer(recorded, l));
  }
}

void Executor::integrate(std::size_t layer, std::span<const Event> events) {
  network::NeuronBlock& block = blocks_[layer];
  for (const Event event : events) {
    block.integrate(event);
    network::count_event(mode_, rules_.encoding, event.value, block.layer().outputs(), work_[layer]);
  }
}

void Executor::fire(std::size_t layer) {
  sent_[layer].clear();
  const network::Fired fired = blocks_[layer].fire(sent_[layer]);
  work_[layer][Tally::kSaturations] += fired.saturations;
  network::count_fire(mode_, blocks_[layer].layer(), fired.visited, work_[layer]);
}

std::span<const std::int32_t> Executor::run(std::span<const Event> input) {
  std::fill(work_.begin(), work_.end(), Work{});
  const bool by_step = rules_.semantics == Semantics::kStep;
  for (std::size_t l = 0; by_step && l < blocks_.size(); ++l) {
    fire(l);
  }
  for (std::size_t l = 0; l < blocks_.size(); ++l) {
    integrate(l, l == 0 ? input : std::span<const Event>(sent_[l - 1]));
    if (!by_step) {
      fire(l);
    }
  }
  std::transform(sent_.back().begin(), sent_.back().end(), outputs_.begin(), [](Event event) { return event.value; });
  return outputs_;
}

void Executor::reset() {
  for (network::NeuronBlock& block : blocks_) {
    block.reset();
  }
  std::fill(work_.begin(), work_.end(), Work{});
}

}  // namespace sigdel::reference
