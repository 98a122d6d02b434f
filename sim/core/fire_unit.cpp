#include "sim/core/fire_unit.hpp"

#include "models/network/counting.hpp"

namespace sigdel::sim {

bool FireUnit::step(Cycles now, std::vector<LayerPart>& parts) {
  if (part_ == nullptr) {
    now_ = State::kIdle;
    after_ = State::kIdle;
    LayerPart* next = nullptr;
    for (LayerPart& part : parts) {
      if (part.frame_complete() && part.granted() && (next == nullptr || part.frames_fired < next->frames_fired)) {
        next = &part;
      }
    }
    if (next == nullptr) {
      return false;
    }
    begin(now, *next);
  } else {
    now_ = after_;
  }
  return advance(now);
}

/// Nobody writes to the layer's state during its scan, so all values are taken at once and only sent in their cycles.
void FireUnit::begin(Cycles now, LayerPart& part) {
  part_ = &part;
  scanned_ = &part;
  part.end_tokens = 0;
  part.announced = 0;
  part.integrated = 0;
  part.ready_tokens = 0;
  ++part.frames_fired;
  events_.clear();
  next_event_ = 0;
  base_ = now;
  base_position_ = 0;
  waiting_ = false;
  all_read_ = false;
  now_ = State::kScanning;
  after_ = State::kScanning;
  PartCounts& counts = part.counts;
  counts.work[Tally::kSaturations] += part.block.fire(events_);
  network::count_fire(mode_, part.block.layer(), part.block.neurons().size(), counts.work);
  counts.weight_reads += part.words.scan_weights;
  counts.state_reads += part.words.scan_state_read;
  counts.state_writes += part.words.scan_state_write + part.words.write_per_spike * events_.size();
  counts.outbox_entries += events_.size() + 1;
  counts.spikes_sent += events_.size();
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
  const bool sent = !all_read_ && emit_due(now);
  return finish(now) || sent;
}

/// Sends every event whose neuron is read by this cycle; true if one was sent.
bool FireUnit::emit_due(Cycles now) {
  bool sent = false;
  while (next_event_ < events_.size() && read_at(position_of(events_[next_event_])) <= now) {
    if (!outbox_->can_push(now)) {
      wait(now, position_of(events_[next_event_]));
      return sent;
    }
    outbox_->push(now, {part_, events_[next_event_], false});
    ++next_event_;
    sent = true;
  }
  return sent;
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
  const std::uint32_t last = part_->block.neurons().size() - 1;
  if (waiting_ || (!all_read_ && read_at(last) > now)) {
    return false;
  }
  if (!all_read_) {
    all_read_ = true;
    for (const Endpoint source : part_->sources) {
      control_->push(now, {source, part_->connection});
    }
  }
  if (!outbox_->can_push(now)) {
    after_ = State::kStalled;
    waiting_ = true;
    return true;
  }
  outbox_->push(now, {part_, {0, static_cast<std::int32_t>(events_.size())}, true});
  after_ = State::kIdle;
  part_ = nullptr;
  return true;
}

std::optional<Cycles> FireUnit::next_due() const {
  if (part_ == nullptr || waiting_) {
    return std::nullopt;
  }
  return read_at(next_event_ < events_.size() ? position_of(events_[next_event_]) : part_->block.neurons().size() - 1);
}

}  // namespace sigdel::sim
