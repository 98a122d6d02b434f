#include "sim/core/machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "models/base/random.hpp"
#include "sim/core/watchdog.hpp"

namespace sigdel::sim {
namespace {

/// 0 .. n-1, shuffled unless the seed is 0.
std::vector<std::uint32_t> order_of(std::uint32_t n, std::uint64_t seed) {
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0U);
  if (seed != 0) {
    Random random(seed);
    for (std::size_t i = n; i > 1; --i) {
      std::swap(order[i - 1], order[random.below(i)]);
    }
  }
  return order;
}

}  // namespace

Machine::Machine(const MachineInput& input, bool with_wheel)
    : config_(input.config),
      accumulator_bits_(static_cast<std::uint32_t>(input.network.accumulator_bits)),
      multiply_bits_(input.network.multiply_bits()),
      frames_(input.frames.size()),
      outputs_(input.network.outputs()),
      set_(2 * input.config.columns * input.config.rows + static_cast<std::uint32_t>(input.config.host_ports.size()) +
               2 * static_cast<std::uint32_t>(input.config.memory_ports.size()),
           with_wheel) {
  const Assembly assembly(input);
  host_places_ = assembly.host_places();
  for (const network::IntegerLayer& layer : input.network.layers) {
    layer_names_.push_back(layer.name);
  }
  for (std::uint32_t tensor = 0; tensor < input.network.tensors.size(); ++tensor) {
    const auto readers = input.network.readers_of(tensor);
    reader_names_.push_back(readers.empty() ? layer_names_.back() : layer_names_[readers.front().value]);
  }
  build_hosts(assembly, input.order_seed);
  build_cores(assembly, input);
  build_memories(assembly);
  std::vector<ClockedBlock*> blocks;
  for (const auto& memory : memories_) {
    blocks.push_back(&memory->controller);
    blocks.push_back(&memory->dram);
  }
  for (const auto& host : hosts_) {
    blocks.push_back(host.get());
  }
  for (const auto& router : routers_) {
    blocks.push_back(router.get());
  }
  for (const auto& core : cores_) {
    blocks.push_back(core.get());
  }
  for (const std::uint32_t number : order_of(static_cast<std::uint32_t>(blocks.size()), input.order_seed)) {
    set_.add(*blocks[number]);
  }
  wire_mesh(input);
  wire_hosts();
  wire_memories(assembly);
  if (config_.router.multicast == Multicast::kTree) {
    plant_trees(assembly);
  }
  if (config_.discipline == Discipline::kBarrier) {
    set_barrier(input);
  }
}

void Machine::build_hosts(const Assembly& assembly, std::uint64_t order_seed) {
  const auto ports = static_cast<std::uint32_t>(host_places_.size());
  hosts_.resize(ports);
  for (const std::uint32_t port : order_of(ports, order_seed)) {
    hosts_[port] = assembly.host(port);
  }
}

void Machine::build_cores(const Assembly& assembly, const MachineInput& input) {
  const std::uint32_t places = config_.columns * config_.rows;
  routers_.resize(places);
  cores_.resize(places);
  for (const std::uint32_t id : order_of(places, input.order_seed)) {
    const std::uint32_t row = id / config_.columns;
    const std::uint32_t column = id % config_.columns;
    routers_[id] = std::make_unique<Router>(fmt::format("router_{}_{}", row, column), column, row, config_.columns,
                                            config_.router, input.network.tensors.size(), host_places_);
    cores_[id] = std::make_unique<Core>(fmt::format("core_{}_{}", row, column), static_cast<Endpoint>(id), config_,
                                        input.mode, input.network.accumulator_bits, assembly.parts(id));
  }
}

Channel<Packet>* Machine::new_queue() {
  return queues_.emplace_back(std::make_unique<Channel<Packet>>(config_.router.queue_depth)).get();
}

void Machine::link(Router& from, Port out, Router& to, Port in) {
  Channel<Packet>* const queue = new_queue();
  queue->connect(from.waker(), to.waker());
  from.connect_output(out, queue, true);
  to.connect_input(in, queue);
}

void Machine::wire_mesh(const MachineInput& input) {
  const std::uint32_t columns = input.config.columns;
  for (const std::uint32_t id : order_of(static_cast<std::uint32_t>(cores_.size()), input.order_seed)) {
    Router& router = *routers_[id];
    Core& core = *cores_[id];
    Channel<Packet>* const injection = new_queue();
    injection->connect(core.waker(), router.waker());
    router.connect_source(Port::kLocal, injection);
    core.connect(injection, router.waker());
    router.connect_output(Port::kLocal, core.inbox(), false);
    router.connect_tokens(core.tokens());
    if (id % columns + 1 < columns) {
      link(router, Port::kEast, *routers_[id + 1], Port::kWest);
      link(*routers_[id + 1], Port::kWest, router, Port::kEast);
    }
    if (id + columns < cores_.size()) {
      link(router, Port::kSouth, *routers_[id + columns], Port::kNorth);
      link(*routers_[id + columns], Port::kNorth, router, Port::kSouth);
    }
  }
}

void Machine::wire_hosts() {
  for (std::size_t port = 0; port < hosts_.size(); ++port) {
    Host& host = *hosts_[port];
    Router& router = router_of(port);
    Channel<Packet>* const injection = new_queue();
    injection->connect(host.waker(), router.waker());
    router.connect_source(host_places_[port].port, injection);
    host.connect(injection, router.waker());
    router.connect_output(host_places_[port].port, host.arrivals(), false);
    host.waker().at(Cycles{0});
  }
}

void Machine::build_memories(const Assembly& assembly) {
  const auto layers = static_cast<std::uint32_t>(layer_names_.size());
  const std::size_t count = assembly.memory_places().size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = count == 1 ? "" : fmt::format("_{}", i);
    memories_.push_back(std::make_unique<Memory>(name, config_.dram, layers, config_.router.flit_bits));
  }
}

void Machine::wire_memories(const Assembly& assembly) {
  constexpr std::uint32_t kRequests = 4;  // of a core that wait at the port
  for (const auto& memory : memories_) {
    memory->port.connect(memory->controller.waker(), memory->dram.waker());
  }
  for (std::uint32_t id = 0; id < cores_.size() && !memories_.empty(); ++id) {
    const auto& parts = cores_[id]->parts();
    if (std::none_of(parts.begin(), parts.end(), [](const LayerPart& part) { return part.off_chip.has_value(); })) {
      continue;
    }
    Memory& memory = *memories_[assembly.memory_of({id})];
    MemoryLane& lane = *memory.lanes.emplace_back(
        std::make_unique<MemoryLane>(kRequests, config_.core.reply_bursts, assembly.links_to_memory({id})));
    lane.requests.connect(cores_[id]->waker(), memory.controller.waker());
    lane.replies.connect(memory.controller.waker(), cores_[id]->waker());
    memory.controller.add(lane);
    cores_[id]->connect_memory(lane, config_.dram.burst_bytes, config_.core);
  }
}

void Machine::set_barrier(const MachineInput& input) {
  BarrierConfig config{input.frames.size(),
                       config_.semantics,
                       Cycles{config_.sync_cycles},
                       config_.frame_period(),
                       static_cast<std::uint32_t>(hosts_.size()),
                       {},
                       input.network.depths()};
  config.parts_per_layer.resize(layer_names_.size());
  for (const mapping::Slice& slice : input.mapping.slices) {
    ++config.parts_per_layer[slice.layer.value];
  }
  barrier_.emplace(std::move(config));
  for (const auto& host : hosts_) {
    host->use(&*barrier_, config_.semantics);
  }
  for (const auto& core : cores_) {
    core->use(&*barrier_);
    if (config_.semantics == Semantics::kStep && !core->parts().empty()) {
      core->waker().at(Cycles{0});  // its layers fire in step 0
    }
  }
}

/// Tells each router on which sides of it, as an XY route sees them, a group has cores.
void Machine::plant_trees(const Assembly& assembly) {
  std::uint16_t tensor = 0;
  for (const auto& destinations : assembly.destinations()) {
    for (std::uint32_t group = 0; group < destinations->groups().size(); ++group) {
      std::vector<Endpoint> cores;
      for (const std::uint16_t target : destinations->groups()[group].targets) {
        cores.push_back(destinations->targets()[target]);
      }
      if (cores.size() > 1) {
        plant_tree(tensor, group, cores);
      }
    }
    ++tensor;
  }
}

void Machine::plant_tree(std::uint16_t tensor, std::uint32_t group, const std::vector<Endpoint>& cores) {
  std::vector<std::uint32_t> top(config_.columns, config_.rows);  // by column: its first row with a core
  std::vector<std::uint32_t> end(config_.columns, 0);             // and the one behind the last
  std::uint32_t left = config_.columns;
  std::uint32_t right = 0;
  for (const Endpoint core : cores) {
    const std::uint32_t column = core % config_.columns;
    const std::uint32_t row = core / config_.columns;
    top[column] = std::min(top[column], row);
    end[column] = std::max(end[column], row + 1);
    left = std::min(left, column);
    right = std::max(right, column);
    routers_[core]->add_branch(tensor, group, Port::kLocal);
  }
  for (std::uint32_t id = 0; id < routers_.size(); ++id) {
    const std::uint32_t column = id % config_.columns;
    const std::uint32_t row = id / config_.columns;
    for (const auto& [output, leads_there] :
         {std::pair{Port::kNorth, top[column] < row}, std::pair{Port::kSouth, end[column] > row + 1},
          std::pair{Port::kWest, left < column}, std::pair{Port::kEast, right > column}}) {
      if (leads_there) {
        routers_[id]->add_branch(tensor, group, output);
      }
    }
  }
}

/// Blocks by name, whatever their numbers on the wheel.
std::uint64_t Machine::activity_hash() const {
  std::uint64_t hash = hosts_.front()->activity_hash();
  const auto mix = [&](const ClockedBlock& block) { hash = (hash ^ block.activity_hash()) * 0x100000001b3U; };
  for (std::size_t port = 1; port < hosts_.size(); ++port) {
    mix(*hosts_[port]);
  }
  for (const auto& memory : memories_) {
    mix(memory->controller);
    mix(memory->dram);
  }
  for (const auto& router : routers_) {
    mix(*router);
  }
  for (const auto& core : cores_) {
    mix(*core);
  }
  return hash;
}

std::uint64_t Machine::frames_begun() const {
  std::uint64_t begun = 0;
  for (const auto& host : hosts_) {
    begun = std::max(begun, host->frames_begun());
  }
  return begun;
}

std::uint64_t Machine::frames_left() const {
  std::uint64_t left = frames_;
  for (const auto& host : hosts_) {
    left = host->receives() ? std::min(left, host->frames_left()) : left;
  }
  return left;
}

void Machine::on_frame(std::function<void(std::uint64_t)> callback) {
  on_frame_ = std::move(callback);
  for (const auto& host : hosts_) {
    host->on_frame([this](std::uint64_t) {
      const std::uint64_t left = frames_left();
      if (on_frame_ && left > frames_reported_) {
        frames_reported_ = left;
        on_frame_(left);
      }
    });
  }
}

/// A frame enters with the first of its shares and leaves with the last of its outputs.
void Machine::merge_hosts(RunResult& result) const {
  result.frames = hosts_.front()->times();
  for (const auto& host : hosts_) {
    for (std::size_t t = 0; t < frames_; ++t) {
      FrameTimes& merged = result.frames[t];
      merged.entered = std::min(merged.entered, host->times()[t].entered);
      merged.left = std::max(merged.left, host->times()[t].left);
    }
    host->copy_outputs(result.outputs);
    result.host += host->waits();
  }
}

RunResult Machine::finish() {
  Cycles last;
  for (const ClockedBlock* block : blocks()) {
    last = std::max(last, block->last_active());
  }
  if (frames_left() != frames_) {
    throw std::logic_error(fmt::format("the machine is deadlocked at cycle {}:{}", last.value, diagnose(*this)));
  }
  RunResult result;
  result.total = last + Cycles{1};
  for (const auto& core : cores_) {
    core->finish(result.total);
  }
  result.outputs.resize(frames_ * outputs_);
  merge_hosts(result);
  result.activity_hash = activity_hash();
  collect_counts(*this, layer_names_, reader_names_, {accumulator_bits_, multiply_bits_}, result);
  return result;
}

}  // namespace sigdel::sim
