/// What turns values into events: remembers the last value sent in the modes that send changes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/base/mode.hpp"
#include "models/network/event.hpp"

namespace sigdel::network {

class Sender {
 public:
  /// For `size` neurons; nothing was sent yet.
  Sender(Mode mode, std::uint32_t size) : mode_(mode), last_(sends_changes(mode) ? size : 0) {}

  /// Appends the event of neuron `local`, sent under the number `source`, if the mode sends one for `value`.
  void send(std::uint32_t local, std::uint32_t source, std::int32_t value, std::vector<Event>& events) {
    std::int32_t sent = value;
    if (sends_changes(mode_)) {
      sent -= last_[local];
      last_[local] = value;
    }
    if (sent != 0 || sends_zeros(mode_)) {
      events.push_back({source, sent});
    }
  }
  /// The same of neurons that follow each other, from `local` and `source` on.
  void send(std::uint32_t local, std::uint32_t source, std::span<const std::int32_t> values,
            std::vector<Event>& events);
  void reset() { last_.assign(last_.size(), 0); }

 private:
  Mode mode_;
  std::vector<std::int32_t> last_;
};

}  // namespace sigdel::network
