/// Puts a core's packets onto the network on chip.
///
/// Timing: one flit per cycle, ready tokens before spikes. A spike goes out once for all targets of its group (`tree`)
/// or once for each in turn (`unicast`), an end of frame always once for each that reads the tensor; the entry leaves
/// the outbox with its last packet.
#pragma once

#include <cstdint>

#include "models/base/units.hpp"
#include "sim/core/channel.hpp"
#include "sim/core/fire_unit.hpp"
#include "sim/core/packet.hpp"

namespace sigdel::sim {

class NetworkInterface {
 public:
  NetworkInterface(Endpoint self, const RouterConfig& config, Channel<OutboxEntry>& outbox,
                   Channel<ReadyToken>& control)
      : self_(self), config_(config), outbox_(&outbox), control_(&control) {}

  void connect(Channel<Packet>* router) { router_ = router; }
  /// The queue into which it sends.
  [[nodiscard]] const Channel<Packet>* out() const { return router_; }

  /// One cycle's work; true if a flit was sent.
  bool step(Cycles now);

  /// The next cycle in which it may send if it has something to send.
  [[nodiscard]] Cycles free_at() const { return free_at_; }
  [[nodiscard]] std::uint64_t spikes() const { return spikes_; }
  /// Spikes times their targets.
  [[nodiscard]] std::uint64_t deliveries() const { return deliveries_; }
  [[nodiscard]] std::uint64_t tokens() const { return tokens_; }

 private:
  bool send(Cycles now, const Packet& packet);
  bool send_token(Cycles now, const ReadyToken& token);
  bool send_entry(Cycles now, const OutboxEntry& entry);
  bool send_spike(Cycles now, const OutboxEntry& entry);
  bool send_end(Cycles now, const LayerPart& part);

  Endpoint self_;
  RouterConfig config_;
  Channel<OutboxEntry>* outbox_;
  Channel<ReadyToken>* control_;
  Channel<Packet>* router_ = nullptr;
  Cycles free_at_;
  std::size_t next_target_ = 0;
  std::uint64_t spikes_ = 0;
  std::uint64_t deliveries_ = 0;
  std::uint64_t tokens_ = 0;
};

}  // namespace sigdel::sim
