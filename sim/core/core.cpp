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
    tokens += part.sources.size();
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
      interface_(self, config.router, outbox_, control_) {}

void Core::connect(Channel<Packet>* out, Waker router) {
  interface_.connect(out);
  inbox_.connect(router, waker());
  tokens_.connect(router, waker());
  outbox_.connect(waker(), waker());
  control_.connect(waker(), waker());
}

LayerPart& Core::part_reading(std::uint16_t connection) {
  return *std::find_if(parts_.begin(), parts_.end(), [&](const LayerPart& p) { return p.connection == connection; });
}

bool Core::take_tokens(Cycles now) {
  bool any = false;
  while (const Packet* const token = tokens_.front(now)) {
    if (token->kind == PacketKind::kEndOfFrame) {
      LayerPart& part = part_reading(token->connection);
      ++part.end_tokens;
      part.announced += static_cast<std::uint64_t>(token->value);
    } else {
      ++part_reading(static_cast<std::uint16_t>(token->connection - 1)).ready_tokens;
    }
    flits_received_ += token->flits;
    tokens_.pop(now);
    ++tokens_received_;
    any = true;
  }
  return any;
}

bool Core::run_engine(Cycles now) {
  const bool retired = engine_.retire(now);
  const Packet* const spike = engine_.free() ? inbox_.front(now) : nullptr;
  if (spike == nullptr) {
    return retired;
  }
  engine_.start(now, *spike, part_reading(spike->connection));
  flits_received_ += spike->flits;
  inbox_.pop(now);
  ++spikes_received_;
  waker().at(engine_.busy_until());
  return true;
}

void Core::step(Cycles now) {
  account(now);
  const bool tokens = take_tokens(now);
  const bool integrated = run_engine(now);
  const bool fired = fire_.step(now, parts_);
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
  cycles_[class_of(state)] += (length - busy).value;
  if (state == FireUnit::State::kScanning) {
    fire_.part()->counts.scan += length;
  } else if (state == FireUnit::State::kStalled) {
    fire_.part()->counts.stalled += length;
  }
}

CoreState Core::state_in(Cycles now) const {
  if (engine_.busy_until() > now) {
    return CoreState::kIntegrating;
  }
  return class_of(now == accounted_ ? fire_.now() : fire_.after());
}

bool Core::at_rest() const {
  return engine_.free() && fire_.idle() && inbox_.empty() && tokens_.empty() && outbox_.empty() && control_.empty();
}

std::string Core::waits_for() const {
  std::string text;
  for (const LayerPart& part : parts_) {
    text += fmt::format("{}{}: {} of {} end-of-frame tokens, {} of {} spikes, {} of {} grants",
                        text.empty() ? "" : "; ", part.block.layer().name, part.end_tokens, part.sources.size(),
                        part.integrated, part.announced, part.ready_tokens, part.targets.size());
  }
  return fmt::format("{}; inbox {}, outbox {}", text, inbox_.size(), outbox_.size());
}

}  // namespace sigdel::sim
