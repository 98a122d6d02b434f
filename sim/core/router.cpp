#include "sim/core/router.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace sigdel::sim {
namespace {

/// Exact for all endpoints below 2^12 and up to 64 columns: the error, endpoint * columns / 2^20, stays below one.
constexpr std::uint32_t kRowShift = 20;
constexpr std::uint64_t kNever = ~std::uint64_t{0};

}  // namespace

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
      per_row_(((1U << kRowShift) + columns - 1) / columns),
      config_(config),
      hosts_(std::move(hosts)),
      trees_(connections),
      flits_in_(connections),
      flits_(connections),
      link_flits_(connections) {}

Port Router::route(Endpoint destination) const {
  const HostPlace* const host = is_host(destination) ? &hosts_[port_of(destination)] : nullptr;
  const std::uint32_t row = host != nullptr ? host->row : (destination * per_row_) >> kRowShift;
  const std::uint32_t column = host != nullptr ? host->column : destination - row * columns_;
  if (column != column_) {
    return column > column_ ? Port::kEast : Port::kWest;
  }
  if (row != row_) {
    return row > row_ ? Port::kSouth : Port::kNorth;
  }
  return host != nullptr ? host->port : Port::kLocal;
}

void Router::add_branch(std::uint16_t connection, std::uint32_t group, Port output) {
  std::vector<std::uint8_t>& trees = trees_[connection];
  if (trees.size() <= group) {
    trees.resize(group + 1);
  }
  trees[group] = static_cast<std::uint8_t>(trees[group] | bit(output));
}

std::uint32_t Router::outputs_for(const Packet& packet, const Input& input) const {
  if (is_group(packet.destination)) {
    return trees_[packet.connection][group_of(packet.destination)] & input.turns;
  }
  return bit(route(packet.destination));
}

/// Finds out which outputs the heads want in this cycle.
Router::Requests Router::look_at_heads(Cycles now) {
  Requests requests{0, {}, {kNever}};
  for (std::size_t i = 0; i < kPorts; ++i) {
    Input& input = inputs_[i];
    if (input.queue == nullptr || input.queue->empty()) {
      continue;
    }
    if (now < input.free_at) {
      requests.soonest = std::min(requests.soonest, input.free_at);
      continue;
    }
    if (input.wanted == 0) {
      const Packet* const head = input.queue->front(now);
      input.wanted = head == nullptr ? 0U : outputs_for(*head, input);
    }
    requests.outputs |= input.wanted;
    for (std::uint32_t left = input.wanted; left != 0; left &= left - 1) {
      requests.inputs[static_cast<std::size_t>(std::countr_zero(left))] |= static_cast<std::uint8_t>(1U << i);
    }
  }
  return requests;
}

/// Gives the output to the first input, from whose turn it is on, that wants it and has room behind it.
bool Router::grant(std::size_t output, Cycles now, Requests& requests) {
  Output& out = outputs_[output];
  const std::uint32_t asking = requests.inputs[output];
  const std::uint32_t later = asking >> out.next_input << out.next_input;
  for (std::uint32_t group : {later, asking ^ later}) {
    for (; group != 0; group &= group - 1) {
      const auto candidate = static_cast<std::uint32_t>(std::countr_zero(group));
      Input& input = inputs_[candidate];
      if (!forward(input, output, now)) {
        continue;
      }
      out.next_input = static_cast<std::uint8_t>(candidate + 1 == kPorts ? 0 : candidate + 1);
      const bool next_waits = input.wanted == 0 && !input.queue->empty();
      if (next_waits || (asking & ~(1U << candidate)) != 0) {
        requests.soonest = std::min(requests.soonest, out.free_at);
      }
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

/// Heads that wait for a port are woken by its becoming free; those that wait for room or for their own arrival, by it.
void Router::step(Cycles now) {
  Requests requests = look_at_heads(now);
  bool moved = false;
  for (std::uint32_t left = requests.outputs; left != 0; left &= left - 1) {
    const auto output = static_cast<std::size_t>(std::countr_zero(left));
    if (now < outputs_[output].free_at) {
      requests.soonest = std::min(requests.soonest, outputs_[output].free_at);
    } else {
      moved = grant(output, now, requests) || moved;
    }
  }
  if (moved) {
    mark_active(now);
  }
  if (requests.soonest.value != kNever) {
    waker().at(requests.soonest);
  }
}

std::uint32_t Router::queued() const {
  std::uint32_t packets = 0;
  for (const Input& input : inputs_) {
    packets += input.queue == nullptr ? 0 : input.queue->size();
  }
  return packets;
}

std::vector<Router::Blocked> Router::blocked() const {
  std::vector<Blocked> found;
  for (std::size_t i = 0; i < kPorts; ++i) {
    const Input& input = inputs_[i];
    if (input.queue == nullptr || input.queue->empty()) {
      continue;
    }
    const Packet& head = input.queue->oldest();
    for (std::size_t o = 0; o < kPorts; ++o) {
      const bool token = o == index(Port::kLocal) && head.kind != PacketKind::kSpike;
      const Channel<Packet>* const queue = token ? tokens_ : outputs_[o].queue;
      if ((input.wanted >> o & 1U) != 0 && queue->room() < (outputs_[o].to_router ? head.flits : 1U)) {
        found.push_back({static_cast<Port>(i), static_cast<Port>(o), head.connection, head.flits, queue});
      }
    }
  }
  return found;
}

std::string Router::waits_for() const {
  return fmt::format("{} packets queued, no room behind their outputs", queued());
}

}  // namespace sigdel::sim
