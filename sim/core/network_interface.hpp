/// Puts a core's packets onto the network on chip.
///
/// Timing: one flit per cycle, ready tokens before spikes; an entry of the outbox is repeated for each of its targets
/// in turn (unicast), and leaves the outbox with the last.
#pragma once

#include <cstdint>

#include "models/base/units.hpp"
#include "sim/core/channel.hpp"
#include "sim/core/fire_unit.hpp"
#include "sim/core/packet.hpp"

namespace sigdel::sim {

class NetworkInterface {
 public:
  NetworkInterface(Endpoint self, Channel<OutboxEntry>& outbox, Channel<ReadyToken>& control)
      : self_(self), outbox_(&outbox), control_(&control) {}

  void connect(Channel<Packet>* router) { router_ = router; }

  /// One cycle's work; true if a flit was sent.
  bool step(Cycles now);

  [[nodiscard]] std::uint64_t spikes() const { return spikes_; }
  [[nodiscard]] std::uint64_t tokens() const { return tokens_; }

 private:
  bool send_token(Cycles now);
  bool send_entry(Cycles now);

  Endpoint self_;
  Channel<OutboxEntry>* outbox_;
  Channel<ReadyToken>* control_;
  Channel<Packet>* router_ = nullptr;
  std::size_t next_target_ = 0;
  std::uint64_t spikes_ = 0;
  std::uint64_t tokens_ = 0;
};

}  // namespace sigdel::sim
