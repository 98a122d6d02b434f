#include "sim/core/core.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sigdel::sim {
namespace {

/// A block reads all its tokens in the cycle after they came, and no more than one comes per cycle.
constexpr std::uint32_t kTokenRoom = 4;

std::uint32_t ready_tokens_at_most(const std::vector<LayerPart>& parts) {
  std::size_t tokens = 1;
  for (const LayerPart& part : parts) {
    tokens += part.grants.size();
  }
  return static_cast<std::uint32_t>(tokens);
}

CoreState class_of(FireUnit::State state) {
  switch (state) {
    case FireUnit::State::kScanning:
      return CoreState::kFiring;
    case FireUnit::State::kStalled:
      return CoreState::kStalled;
    case FireUnit::State::kIdle:
      break;
  }
  return CoreState::kIdle;
}

}  // namespace

Core::Core(std::string name, Endpoint self, const MachineConfig& config, Mode mode, int accumulator_bits,
           std::vector<LayerPart> parts)
    : ClockedBlock(std::move(name)),
      parts_(std::move(parts)),
      inbox_(config.core.inbox_depth),
      tokens_(kTokenRoom),
      outbox_(config.core.outbox_depth),
      control_(ready_tokens_at_most(parts_)),
      engine_(config.core, mode, accumulator_bits),
      fire_(mode, config.core.scan_rate, outbox_, control_),
      interface_(self, config.router, outbox_, control_),
      mode_(mode) {
  for (std::uint16_t number = 0; number < parts_.size(); ++number) {
    for (const std::uint16_t tensor : parts_[number].inputs) {
      readers_.resize(std::max<std::size_t>(readers_.size(), tensor + std::size_t{1}));
      readers_[tensor].push_back(number);
    }
  }
}

void Core::use(Barrier* barrier) {
  barrier_ = barrier;
  fire_.use(barrier);
  if (!parts_.empty()) {
    barrier->wake_also(waker());
  }
}

void Core::begin_step(Cycles now) {
  if (barrier_ == nullptr || barrier_->begun(now) == steps_) {
    return;
  }
  steps_ = barrier_->begun(now);  // every core is woken for every step but the first, in which it may have no part
  for (LayerPart& part : parts_) {
    if (barrier_->fires(part.layer().id.value, steps_ - 1)) {
      may_fire_ = true;
      part.fire(mode_);
    }
  }
}

void Core::connect(Channel<Packet>* out, Waker router) {
  interface_.connect(out);
  inbox_.connect(router, waker());
  tokens_.connect(router, waker());
  outbox_.connect(waker(), waker());
  control_.connect(waker(), waker());
}

void Core::end_frame(Cycles now, const Packet& token) {
  for (const std::uint16_t reader : readers_[token.connection]) {
    LayerPart& part = parts_[reader];
    ++part.end_tokens;
    part.announced += static_cast<std::uint64_t>(token.value);
    note_phase(now, part);
  }
}

void Core::grant(Cycles now, const Packet& token) {
  for (LayerPart& part : parts_) {
    if (part.written == token.connection) {
      ++part.ready_tokens;
      part.phases.granted = now;
    }
  }
}

bool Core::take_tokens(Cycles now) {
  bool any = false;
  while (const Packet* const token = tokens_.front(now)) {
    if (token->kind == PacketKind::kEndOfFrame) {
      end_frame(now, *token);
    } else {
      grant(now, *token);
    }
    flits_received_ += token->flits;
    tokens_.pop(now);
    ++tokens_received_;
    any = true;
  }
  return any;
}

bool Core::run_engine(Cycles now) {
  LayerPart* const retired = engine_.retire(now);
  if (retired != nullptr) {
    note_phase(now, *retired);
    if (barrier_ != nullptr) {
      barrier_->done(now);
    }
  }
  const bool started = memory_ ? start_from_memory(now) : start_from_inbox(now);
  return retired != nullptr || started;
}

bool Core::start_from_inbox(Cycles now) {
  const Packet* const head = engine_.free() ? inbox_.front(now) : nullptr;
  if (head == nullptr) {
    return false;
  }
  const Packet spike = *head;
  engine_.start(now, spike, next_reader(now, spike));
  waker().at(engine_.busy_until());
  return true;
}

/// Starts a spike that is ready, and prepares the next.
bool Core::start_from_memory(Cycles now) {
  bool any = memory_->step(now);
  any = prepare_next(now) || any;
  if (engine_.free() && memory_->ready()) {
    const Packet spike = memory_->spike();
    engine_.start(now, spike, memory_->take());
    waker().at(engine_.busy_until());
    prepare_next(now);
    any = true;
  }
  if (any) {
    waker().at(now + Cycles{1});  // there may be more to ask for
  }
  return any;
}

bool Core::prepare_next(Cycles now) {
  const Packet* const head = memory_->free() ? inbox_.front(now) : nullptr;
  if (head == nullptr) {
    return false;
  }
  const Packet spike = *head;
  memory_->prepare(spike, next_reader(now, spike));
  return true;
}

/// The part that integrates the spike at the inbox's head next; the last one takes it out.
LayerPart& Core::next_reader(Cycles now, const Packet& spike) {
  const std::vector<std::uint16_t>& readers = readers_[spike.connection];
  LayerPart& part = parts_[readers[next_reader_++]];
  if (next_reader_ == readers.size()) {
    flits_received_ += spike.flits;
    ++part.counts.inbox_packets;
    inbox_.pop(now);
    ++spikes_received_;
    next_reader_ = 0;
  }
  return part;
}

void Core::connect_memory(MemoryLane& lane, std::uint32_t line_bytes, const CoreConfig& config) {
  memory_.emplace(lane, line_bytes, static_cast<std::uint32_t>(config.row_cache_bytes / line_bytes),
                  config.reply_bursts);
  fire_.use(&*memory_);
}

bool Core::run_fire_unit(Cycles now) {
  if (fire_.idle() && !may_fire_) {
    fire_.rest();
    return false;
  }
  const bool was_idle = fire_.idle();
  const bool fired = fire_.step(now, parts_);
  if (was_idle && (fired || !fire_.idle())) {
    note_scan_begins(now, *fire_.part());
    if (memory_) {
      waker().at(now + Cycles{1});  // to ask for its states
    }
  }
  if (fired && fire_.idle()) {
    note_frame_opens(now + Cycles{1}, *fire_.part());
  }
  may_fire_ = fired || !fire_.idle();
  return fired;
}

/// Cycles before `now` in which the engine has worked for other layers.
std::uint64_t Core::engine_for_others(Cycles now, const LayerPart& part) const {
  const bool own = engine_.part() == &part && engine_.busy_until() > now;
  const std::uint64_t of_part = (part.counts.engine - (own ? engine_.busy_until() - now : Cycles{0})).value;
  return engine_.busy_before(now) - of_part;
}

/// Is its last scan over? While the end of a frame waits for room in the outbox, all of the next one may have come.
bool Core::frame_is_open(const LayerPart& part) const { return fire_.idle() || fire_.part() != &part; }

void Core::note_phase(Cycles now, LayerPart& part) {
  if (barrier_ == nullptr && part.frame_complete() && frame_is_open(part)) {
    part.phases.complete = now;
    part.counts.time[PartState::kOtherLayer] += engine_for_others(now, part) - part.phases.others_before;
  }
}

/// Its frame was complete and granted; since then it waited for the fire unit.
void Core::note_scan_begins(Cycles now, LayerPart& part) {
  if (barrier_ == nullptr) {
    const auto [complete, granted, others] = part.phases;
    part.counts.time[PartState::kTokenWait] += granted > complete ? (granted - complete).value : 0;
    part.counts.time[PartState::kOtherLayer] += (now - std::max(granted, complete)).value;
  }
}

void Core::note_frame_opens(Cycles now, LayerPart& part) {
  part.phases.others_before = engine_for_others(now, part);
  note_phase(now, part);
}

void Core::step(Cycles now) {
  account(now);
  begin_step(now);
  const bool tokens = take_tokens(now);
  const bool integrated = run_engine(now);
  may_fire_ = may_fire_ || tokens || integrated;
  const bool fired = run_fire_unit(now);
  wake_for_fire_unit(now, fired);
  const bool sent = interface_.step(now);
  if (now < interface_.free_at() && !(outbox_.empty() && control_.empty())) {
    waker().at(interface_.free_at());
  }
  if (tokens || integrated || fired || sent) {
    mark_active(now);
  }
}

void Core::wake_for_fire_unit(Cycles now, bool fired) {
  if (fire_.idle()) {
    if (fired) {
      waker().at(now + Cycles{1});  // another layer may be complete
    }
    return;
  }
  const auto due = fire_.next_due();
  if (due && *due != fire_wake_) {
    fire_wake_ = *due;
    waker().at(*due);
  }
}

/// The first cycle not yet accounted is that of the last step; its class may differ from that of the cycles after it.
void Core::account(Cycles until) {
  if (until <= accounted_) {
    return;
  }
  const Cycles length = until - accounted_;
  account_segment(accounted_, Cycles{1}, fire_.now());
  account_segment(accounted_ + Cycles{1}, length - Cycles{1}, fire_.after());
  accounted_ = until;
}

void Core::account_segment(Cycles from, Cycles length, FireUnit::State state) {
  const Cycles busy = engine_.busy_until() > from ? std::min(length, engine_.busy_until() - from) : Cycles{0};
  cycles_[CoreState::kIntegrating] += busy.value;
  const LayerPart* const fetching = memory_ ? memory_->waiting() : nullptr;
  const bool waits = fetching != nullptr && state == FireUnit::State::kIdle;
  cycles_[waits ? CoreState::kStalled : class_of(state)] += (length - busy).value;
  if (fetching != nullptr && (state == FireUnit::State::kIdle || fire_.part() != fetching)) {
    parts_[static_cast<std::size_t>(fetching - parts_.data())].counts.time[PartState::kMemory] += (length - busy).value;
  }
  if (state == FireUnit::State::kIdle) {
    return;
  }
  const bool reads = state == FireUnit::State::kScanning;
  PartCounts& counts = fire_.part()->counts;
  (reads ? counts.scan : counts.stalled) += length;
  // Only with a barrier does a layer's part collect and fire at the same time: then it integrates.
  const Cycles alone = length - (engine_.part() == fire_.part() ? busy : Cycles{0});
  const PartState stall = fire_.waits_for_memory() ? PartState::kMemory : PartState::kLink;
  counts.time[reads ? PartState::kScan : stall] += alone.value;
}

void Core::finish(Cycles total) {
  account(total);
  for (LayerPart& part : parts_) {
    Counts<PartState>& time = part.counts.time;
    if (barrier_ == nullptr) {
      time[PartState::kOtherLayer] += engine_for_others(total, part) - part.phases.others_before;
    }
    time[barrier_ == nullptr ? PartState::kInput : PartState::kTokenWait] += total.value - time.total();
  }
}

CoreState Core::state_in(Cycles now) const {
  if (engine_.busy_until() > now) {
    return CoreState::kIntegrating;
  }
  return class_of(now == accounted_ ? fire_.now() : fire_.after());
}

bool Core::at_rest() const {
  // With a barrier a part may still have to be scanned in this step.
  const bool all_scanned = std::none_of(parts_.begin(), parts_.end(), [](const LayerPart& part) { return part.fired; });
  return all_scanned && engine_.free() && fire_.idle() && (!memory_ || memory_->at_rest()) && inbox_.empty() &&
         tokens_.empty() && outbox_.empty() && control_.empty();
}

std::string Core::waits_for() const {
  std::string text;
  for (const LayerPart& part : parts_) {
    text += fmt::format("{}{}: {} of {} end-of-frame tokens, {} of {} spikes, {} of {} grants",
                        text.empty() ? "" : "; ", part.layer().name, part.end_tokens, part.sources.size(),
                        part.integrated, part.announced, part.ready_tokens, part.destinations->readers().size());
  }
  return fmt::format("{}; inbox {}, outbox {}", text, inbox_.size(), outbox_.size());
}

}  // namespace sigdel::sim
