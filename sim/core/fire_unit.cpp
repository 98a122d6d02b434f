#include "sim/core/fire_unit.hpp"

namespace sigdel::sim {

LayerPart* FireUnit::next_of(std::vector<LayerPart>& parts) const {
  LayerPart* next = nullptr;
  for (LayerPart& part : parts) {
    const bool due = barrier_ != nullptr ? part.fired : part.frame_complete() && part.granted();
    if (due && (next == nullptr || part.frames_fired < next->frames_fired)) {
      next = &part;
    }
  }
  return next;
}

bool FireUnit::step(Cycles now, std::vector<LayerPart>& parts) {
  if (part_ == nullptr) {
    now_ = State::kIdle;
    after_ = State::kIdle;
    LayerPart* const next = next_of(parts);
    if (next == nullptr) {
      return false;
    }
    begin(now, *next);
  } else {
    now_ = after_;
  }
  return advance(now);
}

/// Nobody writes to the layer's state during its scan (with a barrier: to the bank that is scanned), so all values are
/// taken at once and only sent in their cycles.
void FireUnit::begin(Cycles now, LayerPart& part) {
  part_ = &part;
  scanned_ = &part;
  if (barrier_ == nullptr) {
    part.fire(mode_);
  }
  part.fired = false;
  part.counts.outbox_entries += part.outgoing.size() + (barrier_ == nullptr ? 1 : 0);
  if (memory_ != nullptr) {
    memory_->begin_scan(mode_, part);
  }
  waits_for_memory_ = false;
  next_event_ = 0;
  base_ = now;
  base_position_ = 0;
  waiting_ = false;
  all_read_ = false;
  now_ = State::kScanning;
  after_ = State::kScanning;
}

bool FireUnit::advance(Cycles now) {
  if (waiting_) {
    if (!outbox_->can_push(now)) {
      return false;
    }
    waiting_ = false;
    if (!all_read_) {
      base_ = now;
      now_ = State::kScanning;
      after_ = State::kScanning;
    }
  }
  if (waits_for_memory_) {
    const bool is_read = base_position_ >= part_->to_read;
    if (is_read ? !memory_->scan_is_requested() : readable() <= base_position_) {
      return false;
    }
    waits_for_memory_ = false;
    base_ = now;
    now_ = is_read ? State::kStalled : State::kScanning;
    after_ = now_;
  }
  const bool sent = !all_read_ && emit_due(now);
  return finish(now) || sent;
}

/// Accumulators of the scan that are there.
std::uint32_t FireUnit::readable() const { return memory_ == nullptr ? part_->to_read : memory_->readable(); }

/// Sends every event whose neuron is read by this cycle; true if one was sent.
bool FireUnit::emit_due(Cycles now) {
  bool sent = false;
  const std::vector<Outgoing>& outgoing = part_->outgoing;
  const std::uint32_t there = readable();
  while (next_event_ < outgoing.size() && outgoing[next_event_].position < there &&
         read_at(outgoing[next_event_].position) <= now) {
    const Outgoing& next = outgoing[next_event_];
    if (!outbox_->can_push(now)) {
      wait(now, std::max(next.position, base_position_));
      return sent;
    }
    outbox_->push(now, {part_, next.event, next.group, false});
    if (barrier_ != nullptr) {
      barrier_->add(part_->destinations->groups()[next.group].readers);
    }
    ++next_event_;
    sent = true;
  }
  if (there < part_->to_read && read_at(there) <= now) {
    wait_for_memory(now);
  }
  return sent;
}

/// The scan stops in front of what has not come.
void FireUnit::wait_for_memory(Cycles now) {
  const std::uint32_t there = std::max(readable(), base_position_);
  const std::uint64_t first_of_cycle = base_position_ + (now - base_).value * rate_;
  now_ = there > first_of_cycle ? State::kScanning : State::kStalled;
  after_ = State::kStalled;
  base_position_ = there;
  waits_for_memory_ = true;
}

/// The scan stops in front of `position`. This cycle counts as scanning if a neuron was read in it before.
void FireUnit::wait(Cycles now, std::uint32_t position) {
  const std::uint64_t first_of_cycle = base_position_ + (now - base_).value * rate_;
  now_ = position > first_of_cycle ? State::kScanning : State::kStalled;
  after_ = State::kStalled;
  base_position_ = position;
  waiting_ = true;
}

/// Ends the scan when the last neuron has been read; true if something was sent.
bool FireUnit::finish(Cycles now) {
  if (waiting_ || waits_for_memory_ || (!all_read_ && part_->to_read > 0 && read_at(part_->to_read - 1) > now)) {
    return false;
  }
  if (memory_ != nullptr && !memory_->scan_is_requested()) {
    after_ = State::kStalled;
    base_position_ = part_->to_read;
    waits_for_memory_ = true;
    return false;
  }
  if (barrier_ != nullptr) {
    barrier_->done(now);
  } else if (!close(now)) {
    return true;
  }
  after_ = State::kIdle;
  part_ = nullptr;
  return true;
}

/// Tells sources and targets; false if the outbox has no room for the end of the frame yet.
bool FireUnit::close(Cycles now) {
  if (!all_read_) {
    all_read_ = true;
    for (const ReadyToken grant : part_->grants) {
      control_->push(now, grant);
    }
  }
  if (!outbox_->can_push(now)) {
    after_ = State::kStalled;
    waiting_ = true;
    return false;
  }
  outbox_->push(now, {part_, {}, 0, true});
  return true;
}

std::optional<Cycles> FireUnit::next_due() const {
  if (part_ == nullptr || waiting_ || waits_for_memory_) {
    return std::nullopt;
  }
  const std::vector<Outgoing>& outgoing = part_->outgoing;
  const std::uint32_t position = next_event_ < outgoing.size() ? outgoing[next_event_].position : part_->to_read - 1;
  return read_at(std::min(position, readable()));
}

}  // namespace sigdel::sim
