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

std::unique_ptr<Host> make_host(const MachineInput& input) {
  const auto last = static_cast<std::uint32_t>(input.network.layers.size() - 1);
  std::vector<OutputSource> sources;
  for (const mapping::Slice& slice : slices_of(input.mapping, last)) {
    sources.push_back({endpoint_of(slice.core), slice.neurons});
  }
  const double period_cycles = input.config.frame_period_us * input.config.clock_mhz;
  const HostConfig config{input.network.layers.back().outputs(), static_cast<std::uint16_t>(last + 1),
                          Cycles{static_cast<std::uint64_t>(std::llround(period_cycles))}};
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
  }
  return parts;
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
  blocks_.push_back(host_.get());
  for (const auto& router : routers_) {
    blocks_.push_back(router.get());
  }
  for (const auto& core : cores_) {
    blocks_.push_back(core.get());
  }
  if (input.order_seed != 0) {
    Random random(input.order_seed);
    for (std::size_t i = blocks_.size(); i > 1; --i) {
      std::swap(blocks_[i - 1], blocks_[random.below(i)]);
    }
  }
  for (std::uint32_t i = 0; i < blocks_.size(); ++i) {
    blocks_[i]->set_waker({with_wheel ? &wheel_ : nullptr, i});
  }
  wire_mesh(input);
  host_->waker().at(Cycles{0});
}

void Machine::build_cores(const MachineInput& input) {
  for (std::uint32_t row = 0; row < config_.rows; ++row) {
    for (std::uint32_t column = 0; column < config_.columns; ++column) {
      const std::uint32_t id = row * config_.columns + column;
      routers_.push_back(std::make_unique<Router>(fmt::format("router_{}_{}", row, column), column, row,
                                                  config_.columns, input.network.layers.size() + 1));
      cores_.push_back(std::make_unique<Core>(fmt::format("core_{}_{}", row, column), static_cast<Endpoint>(id),
                                              config_.core, input.mode, input.network.accumulator_bits,
                                              make_parts(input, id)));
    }
  }
}

Channel<Packet>* Machine::new_queue() {
  return queues_.emplace_back(std::make_unique<Channel<Packet>>(config_.router.queue_depth)).get();
}

void Machine::link(Router& from, Port out, Router& to, Port in) {
  Channel<Packet>* const queue = new_queue();
  queue->connect(from.waker(), to.waker());
  from.connect_output(out, queue);
  to.connect_input(in, queue);
}

void Machine::wire_mesh(const MachineInput& input) {
  const std::uint32_t columns = input.config.columns;
  for (std::uint32_t id = 0; id < cores_.size(); ++id) {
    Router& router = *routers_[id];
    Core& core = *cores_[id];
    Channel<Packet>* const injection = new_queue();
    injection->connect(core.waker(), router.waker());
    router.connect_input(Port::kLocal, injection);
    core.connect(injection, router.waker());
    router.connect_output(Port::kLocal, core.inbox());
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
  corner.connect_output(Port::kWest, host_->arrivals());
}

/// Blocks by name, whatever their numbers on the wheel.
std::uint64_t Machine::finish_hash() const {
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
  result.finish_hash = finish_hash();
  collect_counts(*this, layer_names_, {accumulator_bits_, multiply_bits_}, result);
  return result;
}

RunResult run_plain_loop(const MachineInput& input) {
  constexpr std::uint64_t kPatience = 1'000'000;  // cycles without any activity: longer than any service time
  Machine machine(input, false);
  Cycles last;
  for (Cycles now;; now += Cycles{1}) {
    for (ClockedBlock* block : machine.blocks()) {
      block->step(now);
      last = std::max(last, block->last_active());
    }
    const bool at_rest = std::all_of(machine.blocks().begin(), machine.blocks().end(),
                                     [](const ClockedBlock* block) { return block->at_rest(); });
    if (at_rest || (now - last).value > kPatience) {
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
