/// A mesh of routers alone, with a simple source and sink at each: uniform random traffic for benchmarks and for the
/// curve of latency against load (docs/studies/latency-and-load.md).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/core/block_set.hpp"
#include "sim/core/router.hpp"

namespace sigdel::test {

struct TrafficConfig {
  std::uint32_t columns = 8;
  std::uint32_t rows = 8;
  double load = 0.1;             ///< packets that a node makes per cycle; 1 or more: one whenever there is room
  std::uint64_t warm_up = 0;     ///< cycles before the measurement
  std::uint64_t cycles = 10000;  ///< packets are made in [0, cycles), all to nodes drawn evenly, itself included
  std::uint64_t seed = 1;
  sim::RouterConfig router;
};

struct TrafficCounts {
  std::uint64_t made = 0;       ///< packets; all of them arrive
  std::uint64_t accepted = 0;   ///< that arrived in [warm_up, cycles)
  std::uint64_t timed = 0;      ///< that were made in [warm_up, cycles) ...
  std::uint64_t latencies = 0;  ///< ... and the sum of the cycles from being made to being taken by the sink
  std::uint64_t hops = 0;       ///< links between routers, all packets

  TrafficCounts& operator+=(const TrafficCounts& other);
};

/// Makes packets as scheduled, queues them without bound, injects one flit per cycle and takes all that arrives at
/// once.
class TrafficNode final : public sim::ClockedBlock {
 public:
  TrafficNode(std::string name, sim::Endpoint self, const TrafficConfig& config);

  void connect(sim::Channel<sim::Packet>* out) { out_ = out; }
  [[nodiscard]] sim::Channel<sim::Packet>* arrivals() { return &arrivals_; }
  /// Asks to be stepped for the first packet.
  void start();

  void step(Cycles now) override;
  [[nodiscard]] bool at_rest() const override;
  [[nodiscard]] std::string waits_for() const override { return "room in its router"; }
  [[nodiscard]] const TrafficCounts& counts() const { return counts_; }

 private:
  struct Planned {
    std::uint32_t made = 0;
    sim::Endpoint target = 0;
  };

  bool take_arrivals(Cycles now);
  bool inject(Cycles now);

  sim::Endpoint self_;
  TrafficConfig config_;
  std::vector<Planned> plan_;  // of the whole run; when saturated, targets to be used again and again
  std::size_t next_ = 0;
  sim::Channel<sim::Packet> arrivals_;
  sim::Channel<sim::Packet>* out_ = nullptr;
  TrafficCounts counts_;
};

class TrafficMesh {
 public:
  TrafficMesh(const TrafficConfig& config, bool with_wheel);

  [[nodiscard]] sim::BlockSet& block_set() { return set_; }
  /// After the run.
  [[nodiscard]] TrafficCounts counts() const;
  /// Flits that all routers have forwarded.
  [[nodiscard]] std::uint64_t router_flits() const;

 private:
  sim::Channel<sim::Packet>* new_queue(const sim::ClockedBlock& from, const sim::ClockedBlock& to);
  void link(std::uint32_t from, sim::Port out, std::uint32_t to, sim::Port in);

  TrafficConfig config_;
  std::vector<std::unique_ptr<sim::Router>> routers_;
  std::vector<std::unique_ptr<TrafficNode>> nodes_;
  std::vector<std::unique_ptr<sim::Channel<sim::Packet>>> queues_;
  sim::BlockSet set_;
};

/// Runs it on the wheel.
TrafficCounts run_traffic(const TrafficConfig& config);

}  // namespace sigdel::test
