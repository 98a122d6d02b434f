/// All blocks of the machine, wired; plain C++ that any scheduler can step.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/mapping/mapping.hpp"
#include "models/network/integer_network.hpp"
#include "sim/core/barrier.hpp"
#include "sim/core/config.hpp"
#include "sim/core/core.hpp"
#include "sim/core/host.hpp"
#include "sim/core/result.hpp"
#include "sim/core/router.hpp"
#include "sim/core/wheel.hpp"

namespace sigdel::sim {

/// What a machine is built from. Everything must outlive the machine and be valid: a Plan's.
struct MachineInput {
  const network::IntegerNetwork& network;
  const mapping::Mapping& mapping;
  const FrameEvents& frames;
  MachineConfig config;
  Mode mode = Mode::kSigmaDelta;
  /// In which order blocks are built, wired, numbered and stepped within a cycle; it must not matter. 0: host, then
  /// routers and cores row by row; others: a shuffle with that seed.
  std::uint64_t order_seed = 0;
};

class Machine {
 public:
  /// `with_wheel`: blocks wake each other through a wheel; without, they must be stepped in every cycle.
  Machine(const MachineInput& input, bool with_wheel);

  /// The wheel's next busy cycle; nothing when all sleep.
  [[nodiscard]] std::optional<Cycles> next_cycle() const { return wheel_.next(); }
  /// Steps the blocks that the wheel has due in that cycle.
  void run_cycle(Cycles now) {
    wheel_.visit(now, [&](std::uint32_t block) { blocks_[block]->step(now); });
  }

  [[nodiscard]] const std::vector<ClockedBlock*>& blocks() const { return blocks_; }
  [[nodiscard]] Host& host() { return *host_; }
  [[nodiscard]] const Host& host() const { return *host_; }
  [[nodiscard]] const std::vector<std::unique_ptr<Core>>& cores() const { return cores_; }
  [[nodiscard]] const std::vector<std::unique_ptr<Router>>& routers() const { return routers_; }
  [[nodiscard]] const MachineConfig& config() const { return config_; }

  /// The result once nobody has anything to do. Throws std::logic_error that names the waiting blocks if the host has
  /// not got all frames: the machine is deadlocked.
  [[nodiscard]] RunResult finish();

 private:
  void build_cores(const MachineInput& input);
  void wire_mesh(const MachineInput& input);
  void set_barrier(const MachineInput& input);
  void plant_trees(const MachineInput& input);
  void plant_branch(std::uint16_t connection, std::uint16_t sender, std::uint32_t from, Endpoint target);
  void link(Router& from, Port out, Router& to, Port in);
  Channel<Packet>* new_queue();
  [[nodiscard]] std::uint64_t activity_hash() const;

  MachineConfig config_;
  std::vector<std::string> layer_names_;
  std::uint32_t accumulator_bits_;
  std::uint32_t multiply_bits_;
  std::unique_ptr<Host> host_;
  std::vector<std::unique_ptr<Router>> routers_;
  std::vector<std::unique_ptr<Core>> cores_;
  std::vector<std::unique_ptr<Channel<Packet>>> queues_;
  std::optional<Barrier> barrier_;
  std::vector<ClockedBlock*> blocks_;  // by number on the wheel
  CycleWheel wheel_;
};

/// Steps every block in every cycle until all are at rest: slow, needs no wheel, and must give the same result.
RunResult run_plain_loop(const MachineInput& input);

/// The wheel without SystemC: what the kernel's cost is measured against.
RunResult run_wheel(const MachineInput& input);

}  // namespace sigdel::sim
