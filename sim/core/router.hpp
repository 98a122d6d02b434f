/// A router of the mesh: five ports, a bounded input queue at each, XY routing.
///
/// Timing, in cycles of the one clock:
///  - a flit written into an input queue in cycle t can be forwarded from t + 1 on: one cycle per hop without load;
///  - each output takes one flit per cycle, each input gives one flit per cycle;
///  - inputs that want the same output take turns (round-robin, moving on after each grant);
///  - a flit is forwarded only when the next queue has room; room freed in cycle t counts from t + 1 on;
///  - towards a core, spikes need room in the inbox; tokens never wait for it.
///
/// Counts, per connection: flits through the router, flits over its outgoing links.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/block.hpp"
#include "sim/core/channel.hpp"
#include "sim/core/packet.hpp"

namespace sigdel::sim {

enum class Port : std::uint8_t { kLocal, kNorth, kEast, kSouth, kWest };
inline constexpr std::size_t kPorts = 5;

class Router final : public ClockedBlock {
 public:
  /// The router at `column`, `row` of a mesh that is `columns` wide. `connections`: how many to count by.
  Router(std::string name, std::uint32_t column, std::uint32_t row, std::uint32_t columns, std::size_t connections);

  void connect_input(Port port, Channel<Packet>* queue) { inputs_[index(port)] = queue; }
  void connect_output(Port port, Channel<Packet>* queue) { outputs_[index(port)] = queue; }
  /// Where tokens for the local core go.
  void connect_tokens(Channel<Packet>* queue) { tokens_ = queue; }

  void step(Cycles now) override;
  [[nodiscard]] bool at_rest() const override;
  [[nodiscard]] std::string waits_for() const override;

  [[nodiscard]] const std::vector<std::uint64_t>& flits() const { return flits_; }
  [[nodiscard]] const std::vector<std::uint64_t>& link_flits() const { return link_flits_; }
  /// Whether a flit left through the port in that cycle (for traces: of the current cycle).
  [[nodiscard]] bool sent(Port port, Cycles now) const {
    return grants_[index(port)].used && grants_[index(port)].at == now;
  }
  /// Flits in all input queues.
  [[nodiscard]] std::uint32_t queued() const;

  /// The output for a destination, from this router: X first, then Y; the host lies west of column 0, row 0.
  [[nodiscard]] Port route(Endpoint destination) const;

 private:
  struct Grant {
    bool used = false;
    Cycles at;
    std::uint8_t next_input = 0;  // whose turn it is
  };
  struct Heads {
    std::array<const Packet*, kPorts> packet{};
    std::array<std::uint8_t, kPorts> output{};
  };

  static constexpr std::size_t index(Port port) { return static_cast<std::size_t>(port); }
  [[nodiscard]] Channel<Packet>* target_of(std::size_t output, const Packet& packet) const;
  bool forward_one(std::size_t output, const Heads& heads, Cycles now);

  std::uint32_t column_;
  std::uint32_t row_;
  std::uint32_t columns_;
  std::array<Channel<Packet>*, kPorts> inputs_{};
  std::array<Channel<Packet>*, kPorts> outputs_{};
  Channel<Packet>* tokens_ = nullptr;
  std::array<Grant, kPorts> grants_{};
  std::vector<std::uint64_t> flits_;
  std::vector<std::uint64_t> link_flits_;
};

}  // namespace sigdel::sim
