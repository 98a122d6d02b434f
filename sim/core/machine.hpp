/// All blocks of the machine, wired; plain C++ that any scheduler can step.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/mapping/mapping.hpp"
#include "models/network/integer_network.hpp"
#include "sim/core/assembly.hpp"
#include "sim/core/barrier.hpp"
#include "sim/core/block_set.hpp"
#include "sim/core/config.hpp"
#include "sim/core/core.hpp"
#include "sim/core/dram.hpp"
#include "sim/core/host.hpp"
#include "sim/core/memory_controller.hpp"
#include "sim/core/result.hpp"
#include "sim/core/router.hpp"

namespace sigdel::sim {

/// One off-chip memory with all that lies between it and the cores.
struct Memory {
  Memory(const std::string& name, const DramConfig& config, std::uint32_t layers, std::uint32_t flit_bits)
      : port(config), controller("memory_port" + name, port, flit_bits), dram("dram" + name, layers, port) {}

  MemoryPort port;
  MemoryController controller;
  Dram dram;
  std::vector<std::unique_ptr<MemoryLane>> lanes;
};

class Machine {
 public:
  /// `with_wheel`: blocks wake each other through a wheel; without, they must be stepped in every cycle.
  Machine(const MachineInput& input, bool with_wheel);

  /// The wheel's next busy cycle; nothing when all sleep.
  [[nodiscard]] std::optional<Cycles> next_cycle() const { return set_.next_cycle(); }
  /// Steps the blocks that the wheel has due in that cycle.
  void run_cycle(Cycles now) { set_.run_cycle(now); }
  /// What a scheduler drives.
  [[nodiscard]] BlockSet& block_set() { return set_; }

  [[nodiscard]] const std::vector<ClockedBlock*>& blocks() const { return set_.blocks(); }
  /// Every host port, in the order of MachineConfig::host_ports.
  [[nodiscard]] const std::vector<std::unique_ptr<Host>>& hosts() const { return hosts_; }
  [[nodiscard]] const std::vector<std::unique_ptr<Core>>& cores() const { return cores_; }
  [[nodiscard]] const std::vector<std::unique_ptr<Router>>& routers() const { return routers_; }
  [[nodiscard]] const MachineConfig& config() const { return config_; }
  [[nodiscard]] const std::vector<std::string>& layer_names() const { return layer_names_; }
  /// Per tensor the layer to which its traffic is accounted: the first that reads it; of the last the output layer.
  [[nodiscard]] const std::vector<std::string>& reader_names() const { return reader_names_; }
  [[nodiscard]] const std::vector<std::unique_ptr<Memory>>& memories() const { return memories_; }
  /// Frames of the whole run.
  [[nodiscard]] std::size_t frames() const { return frames_; }

  /// Frames that have begun to enter through any port, and frames that have left completely.
  [[nodiscard]] std::uint64_t frames_begun() const;
  [[nodiscard]] std::uint64_t frames_left() const;
  /// Called with the number of frames that have left, whenever it grows.
  void on_frame(std::function<void(std::uint64_t)> callback);

  /// The result once nobody has anything to do. Throws std::logic_error if the host has not got all frames: the
  /// machine is deadlocked, and the message says who waits for whom (sim/core/watchdog.hpp).
  [[nodiscard]] RunResult finish();

 private:
  void build_hosts(const Assembly& assembly, std::uint64_t order_seed);
  void build_cores(const Assembly& assembly, const MachineInput& input);
  void wire_mesh(const MachineInput& input);
  void wire_hosts();
  void plant_trees(const Assembly& assembly);
  void plant_tree(std::uint16_t tensor, std::uint32_t group, const std::vector<Endpoint>& cores);
  void set_barrier(const MachineInput& input);
  void build_memories(const Assembly& assembly);
  void wire_memories(const Assembly& assembly);
  void link(Router& from, Port out, Router& to, Port in);
  Channel<Packet>* new_queue();
  [[nodiscard]] Router& router_of(std::size_t port) {
    return *routers_[host_places_[port].row * config_.columns + host_places_[port].column];
  }
  void merge_hosts(RunResult& result) const;
  [[nodiscard]] std::uint64_t activity_hash() const;

  MachineConfig config_;
  std::vector<std::string> layer_names_;
  std::vector<std::string> reader_names_;
  std::uint32_t accumulator_bits_;
  std::uint32_t multiply_bits_;
  std::size_t frames_;
  std::size_t outputs_;  // of the last layer
  std::vector<HostPlace> host_places_;
  std::vector<std::unique_ptr<Host>> hosts_;
  std::vector<std::unique_ptr<Router>> routers_;
  std::vector<std::unique_ptr<Core>> cores_;
  std::vector<std::unique_ptr<Channel<Packet>>> queues_;
  std::optional<Barrier> barrier_;
  std::vector<std::unique_ptr<Memory>> memories_;
  BlockSet set_;
  std::function<void(std::uint64_t)> on_frame_;
  std::uint64_t frames_reported_ = 0;
};

/// Steps every block in every cycle until all are at rest: slow, needs no wheel, and must give the same result.
RunResult run_plain_loop(const MachineInput& input);

/// The wheel without SystemC: what the kernel's cost is measured against.
RunResult run_wheel(const MachineInput& input);

}  // namespace sigdel::sim
