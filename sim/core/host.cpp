#include "sim/core/host.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace sigdel::sim {
namespace {

template <class Visit>
void for_each_neuron(const network::Box& box, const network::Volume& volume, const Visit& visit) {
  for (std::uint32_t row = box.rows.begin; row < box.rows.end; ++row) {
    for (std::uint32_t column = box.columns.begin; column < box.columns.end; ++column) {
      for (std::uint32_t channel = box.channels.begin; channel < box.channels.end; ++channel) {
        visit(volume.number_of({row, column, channel}));
      }
    }
  }
}

/// The host takes everything as soon as it can be read, and no more than one flit comes per cycle.
constexpr std::uint32_t kArrivalRoom = 4;  // beside what is on the link

}  // namespace

Host::Host(HostConfig config, const FrameEvents& frames, std::shared_ptr<const Destinations> destinations,
           std::vector<OutputSource> sources)
    : ClockedBlock(config.ports == 1 ? "host" : fmt::format("host_{}", config.port)),
      config_(config),
      self_(host_endpoint(config.port)),
      frames_(&frames),
      destinations_(std::move(destinations)),
      sources_(std::move(sources)),
      source_of_(config.outputs.size()),
      closed_by_(sources_.size()),
      closed_(frames.size()),
      arrivals_(kArrivalRoom + config.network.link_latency),
      control_(static_cast<std::uint32_t>(sources_.size()) + 1),
      ready_tokens_(destinations_->readers().size()),
      times_(frames.size()),
      outputs_(sources_.empty() ? 0 : frames.size() * config.outputs.size()),
      link_flits_(std::size_t{config.output_connection} + 1) {
  for (std::size_t s = 0; s < sources_.size(); ++s) {
    for_each_neuron(sources_[s].box, config_.outputs,
                    [&](std::uint32_t neuron) { source_of_[neuron] = static_cast<std::uint16_t>(s); });
    outputs_per_step_ += sources_[s].box.size();
  }
}

void Host::connect(Channel<Packet>* out, Waker router) {
  out_ = out;
  arrivals_.connect(router, waker());
  control_.connect(waker(), waker());
}

void Host::use(Barrier* barrier, Semantics semantics) {
  barrier_ = barrier;
  output_lag_ = semantics == Semantics::kFrame ? config_.depth : 0;
  barrier->wake_also(waker());
}

void Host::step(Cycles now) {
  const bool taken = take_arrivals(now);
  const bool sent = inject(now);
  if (now < free_at_) {
    waker().at(free_at_);
  }
  if (taken || sent) {
    mark_active(now);
  }
}

bool Host::take_arrivals(Cycles now) {
  bool any = false;
  while (const Packet* const packet = arrivals_.front(now)) {
    if (packet->kind == PacketKind::kSpike) {
      take_output(*packet, now);
    } else if (packet->kind == PacketKind::kEndOfFrame) {
      ++tokens_received_;
      end_frame_of(*packet, now);
    } else {
      ++tokens_received_;
      ++ready_tokens_;
      granted_at_ = now;
    }
    arrivals_.pop(now);
    any = true;
  }
  return any;
}

void Host::take_output(const Packet& packet, Cycles now) {
  ++spikes_received_;
  if (barrier_ != nullptr) {
    take_step_output(packet, now);
    return;
  }
  const std::uint64_t frame = closed_by_[source_of_[packet.source]];
  outputs_[frame * config_.outputs.size() + packet.source] = packet.value;
}

void Host::take_step_output(const Packet& packet, Cycles now) {
  const std::uint64_t frame = barrier_->begun(now) - 1 - output_lag_;
  outputs_[frame * config_.outputs.size() + packet.source] = packet.value;
  if (++closed_[frame] == outputs_per_step_) {
    frame_left(frame, now);
  }
  barrier_->done(now);
}

void Host::frame_left(std::uint64_t frame, Cycles now) {
  times_[frame].left = now;
  ++frames_left_;
  if (on_frame_) {
    on_frame_(frames_left_);
  }
}

void Host::copy_outputs(std::vector<std::int32_t>& all) const {
  for (const OutputSource& source : sources_) {
    for (std::size_t row = 0; row < outputs_.size(); row += config_.outputs.size()) {
      for_each_neuron(source.box, config_.outputs,
                      [&](std::uint32_t neuron) { all[row + neuron] = outputs_[row + neuron]; });
    }
  }
}

/// Packets of one source arrive in order, so all its outputs of the frame are here.
void Host::end_frame_of(const Packet& token, Cycles now) {
  const auto source =
      std::find_if(sources_.begin(), sources_.end(), [&](const OutputSource& s) { return s.core == token.source; });
  const auto index = static_cast<std::size_t>(source - sources_.begin());
  const std::uint64_t frame = closed_by_[index]++;
  control_.push(now, {source->core, config_.output_connection});
  if (++closed_[frame] == sources_.size()) {
    frame_left(frame, now);
  }
}

bool Host::inject(Cycles now) {
  const bool began = begin_frame(now);
  if (now < free_at_) {
    return began;
  }
  if (const ReadyToken* const token = control_.front(now)) {
    const std::uint8_t flits = flits_of(token_bits(PacketKind::kReady), config_.network.flit_bits);
    if (!send(now, {0, self_, token->destination, token->connection, PacketKind::kReady, flits})) {
      return began;
    }
    control_.pop(now);
    ++tokens_sent_;
    return true;
  }
  return (injecting_ && inject_next(now)) || began;
}

bool Host::may_begin(Cycles now) const {
  if (barrier_ != nullptr) {
    return !injecting_ && frames_begun_ < frames_->size() && barrier_->begun(now) > frames_begun_;
  }
  return !injecting_ && frames_begun_ < frames_->size() && ready_tokens_ == destinations_->readers().size() &&
         now.value >= frames_begun_ * config_.frame_period.value;
}

bool Host::begin_frame(Cycles now) {
  if (!may_begin(now)) {
    const std::uint64_t due = frames_begun_ * config_.frame_period.value;
    if (barrier_ == nullptr && !injecting_ && frames_begun_ < frames_->size() &&
        ready_tokens_ == destinations_->readers().size() && due > now.value) {
      waker().at({due});
    }
    return false;
  }
  injecting_ = true;
  take_share((*frames_)[frames_begun_]);
  next_event_ = 0;
  next_target_ = 0;
  ready_tokens_ = 0;
  const Cycles granted = barrier_ != nullptr ? now : std::max(granted_at_, injection_end_);
  waits_.waiting_for_grants += granted - injection_end_;
  waits_.waiting_for_period += now - granted;
  injection_begin_ = now;
  times_[frames_begun_].entered =
      config_.frame_period.value == 0 ? now : Cycles{frames_begun_ * config_.frame_period.value};
  ++frames_begun_;
  if (barrier_ != nullptr && outgoing_.empty()) {
    end_injection(now);
  }
  return true;
}

void Host::end_injection(Cycles now) {
  injecting_ = false;
  injection_end_ = std::max(now, free_at_);
  waits_.injecting += injection_end_ - injection_begin_;
  if (barrier_ != nullptr) {
    barrier_->done(now);
  }
}

/// What nobody needs is not sent. Groups take turns: neighbouring pixels go to the same cores, which would fill their
/// inboxes and stop all others.
void Host::take_share(const std::vector<network::Event>& frame) {
  std::vector<std::vector<Outgoing>> by_group(destinations_->groups().size());
  sent_to_.assign(destinations_->targets().size(), 0);
  for (const network::Event& event : frame) {
    if (event.source % config_.ports != config_.port) {
      continue;
    }
    const std::uint16_t group = destinations_->group_of(event.source);
    const std::vector<std::uint16_t>& targets = destinations_->groups()[group].targets;
    for (const std::uint16_t target : targets) {
      ++sent_to_[target];
    }
    if (!targets.empty()) {
      by_group[group].push_back({event, 0, group});
    }
  }
  outgoing_.clear();
  bool is_more = true;
  for (std::size_t turn = 0; is_more; ++turn) {
    is_more = false;
    for (const std::vector<Outgoing>& events : by_group) {
      if (turn < events.size()) {
        outgoing_.push_back(events[turn]);
        is_more = true;
      }
    }
  }
}

bool Host::inject_next(Cycles now) { return next_event_ < outgoing_.size() ? inject_spike(now) : inject_end(now); }

bool Host::inject_spike(Cycles now) {
  const Outgoing& next = outgoing_[next_event_];
  const Group& group = destinations_->groups()[next.group];
  const bool to_all = config_.network.multicast == Multicast::kTree && group.targets.size() > 1;
  const Endpoint target = to_all ? group_endpoint(next.group) : destinations_->targets()[group.targets[next_target_]];
  if (!send(now, {next.event.value, next.event.source, target, 0, PacketKind::kSpike,
                  flits_of(destinations_->spike_bits(), config_.network.flit_bits)})) {
    return false;
  }
  ++spikes_sent_;
  deliveries_ += to_all ? group.targets.size() : 1U;
  if (barrier_ != nullptr && next_target_ == 0) {
    barrier_->add(group.readers);
  }
  if (to_all || ++next_target_ == group.targets.size()) {
    next_target_ = 0;
    ++next_event_;
    if (barrier_ != nullptr && next_event_ == outgoing_.size()) {
      end_injection(now);
    }
  }
  return true;
}

bool Host::inject_end(Cycles now) {
  const std::vector<Endpoint>& targets = destinations_->targets();
  const auto count = static_cast<std::int32_t>(sent_to_[next_target_]);
  if (!send(now, {count, self_, targets[next_target_], 0, PacketKind::kEndOfFrame,
                  flits_of(token_bits(PacketKind::kEndOfFrame), config_.network.flit_bits)})) {
    return false;
  }
  ++tokens_sent_;
  if (++next_target_ == targets.size()) {
    next_target_ = 0;
    end_injection(now);
  }
  return true;
}

/// Puts the packet into its router's queue if there is room.
bool Host::send(Cycles now, const Packet& packet) {
  if (!out_->can_push(now, packet.flits)) {
    return false;
  }
  out_->push(now, packet, packet.flits, Cycles{config_.network.link_latency + config_.network.latency - 1});
  link_flits_[packet.connection] += packet.flits;
  free_at_ = now + Cycles{packet.flits};
  return true;
}

bool Host::at_rest() const {
  // Between two steps everybody rests, and yet it goes on.
  const bool all_left = barrier_ == nullptr || !receives() || frames_left_ == frames_->size();
  return !injecting_ && frames_begun_ == frames_->size() && all_left && arrivals_.empty() && control_.empty();
}

std::string Host::waits_for() const {
  return fmt::format("{} of {} frames begun, {} left, {} of {} grants", frames_begun_, frames_->size(), frames_left_,
                     ready_tokens_, destinations_->readers().size());
}

}  // namespace sigdel::sim
