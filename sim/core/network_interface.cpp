#include "sim/core/network_interface.hpp"

namespace sigdel::sim {

bool NetworkInterface::step(Cycles now) {
  if (now < free_at_) {
    return false;
  }
  if (const ReadyToken* const token = control_->front(now)) {
    return send_token(now, *token);
  }
  const OutboxEntry* const entry = outbox_->front(now);
  return entry != nullptr && send_entry(now, *entry);
}

/// Puts the packet into the router's queue if there is room.
bool NetworkInterface::send(Cycles now, const Packet& packet) {
  const Packet whole = in_flits(packet, config_.flit_bits);
  if (!router_->can_push(now, whole.flits)) {
    return false;
  }
  router_->push(now, whole, whole.flits, Cycles{config_.latency});
  free_at_ = now + Cycles{whole.flits};
  return true;
}

bool NetworkInterface::send_token(Cycles now, const ReadyToken& token) {
  if (!send(now, {0, self_, token.destination, token.connection, PacketKind::kReady})) {
    return false;
  }
  control_->pop(now);
  ++tokens_;
  return true;
}

bool NetworkInterface::send_entry(Cycles now, const OutboxEntry& entry) {
  const LayerPart& part = *entry.part;
  const bool spike = !entry.end_of_frame;
  const bool to_all = spike && config_.multicast == Multicast::kTree && part.targets.size() > 1;
  const Endpoint target = to_all ? kAllTargets : part.targets[next_target_];
  if (!send(now,
            {entry.event.value, spike ? entry.event.source : self_, target,
             static_cast<std::uint16_t>(part.connection + 1), spike ? PacketKind::kSpike : PacketKind::kEndOfFrame})) {
    return false;
  }
  ++(spike ? spikes_ : tokens_);
  deliveries_ += spike ? (to_all ? part.targets.size() : 1U) : 0U;
  if (to_all || ++next_target_ == part.targets.size()) {
    next_target_ = 0;
    outbox_->pop(now);
  }
  return true;
}

}  // namespace sigdel::sim
