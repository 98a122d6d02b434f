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

Executor::Executor(const IntegerNetwork& network, Mode mode, Encoding encoding)
    : network_(&network),
      mode_(mode),
      encoding_(encoding),
      sent_(network.layers.size()),
      outputs_(network.layers.back().outputs()),
      work_(network.layers.size()) {
  for (const network::IntegerLayer& layer : network.layers) {
    blocks_.emplace_back(layer, mode, Range{0, layer.outputs()});
  }
}

std::span<const std::int32_t> Executor::run(std::span<const Event> input) {
  std::span<const Event> received = input;
  for (std::size_t l = 0; l < blocks_.size(); ++l) {
    network::NeuronBlock& block = blocks_[l];
    Work work;
    for (const Event event : received) {
      block.integrate(event);
      network::count_event(mode_, encoding_, event.value, block.layer().outputs(), work);
    }
    sent_[l].clear();
    work[Tally::kSaturations] = block.fire(sent_[l]);
    network::count_fire(mode_, block.layer(), block.layer().outputs(), work);
    work_[l] = work;
    received = sent_[l];
  }
  std::transform(received.begin(), received.end(), outputs_.begin(), [](Event event) { return event.value; });
  return outputs_;
}

void Executor::reset() {
  for (network::NeuronBlock& block : blocks_) {
    block.reset();
  }
  std::fill(work_.begin(), work_.end(), Work{});
}

}  // namespace sigdel::reference
