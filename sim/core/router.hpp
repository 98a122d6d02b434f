/// A router of the mesh: five ports, a bounded input queue at each, XY routing, virtual cut-through, tree multicast.
///
/// Timing, in cycles of the one clock, for a packet of n flits:
///  - a packet whose first flit is sent to it in cycle t can be forwarded from t + link_latency + latency - 1
///    on, before its last flit has arrived (from a core: from t + latency on);
///  - it is forwarded only when the next queue has room for all of it; it then holds input and output for n cycles;
///  - a queue gets its room back `link_latency` cycles after the packet's last flit has left;
///  - inputs that want the same output take turns (round-robin, moving on after each grant);
///  - a multicast packet asks for all its outputs at once; each branch goes when its output is free, independently of
///    the others, and the packet leaves the queue with its last branch;
///  - towards a core, spikes need room in the inbox; tokens never wait for it; both arrive with their last flit.
///
/// Counts, per connection: flits that came in, flits through the crossbar (each branch of a multicast), flits over its
/// outgoing links.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/base/enum_table.hpp"
#include "sim/core/block.hpp"
#include "sim/core/channel.hpp"
#include "sim/core/packet.hpp"

namespace sigdel::sim {

enum class Port : std::uint8_t { kLocal, kNorth, kEast, kSouth, kWest };
inline constexpr std::size_t kPorts = 5;

}  // namespace sigdel::sim

namespace sigdel {
template <>
struct EnumTable<sim::Port> {
  static constexpr std::array<std::string_view, sim::kPorts> names{"core", "north", "east", "south", "west"};
};
}  // namespace sigdel

namespace sigdel::sim {

/// A router and the port of it that leads to a host port.
struct HostPlace {
  std::uint32_t column = 0;
  std::uint32_t row = 0;
  Port port = Port::kWest;
};

/// In a mesh of those columns and rows.
HostPlace place_of(const HostPort& port, std::uint32_t columns, std::uint32_t rows);

class Router final : public ClockedBlock {
 public:
  /// The router at `column`, `row` of a mesh that is `columns` wide. `connections`: how many to count by. `hosts`:
  /// where each host port is.
  Router(std::string name, std::uint32_t column, std::uint32_t row, std::uint32_t columns, const RouterConfig& config,
         std::size_t connections, std::vector<HostPlace> hosts = {HostPlace{}});

  /// What comes from the router at that side.
  void connect_input(Port port, Channel<Packet>* queue) { inputs_[index(port)] = {queue, turns_from(port)}; }
  /// What comes from a core or a host port: it begins its way here.
  void connect_source(Port port, Channel<Packet>* queue) { inputs_[index(port)] = {queue, kAllPorts}; }
  /// `to_router`: the other end is a router's queue, whose room counts in flits; otherwise it counts in packets.
  void connect_output(Port port, Channel<Packet>* queue, bool to_router) {
    outputs_[index(port)].queue = queue;
    outputs_[index(port)].to_router = to_router;
  }
  /// Where tokens for the local core go.
  void connect_tokens(Channel<Packet>* queue) { tokens_ = queue; }
  /// A multicast to the connection's group leaves through that output as well, if it may turn there. Where it may turn
  /// follows from where it came in, as on any XY route: from the west or east on, or out of the row; from north or
  /// south on.
  void add_branch(std::uint16_t connection, std::uint32_t group, Port output);

  void step(Cycles now) override;
  [[nodiscard]] bool at_rest() const override { return queued() == 0; }
  [[nodiscard]] std::string waits_for() const override;

  [[nodiscard]] const std::vector<std::uint64_t>& flits_in() const { return flits_in_; }
  [[nodiscard]] const std::vector<std::uint64_t>& flits() const { return flits_; }
  [[nodiscard]] const std::vector<std::uint64_t>& link_flits() const { return link_flits_; }
  /// Whether a flit leaves through the port in that cycle, which is the last step's or later (for traces).
  [[nodiscard]] bool sends(Port port, Cycles now) const { return now < outputs_[index(port)].free_at; }
  /// A head and an output of it that has no room for it.
  struct Blocked {
    Port input = Port::kLocal;
    Port output = Port::kLocal;
    std::uint16_t connection = 0;
    std::uint32_t flits = 0;
    const Channel<Packet>* queue = nullptr;
  };
  [[nodiscard]] std::vector<Blocked> blocked() const;
  /// Packets in all input queues.
  [[nodiscard]] std::uint32_t queued() const;

  /// The output for a destination, from this router: X first, then Y, then out to the host.
  [[nodiscard]] Port route(Endpoint destination) const;

 private:
  struct Input {
    Channel<Packet>* queue = nullptr;
    std::uint32_t turns = 0;   // outputs at which a multicast may go on, a bit each
    std::uint32_t wanted = 0;  // outputs that the head still has to take, a bit each; 0: not looked at yet
    Cycles free_at{};          // until then the packet before is leaving
  };
  struct Output {
    Channel<Packet>* queue = nullptr;
    bool to_router = false;
    std::uint8_t next_input = 0;  // whose turn it is
    Cycles free_at;
  };
  /// What a step has found out.
  struct Requests {
    std::uint32_t outputs = 0;                  // that somebody wants, a bit each
    std::array<std::uint8_t, kPorts> inputs{};  // who wants each, a bit each
    Cycles soonest;                             // when a port that somebody waits for becomes free
  };

  static constexpr std::size_t index(Port port) { return static_cast<std::size_t>(port); }
  static constexpr std::uint32_t bit(Port port) { return 1U << index(port); }
  static constexpr std::uint32_t kAllPorts = (1U << kPorts) - 1;
  static constexpr std::uint32_t turns_from(Port port);
  [[nodiscard]] std::uint32_t outputs_for(const Packet& packet, const Input& input) const;
  [[nodiscard]] Requests look_at_heads(Cycles now);
  bool grant(std::size_t output, Cycles now, Requests& requests);
  bool forward(Input& input, std::size_t output, Cycles now);

  std::uint32_t column_;
  std::uint32_t row_;
  std::uint32_t columns_;
  std::uint32_t per_row_;  // 2^20 / columns, rounded up: endpoint / columns without a division
  RouterConfig config_;
  std::vector<HostPlace> hosts_;
  std::array<Input, kPorts> inputs_{};
  std::array<Output, kPorts> outputs_{};
  Channel<Packet>* tokens_ = nullptr;
  std::vector<std::vector<std::uint8_t>> trees_;  // by connection and group: outputs with targets behind, a bit each
  std::vector<std::uint64_t> flits_in_;
  std::vector<std::uint64_t> flits_;
  std::vector<std::uint64_t> link_flits_;
};

constexpr std::uint32_t Router::turns_from(Port port) {
  switch (port) {
    case Port::kLocal:
      break;
    case Port::kNorth:
      return bit(Port::kLocal) | bit(Port::kSouth);
    case Port::kSouth:
      return bit(Port::kLocal) | bit(Port::kNorth);
    case Port::kEast:
    case Port::kWest:
      return kAllPorts & ~bit(port);
  }
  return kAllPorts;
}

}  // namespace sigdel::sim
