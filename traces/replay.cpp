#include "traces/replay.hpp"

#include <algorithm>

namespace sigdel::traces {

std::uint64_t ReplayedLayer::take(std::uint64_t frame, Range neurons, std::vector<network::Event>& events) {
  while (frame >= first_held_ + held_.size()) {
    held_.push_back(
        {recording_->read(mode_, first_held_ + held_.size(), tensor_), recording_->header().width(tensor_)});
  }
  Held& held = held_.at(frame - first_held_);
  const auto& sent = held.sent.events;
  const auto before = [](const network::Event& event, std::uint32_t neuron) { return event.source < neuron; };
  const auto first = std::lower_bound(sent.begin(), sent.end(), neurons.begin, before);
  events.insert(events.end(), first, std::lower_bound(first, sent.end(), neurons.end, before));
  const std::uint64_t saturations = neurons.begin == 0 ? held.sent.saturations : 0;
  held.neurons_left -= neurons.size();
  for (; !held_.empty() && held_.front().neurons_left == 0; held_.pop_front()) {
    ++first_held_;
  }
  return saturations;
}

network::RecordedLayers replay(const Recording& recording, Mode mode) {
  network::RecordedLayers layers;
  for (std::size_t layer = 0; layer < recording.header().layers.size(); ++layer) {
    layers.push_back(std::make_unique<ReplayedLayer>(recording, mode, layer));
  }
  return layers;
}

}  // namespace sigdel::traces
