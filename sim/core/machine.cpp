#include "sim/core/machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "models/base/random.hpp"

namespace sigdel::sim {
namespace {

Endpoint endpoint_of(CoreId core) { return static_cast<Endpoint>(core.value); }

/// Slices of one layer, in order of their neurons.
std::vector<mapping::Slice> slices_of(const mapping::Mapping& mapping, std::uint32_t layer) {
  std::vector<mapping::Slice> found;
  std::copy_if(mapping.slices.begin(), mapping.slices.end(), std::back_inserter(found),
               [&](const mapping::Slice& slice) { return slice.layer.value == layer; });
  return found;
}

std::vector<Endpoint> cores_of(const mapping::Mapping& mapping, std::uint32_t layer) {
  std::vector<Endpoint> cores;
  for (const mapping::Slice& slice : slices_of(mapping, layer)) {
    cores.push_back(endpoint_of(slice.core));
  }
  return cores;
}

Cycles period_of(const MachineConfig& config) {
  return {static_cast<std::uint64_t>(std::llround(config.frame_period_us * config.clock_mhz))};
}

std::unique_ptr<Host> make_host(const MachineInput& input) {
  const auto last = static_cast<std::uint32_t>(input.network.layers.size() - 1);
  std::vector<OutputSource> sources;
  for (const mapping::Slice& slice : slices_of(input.mapping, last)) {
    sources.push_back({endpoint_of(slice.core), slice.neurons});
  }
  const HostConfig config{input.network.layers.back().outputs(), static_cast<std::uint16_t>(last + 1),
                          period_of(input.config), input.config.router};
  return std::make_unique<Host>(config, input.frames, cores_of(input.mapping, 0), std::move(sources));
}

std::vector<LayerPart> make_parts(const MachineInput& input, std::uint32_t core) {
  const auto last = static_cast<std::uint32_t>(input.network.layers.size() - 1);
  std::vector<LayerPart> parts;
  for (const mapping::Slice& slice : input.mapping.slices) {
    if (slice.core.value != core) {
      continue;
    }
    const std::uint32_t layer = slice.layer.value;
    LayerPart& part = parts.emplace_back(input.network.layers[layer], input.mode, slice.neurons, input.config.core,
                                         input.network.accumulator_bits);
    part.sources = layer == 0 ? std::vector<Endpoint>{kHost} : cores_of(input.mapping, layer - 1);
    part.targets = layer == last ? std::vector<Endpoint>{kHost} : cores_of(input.mapping, layer + 1);
    part.ready_tokens = part.targets.size();
    const std::vector<Endpoint> parts_of_layer = cores_of(input.mapping, layer);
    part.sender = static_cast<std::uint16_t>(
        std::find(parts_of_layer.begin(), parts_of_layer.end(), static_cast<Endpoint>(core)) - parts_of_layer.begin());
  }
  return parts;
}

/// At least as many cycles as any spike's service or any scan takes on one lane and the narrowest ports.
std::uint64_t machine_quiet_cycles(const network::IntegerNetwork& network) {
  std::uint64_t widest = 0;
  for (const network::IntegerLayer& layer : network.layers) {
    widest = std::max<std::uint64_t>(widest, layer.outputs());
  }
  return widest * std::max<std::uint64_t>(2 * static_cast<std::uint64_t>(network.clamp), 64);
}

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
      host_(make_host(input)),
      wheel_(2 * input.config.columns * input.config.rows + 1) {
  for (const network::IntegerLayer& layer : input.network.layers) {
    layer_names_.push_back(layer.name);
  }
  build_cores(input);
  std::vector<ClockedBlock*> blocks{host_.get()};
  for (const auto& router : routers_) {
    blocks.push_back(router.get());
  }
  for (const auto& core : cores_) {
    blocks.push_back(core.get());
  }
  for (const std::uint32_t number : order_of(static_cast<std::uint32_t>(blocks.size()), input.order_seed)) {
    blocks[number]->set_waker({with_wheel ? &wheel_ : nullptr, static_cast<std::uint32_t>(blocks_.size())});
    blocks_.push_back(blocks[number]);
  }
  wire_mesh(input);
  if (config_.discipline == Discipline::kBarrier) {
    set_barrier(input);
  }
  host_->waker().at(Cycles{0});
}

void Machine::build_cores(const MachineInput& input) {
  const std::uint32_t places = config_.columns * config_.rows;
  routers_.resize(places);
  cores_.resize(places);
  for (const std::uint32_t id : order_of(places, input.order_seed)) {
    const std::uint32_t row = id / config_.columns;
    const std::uint32_t column = id % config_.columns;
    routers_[id] = std::make_unique<Router>(fmt::format("router_{}_{}", row, column), column, row, config_.columns,
                                            config_.router, input.network.layers.size() + 1);
    cores_[id] = std::make_unique<Core>(fmt::format("core_{}_{}", row, column), static_cast<Endpoint>(id), config_,
                                        input.mode, input.network.accumulator_bits, make_parts(input, id));
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
    router.connect_input(Port::kLocal, injection);
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
  Router& corner = *routers_.front();
  Channel<Packet>* const injection = new_queue();
  injection->connect(host_->waker(), corner.waker());
  corner.connect_input(Port::kWest, injection);
  host_->connect(injection, corner.waker());
  corner.connect_output(Port::kWest, host_->arrivals(), false);
  if (config_.router.multicast == Multicast::kTree) {
    plant_trees(input);
  }
}

void Machine::set_barrier(const MachineInput& input) {
  BarrierConfig config{input.frames.size(), config_.semantics, Cycles{config_.sync_cycles}, period_of(config_), 1, {}};
  config.parts_per_layer.resize(layer_names_.size());
  for (const mapping::Slice& slice : input.mapping.slices) {
    ++config.parts_per_layer[slice.layer.value];
  }
  barrier_.emplace(std::move(config));
  host_->use(&*barrier_, config_.semantics);
  for (const auto& core : cores_) {
    core->use(&*barrier_);
    if (config_.semantics == Semantics::kStep && !core->parts().empty()) {
      core->waker().at(Cycles{0});  // its layers fire in step 0
    }
  }
}

/// Marks, along the way from every sender to every target of its connection, the outputs that a multicast takes.
void Machine::plant_trees(const MachineInput& input) {
  for (std::uint32_t layer = 0; layer < layer_names_.size(); ++layer) {
    const std::vector<Endpoint> senders = layer == 0 ? std::vector<Endpoint>{0} : cores_of(input.mapping, layer - 1);
    for (std::size_t sender = 0; sender < senders.size(); ++sender) {
      for (const Endpoint target : cores_of(input.mapping, layer)) {
        plant_branch(static_cast<std::uint16_t>(layer), static_cast<std::uint16_t>(sender), senders[sender], target);
      }
    }
  }
}

void Machine::plant_branch(std::uint16_t connection, std::uint16_t sender, std::uint32_t from, Endpoint target) {
  for (std::uint32_t at = from;;) {
    const Port port = routers_[at]->route(target);
    routers_[at]->add_branch(connection, sender, port);
    switch (port) {
      case Port::kLocal:
        return;
      case Port::kNorth:
        at -= config_.columns;
        break;
      case Port::kSouth:
        at += config_.columns;
        break;
      case Port::kEast:
        ++at;
        break;
      case Port::kWest:
        --at;
        break;
    }
  }
}

/// Blocks by name, whatever their numbers on the wheel.
std::uint64_t Machine::activity_hash() const {
  std::uint64_t hash = host_->activity_hash();
  const auto mix = [&](const ClockedBlock& block) { hash = (hash ^ block.activity_hash()) * 0x100000001b3U; };
  for (const auto& router : routers_) {
    mix(*router);
  }
  for (const auto& core : cores_) {
    mix(*core);
  }
  return hash;
}

RunResult Machine::finish() {
  Cycles last;
  std::string waiting;
  for (const ClockedBlock* block : blocks_) {
    last = std::max(last, block->last_active());
    if (!block->at_rest() || block == host_.get()) {
      waiting += fmt::format("\n  {}: {}", block->name(), block->waits_for());
    }
  }
  if (!host_->finished()) {
    throw std::logic_error(fmt::format("the machine is deadlocked at cycle {}:{}", last.value, waiting));
  }
  RunResult result;
  result.total = last + Cycles{1};
  for (const auto& core : cores_) {
    core->finish(result.total);
  }
  result.frames = host_->times();
  result.outputs = host_->outputs();
  result.host = host_->waits();
  result.activity_hash = activity_hash();
  collect_counts(*this, layer_names_, {accumulator_bits_, multiply_bits_}, result);
  return result;
}

RunResult run_plain_loop(const MachineInput& input) {
  // More cycles than any service time, scan or frame period lasts: if nobody does anything for so long, all wait.
  const std::uint64_t patience = 1'000'000 + machine_quiet_cycles(input.network) + input.config.sync_cycles +
                                 static_cast<std::uint64_t>(input.config.frame_period_us * input.config.clock_mhz);
  Machine machine(input, false);
  Cycles last;
  for (Cycles now;; now += Cycles{1}) {
    for (ClockedBlock* block : machine.blocks()) {
      block->step(now);
      last = std::max(last, block->last_active());
    }
    const bool at_rest = std::all_of(machine.blocks().begin(), machine.blocks().end(),
                                     [](const ClockedBlock* block) { return block->at_rest(); });
    if (at_rest || (now - last).value > patience) {
      return machine.finish();
    }
  }
}

RunResult run_wheel(const MachineInput& input) {
  Machine machine(input, true);
  while (const auto now = machine.next_cycle()) {
    machine.run_cycle(*now);
  }
  return machine.finish();
}

}  // namespace sigdel::sim
