#include "sim/core/router.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sigdel::sim {

HostPlace place_of(const HostPort& port, std::uint32_t columns, std::uint32_t rows) {
  switch (port.edge) {
    case Edge::kNorth:
      return {port.position, 0, Port::kNorth};
    case Edge::kEast:
      return {columns - 1, port.position, Port::kEast};
    case Edge::kSouth:
      return {port.position, rows - 1, Port::kSouth};
    case Edge::kWest:
      break;
  }
  return {0, port.position, Port::kWest};
}

Router::Router(std::string name, std::uint32_t column, std::uint32_t row, std::uint32_t columns,
               const RouterConfig& config, std::size_t connections, std::vector<HostPlace> hosts)
    : ClockedBlock(std::move(name)),
      column_(column),
      row_(row),
      columns_(columns),
      config_(config),
      hosts_(std::move(hosts)),
      trees_(connections),
      flits_in_(connections),
      flits_(connections),
      link_flits_(connections) {}

Port Router::route(Endpoint destination) const {
  const HostPlace* const host = is_host(destination) ? &hosts_[port_of(destination)] : nullptr;
  const std::uint32_t column = host != nullptr ? host->column : destination % columns_;
  const std::uint32_t row = host != nullptr ? host->row : destination / columns_;
  if (column != column_) {
    return column > column_ ? Port::kEast : Port::kWest;
  }
  if (row != row_) {
    return row > row_ ? Port::kSouth : Port::kNorth;
  }
  return host != nullptr ? host->port : Port::kLocal;
}

void Router::add_branch(std::uint16_t connection, std::uint16_t sender, Port output) {
  auto& senders = trees_[connection];
  senders.resize(std::max<std::size_t>(senders.size(), sender + 1U));
  senders[sender] |= static_cast<std::uint8_t>(1U << index(output));
}

std::uint32_t Router::outputs_for(const Packet& packet) const {
  return packet.destination == kAllTargets ? trees_[packet.connection][packet.sender]
                                           : 1U << index(route(packet.destination));
}

/// Finds out what the heads want; returns the outputs that somebody wants in this cycle.
std::uint32_t Router::look_at_heads(Cycles now) {
  std::uint32_t wanted = 0;
  for (Input& input : inputs_) {
    if (input.queue == nullptr || now < input.free_at) {
      continue;
    }
    if (input.wanted == 0) {
      const Packet* const head = input.queue->front(now);
      input.wanted = head == nullptr ? 0U : outputs_for(*head);
    }
    wanted |= input.wanted;
  }
  return wanted;
}

/// Gives the output to the first input, from whose turn it is on, whose head wants it and has room.
bool Router::grant(std::size_t output, Cycles now) {
  for (std::size_t i = 0; i < kPorts; ++i) {
    const std::size_t candidate = (outputs_[output].next_input + i) % kPorts;
    Input& input = inputs_[candidate];
    if ((input.wanted >> output & 1U) != 0 && now >= input.free_at && forward(input, output, now)) {
      outputs_[output].next_input = static_cast<std::uint8_t>((candidate + 1) % kPorts);
      return true;
    }
  }
  return false;
}

/// Sends the input's head through the output if there is room behind it.
bool Router::forward(Input& input, std::size_t output, Cycles now) {
  const Packet& packet = *input.queue->front(now);
  Output& out = outputs_[output];
  const bool local = output == index(Port::kLocal);
  Channel<Packet>& target = local && packet.kind != PacketKind::kSpike ? *tokens_ : *out.queue;
  const std::uint32_t units = out.to_router ? packet.flits : 1;
  if (!target.can_push(now, units)) {
    return false;
  }
  const std::uint32_t wire = local ? 1 : config_.link_latency;
  const std::uint32_t delay = wire + (out.to_router ? config_.latency - 1 : packet.flits - 1U);
  const Cycles leaves{packet.flits};
  target.push(now, packet, units, Cycles{delay});
  flits_[packet.connection] += packet.flits;
  link_flits_[packet.connection] += local ? 0U : packet.flits;
  out.free_at = now + leaves;
  input.wanted &= ~(1U << output);
  if (input.wanted == 0) {
    flits_in_[packet.connection] += packet.flits;
    input.free_at = now + leaves;
    input.queue->pop(now, leaves + Cycles{config_.link_latency - 1});
  }
  return true;
}

void Router::step(Cycles now) {
  const std::uint32_t wanted = look_at_heads(now);
  bool moved = false;
  for (std::size_t output = 0; output < kPorts; ++output) {
    if ((wanted >> output & 1U) != 0 && now >= outputs_[output].free_at) {
      moved = grant(output, now) || moved;
    }
  }
  if (moved) {
    mark_active(now);
  }
  wake_for_the_rest(now);
}

/// For heads that wait for a port to become free; those that wait for room or for their own arrival are woken by it.
void Router::wake_for_the_rest(Cycles now) {
  for (const Input& input : inputs_) {
    if (input.queue == nullptr || input.queue->empty()) {
      continue;
    }
    if (now < input.free_at) {
      waker().at(input.free_at);
      continue;
    }
    for (std::size_t output = 0; output < kPorts; ++output) {
      if ((input.wanted >> output & 1U) != 0 && now < outputs_[output].free_at) {
        waker().at(outputs_[output].free_at);
      }
    }
  }
}

std::uint32_t Router::queued() const {
  std::uint32_t packets = 0;
  for (const Input& input : inputs_) {
    packets += input.queue == nullptr ? 0 : input.queue->size();
  }
  return packets;
}

std::string Router::waits_for() const {
  return fmt::format("{} packets queued, no room behind their outputs", queued());
}

}  // namespace sigdel::sim
