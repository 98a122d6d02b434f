#include "sim/core/network_interface.hpp"

namespace sigdel::sim {

bool NetworkInterface::step(Cycles now) {
  if (control_->front(now) == nullptr && outbox_->front(now) == nullptr) {
    return false;
  }
  return router_->can_push(now) && (send_token(now) || send_entry(now));
}

bool NetworkInterface::send_token(Cycles now) {
  const ReadyToken* const token = control_->front(now);
  if (token == nullptr) {
    return false;
  }
  router_->push(now, {0, self_, token->destination, token->connection, PacketKind::kReady});
  control_->pop(now);
  ++tokens_;
  return true;
}

bool NetworkInterface::send_entry(Cycles now) {
  const OutboxEntry* const entry = outbox_->front(now);
  if (entry == nullptr) {
    return false;
  }
  const LayerPart& part = *entry->part;
  const auto connection = static_cast<std::uint16_t>(part.connection + 1);
  const Endpoint target = part.targets[next_target_];
  if (entry->end_of_frame) {
    router_->push(now, {entry->event.value, self_, target, connection, PacketKind::kEndOfFrame});
    ++tokens_;
  } else {
    router_->push(now, {entry->event.value, entry->event.source, target, connection, PacketKind::kSpike});
    ++spikes_;
  }
  if (++next_target_ == part.targets.size()) {
    next_target_ = 0;
    outbox_->pop(now);
  }
  return true;
}

}  // namespace sigdel::sim
