/// What turns values into events: remembers the last value sent in the modes that send changes. The quantiser of
/// networks with thresholds is part of it; rounding stands in front of it (activation.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/base/mode.hpp"
#include "models/network/event.hpp"
#include "models/network/threshold.hpp"

namespace sigdel::network {

class Sender {
 public:
  /// For `size` neurons; nothing was sent yet. Mode `threshold` needs a threshold, the others have none.
  Sender(Mode mode, std::uint32_t size, const std::optional<Threshold>& threshold = std::nullopt)
      : mode_(mode), threshold_(threshold.value_or(Threshold{})), last_(sends_changes(mode) ? size : 0) {}

  /// Appends the event of neuron `local`, sent under the number `source`, if the mode sends one for `value`. Returns
  /// how many messages, 0 or 1, did not fit their width.
  std::uint32_t send(std::uint32_t local, std::uint32_t source, std::int32_t value, std::vector<Event>& events) {
    std::int32_t sent = value;
    std::uint32_t saturations = 0;
    if (mode_ == Mode::kThreshold) {
      sent = message_of(threshold_, value, last_[local], saturations);
    } else if (sends_changes(mode_)) {
      sent -= last_[local];
      last_[local] = value;
    }
    if (sent != 0 || sends_zeros(mode_)) {
      events.push_back({source, sent});
    }
    return saturations;
  }
  /// The same of neurons that follow each other, from `local` and `source` on.
  std::uint32_t send(std::uint32_t local, std::uint32_t source, std::span<const std::int32_t> values,
                     std::vector<Event>& events);
  void reset() { last_.assign(last_.size(), 0); }

 private:
  Mode mode_;
  Threshold threshold_;
  std::vector<std::int32_t> last_;  ///< value, or with a threshold the state that readers should have
};

}  // namespace sigdel::network
