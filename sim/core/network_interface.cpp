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
  if (!router_->can_push(now, packet.flits)) {
    return false;
  }
  router_->push(now, packet, packet.flits, Cycles{config_.latency});
  free_at_ = now + Cycles{packet.flits};
  return true;
}

bool NetworkInterface::send_token(Cycles now, const ReadyToken& token) {
  const std::uint8_t flits = flits_of(token_bits(PacketKind::kReady), config_.flit_bits);
  if (!send(now, {0, self_, token.destination, token.connection, PacketKind::kReady, flits})) {
    return false;
  }
  control_->pop(now);
  ++tokens_;
  return true;
}

bool NetworkInterface::send_entry(Cycles now, const OutboxEntry& entry) {
  return entry.end_of_frame ? send_end(now, *entry.part) : send_spike(now, entry);
}

bool NetworkInterface::send_spike(Cycles now, const OutboxEntry& entry) {
  const Destinations& destinations = *entry.part->destinations;
  const std::vector<std::uint16_t>& targets = destinations.groups()[entry.group].targets;
  const bool to_all = config_.multicast == Multicast::kTree && targets.size() > 1;
  const Endpoint target = to_all ? group_endpoint(entry.group) : destinations.targets()[targets[next_target_]];
  if (!send(now, {entry.event.value, entry.event.source, target, entry.part->written, PacketKind::kSpike,
                  flits_of(destinations.spike_bits(), config_.flit_bits)})) {
    return false;
  }
  ++spikes_;
  deliveries_ += to_all ? targets.size() : 1U;
  if (to_all || ++next_target_ == targets.size()) {
    next_target_ = 0;
    outbox_->pop(now);
  }
  return true;
}

bool NetworkInterface::send_end(Cycles now, const LayerPart& part) {
  const std::vector<Endpoint>& targets = part.destinations->targets();
  const auto count = static_cast<std::int32_t>(part.sent_to[next_target_]);
  if (!send(now, {count, self_, targets[next_target_], part.written, PacketKind::kEndOfFrame,
                  flits_of(token_bits(PacketKind::kEndOfFrame), config_.flit_bits)})) {
    return false;
  }
  ++tokens_;
  if (++next_target_ == targets.size()) {
    next_target_ = 0;
    outbox_->pop(now);
  }
  return true;
}

}  // namespace sigdel::sim
