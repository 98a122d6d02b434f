#include "sim/core/router.hpp"

#include <fmt/format.h>

namespace sigdel::sim {

Router::Router(std::string name, std::uint32_t column, std::uint32_t row, std::uint32_t columns,
               std::size_t connections)
    : ClockedBlock(std::move(name)),
      column_(column),
      row_(row),
      columns_(columns),
      flits_(connections),
      link_flits_(connections) {}

Port Router::route(Endpoint destination) const {
  const bool to_host = destination == kHost;
  const std::uint32_t column = to_host ? 0 : destination % columns_;
  const std::uint32_t row = to_host ? 0 : destination / columns_;
  if (column != column_) {
    return column > column_ ? Port::kEast : Port::kWest;
  }
  if (row != row_) {
    return row > row_ ? Port::kSouth : Port::kNorth;
  }
  return to_host ? Port::kWest : Port::kLocal;
}

Channel<Packet>* Router::target_of(std::size_t output, const Packet& packet) const {
  const bool token_to_core = output == index(Port::kLocal) && packet.kind != PacketKind::kSpike;
  return token_to_core ? tokens_ : outputs_[output];
}

/// Gives the output to the first input, from whose turn it is on, whose head wants it and has room.
bool Router::forward_one(std::size_t output, const Heads& heads, Cycles now) {
  Grant& grant = grants_[output];
  for (std::size_t i = 0; i < kPorts; ++i) {
    const std::size_t input = (grant.next_input + i) % kPorts;
    const Packet* const packet = heads.packet[input];
    if (packet == nullptr || heads.output[input] != output) {
      continue;
    }
    Channel<Packet>* const target = target_of(output, *packet);
    if (!target->can_push(now)) {
      continue;
    }
    target->push(now, *packet);
    ++flits_[packet->connection];
    link_flits_[packet->connection] += output == index(Port::kLocal) ? 0U : 1U;
    inputs_[input]->pop(now);
    grant = {true, now, static_cast<std::uint8_t>((input + 1) % kPorts)};
    return true;
  }
  return false;
}

void Router::step(Cycles now) {
  Heads heads;
  std::uint32_t wanted = 0;
  for (std::size_t input = 0; input < kPorts; ++input) {
    const Packet* const packet = inputs_[input] == nullptr ? nullptr : inputs_[input]->front(now);
    if (packet != nullptr) {
      heads.packet[input] = packet;
      heads.output[input] = static_cast<std::uint8_t>(route(packet->destination));
      wanted |= 1U << heads.output[input];
    }
  }
  bool moved = false;
  for (std::size_t output = 0; output < kPorts; ++output) {
    if ((wanted >> output & 1U) != 0) {
      moved = forward_one(output, heads, now) || moved;
    }
  }
  if (moved) {
    mark_active(now);
    if (!at_rest()) {
      waker().at(now + Cycles{1});
    }
  }
}

bool Router::at_rest() const { return queued() == 0; }

std::uint32_t Router::queued() const {
  std::uint32_t flits = 0;
  for (const auto* const input : inputs_) {
    flits += input == nullptr ? 0 : input->size();
  }
  return flits;
}

std::string Router::waits_for() const { return fmt::format("{} flits queued, no room behind their outputs", queued()); }

}  // namespace sigdel::sim
