#include "traces/replay.hpp"

#include <algorithm>
#include <iterator>

namespace sigdel::traces {

std::uint64_t ReplayedLayer::take(std::uint64_t frame, const network::IntegerLayer& layer, const network::Box& box,
                                  std::vector<network::Event>& events) {
  while (frame >= first_held_ + held_.size()) {
    held_.push_back({recording_->read(mode_, first_held_ + held_.size(), tensor_), layer.outputs()});
  }
  Held& held = held_.at(frame - first_held_);
  const auto& sent = held.sent.events;
  const auto before = [](const network::Event& event, std::uint32_t neuron) { return event.source < neuron; };
  const bool all_channels = box.channels.size() == layer.written.channels;
  for (std::uint32_t row = box.rows.begin; row < box.rows.end; ++row) {
    const std::uint32_t begin = layer.number_of({row, box.columns.begin, box.channels.begin});
    const std::uint32_t last = layer.number_of({row, box.columns.end - 1, box.channels.end - 1});
    const auto first = std::lower_bound(sent.begin(), sent.end(), begin, before);
    const auto end = std::lower_bound(first, sent.end(), last + 1, before);
    std::copy_if(first, end, std::back_inserter(events), [&](const network::Event& event) {
      return all_channels || box.contains(layer.position_of(event.source));
    });
  }
  const std::uint64_t saturations = box.contains({0, 0, 0}) ? held.sent.saturations : 0;
  held.neurons_left -= box.size();
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
