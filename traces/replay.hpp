/// Layers that send what a recording says.
#pragma once

#include <cstdint>
#include <deque>

#include "models/network/recorded_layer.hpp"
#include "traces/recording.hpp"

namespace sigdel::traces {

/// Reads each frame once, when the first of the layer's neurons asks for it, and forgets it when all have got theirs.
class ReplayedLayer final : public network::RecordedLayer {
 public:
  /// `recording` must outlive it and have the mode.
  ReplayedLayer(const Recording& recording, Mode mode, std::size_t layer)
      : recording_(&recording), mode_(mode), tensor_(layer + 1) {}

  std::uint64_t take(std::uint64_t frame, const network::IntegerLayer& layer, const network::Box& box,
                     std::vector<network::Event>& events) override;

  /// Frames that some neurons have got and others not.
  [[nodiscard]] std::size_t frames_held() const { return held_.size(); }

 private:
  struct Held {
    SentTensor sent;
    std::uint64_t neurons_left = 0;
  };

  const Recording* recording_;
  Mode mode_;
  std::size_t tensor_;
  std::uint64_t first_held_ = 0;
  std::deque<Held> held_;
};

/// Every layer of the recording in one mode, from frame 0 on.
network::RecordedLayers replay(const Recording& recording, Mode mode);

}  // namespace sigdel::traces
