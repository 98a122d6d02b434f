#include <algorithm>
#include <utility>

#include "sim/core/machine.hpp"

namespace sigdel::sim {
namespace {

/// Appends records of one block that are not zero.
class Recorder {
 public:
  Recorder(Activity& activity, std::string block) : activity_(&activity), block_(std::move(block)) {}

  void add(const std::string& layer, Action action, std::uint32_t bits, std::uint64_t memory_bytes,
           std::uint64_t count) {
    if (count != 0) {
      activity_->push_back({block_, layer, action, bits, memory_bytes, count});
    }
  }

 private:
  Activity* activity_;
  std::string block_;
};

/// What is off chip is read from and written to the row cache.
std::uint64_t weight_memory_of(const LayerPart& part, const CoreConfig& core) {
  return part.off_chip && part.off_chip->weights() ? core.row_cache_bytes
                                                   : core.weight_memory_bytes / core.weight_banks;
}

std::uint64_t state_memory_of(const LayerPart& part, const CoreConfig& core) {
  return part.off_chip && part.off_chip->states() ? core.row_cache_bytes : core.state_memory_bytes / core.state_banks;
}

void record_part(Recorder& recorder, const LayerPart& part, const CoreConfig& core, OperandBits bits) {
  const std::string& layer = part.layer().name;
  const PartCounts& counts = part.counts;
  for (const auto& [action, tally, multiplies] : kArithmeticActions) {
    recorder.add(layer, action, multiplies ? bits.multiply : bits.accumulator, 0, counts.work[tally]);
  }
  recorder.add(layer, Action::kWeightRead, core.word_bits, weight_memory_of(part, core), counts.weight_reads);
  recorder.add(layer, Action::kStateRead, core.word_bits, state_memory_of(part, core), counts.state_reads);
  recorder.add(layer, Action::kStateWrite, core.word_bits, state_memory_of(part, core), counts.state_writes);
  recorder.add(layer, Action::kInboxWrite, kPacketBits, 0, counts.inbox_packets);
  recorder.add(layer, Action::kInboxRead, kPacketBits, 0, counts.inbox_packets);
  recorder.add(layer, Action::kOutboxWrite, kPacketBits, 0, counts.outbox_entries);
  recorder.add(layer, Action::kOutboxRead, kPacketBits, 0, counts.outbox_entries);
}

/// The same part's multiplications and weight words if weights and activations had 8 bits; biases keep their width.
void record_part_8bit(Recorder& recorder, const LayerPart& part, const CoreConfig& core) {
  const std::string& layer = part.layer().name;
  const PartCounts& counts = part.counts;
  recorder.add(layer, Action::kMultiply, 8, 0, counts.work[Tally::kMultiplies]);
  recorder.add(layer, Action::kWeightRead, core.word_bits, weight_memory_of(part, core), counts.weight_reads_8bit);
}

/// All cores and routers are powered all the time, those that no layer uses as well.
void record_static(const Machine& machine, std::uint32_t accumulator_bits, Cycles powered, Activity& activity) {
  const MachineConfig& config = machine.config();
  for (const auto& router : machine.routers()) {
    Recorder recorder(activity, router->name());
    recorder.add("", Action::kRouterLeakage, config.router.flit_bits, 0, powered.value);
    recorder.add("", Action::kRouterClock, config.router.flit_bits, 0, powered.value);
  }
  for (const auto& core : machine.cores()) {
    Recorder recorder(activity, core->name());
    recorder.add("", Action::kWeightLeakage, 0, config.core.weight_memory_bytes, powered.value);
    recorder.add("", Action::kStateLeakage, 0, config.core.state_memory_bytes, powered.value);
    if (config.spills) {
      recorder.add("", Action::kStateLeakage, 0, config.core.row_cache_bytes, powered.value);
    }
    recorder.add("", Action::kLaneLeakage, accumulator_bits, 0, config.core.lanes * powered.value);
    recorder.add("", Action::kLaneClock, accumulator_bits, 0, config.core.lanes * powered.value);
    recorder.add("", Action::kCoreLeakage, 0, 0, powered.value);
    recorder.add("", Action::kCoreClock, 0, 0, powered.value);
  }
}

void record_router(Recorder& recorder, const Router& router, const std::vector<std::string>& readers,
                   std::uint32_t flit_bits) {
  for (std::size_t c = 0; c < router.flits().size(); ++c) {
    recorder.add(readers[c], Action::kRouterQueueWrite, flit_bits, 0, router.flits_in()[c]);
    recorder.add(readers[c], Action::kRouterQueueRead, flit_bits, 0, router.flits()[c]);
    recorder.add(readers[c], Action::kRouterTraverse, flit_bits, 0, router.flits()[c]);
    recorder.add(readers[c], Action::kLinkTraverse, flit_bits, 0, router.link_flits()[c]);
  }
}

void add_counts(PartCounts& sum, const PartCounts& part) {
  sum.work += part.work;
  sum.lane_operations += part.lane_operations;
  sum.weight_reads += part.weight_reads;
  sum.weight_reads_8bit += part.weight_reads_8bit;
  sum.state_reads += part.state_reads;
  sum.state_writes += part.state_writes;
  sum.inbox_packets += part.inbox_packets;
  sum.outbox_entries += part.outbox_entries;
  sum.spikes_sent += part.spikes_sent;
  sum.engine += part.engine;
  sum.scan += part.scan;
  sum.stalled += part.stalled;
  sum.time += part.time;
}

std::uint64_t sum_of(const std::vector<std::uint64_t>& values) {
  std::uint64_t sum = 0;
  for (const std::uint64_t value : values) {
    sum += value;
  }
  return sum;
}

}  // namespace

void collect_counts(const Machine& machine, const std::vector<std::string>& layers,
                    const std::vector<std::string>& readers, OperandBits bits, RunResult& result) {
  const MachineConfig& config = machine.config();
  result.layers.resize(layers.size());
  for (std::size_t l = 0; l < layers.size(); ++l) {
    result.layers[l].name = layers[l];
  }
  Traffic& traffic = result.traffic;
  for (const auto& host : machine.hosts()) {
    traffic.spikes_sent += host->spikes_sent();
    traffic.deliveries += host->deliveries();
    traffic.spikes_received += host->spikes_received();
    traffic.tokens_sent += host->tokens_sent();
    traffic.tokens_received += host->tokens_received();
    traffic.host_link_flits += sum_of(host->link_flits());
    Recorder recorder(result.activity, host->name());
    for (std::size_t c = 0; c < host->link_flits().size(); ++c) {
      recorder.add(readers[c], Action::kLinkTraverse, config.router.flit_bits, 0, host->link_flits()[c]);
    }
  }
  traffic.link_flits = traffic.host_link_flits;
  for (const auto& router : machine.routers()) {
    Recorder recorder(result.activity, router->name());
    record_router(recorder, *router, readers, config.router.flit_bits);
    traffic.router_flits += sum_of(router->flits());
    traffic.link_flits += sum_of(router->link_flits());
  }
  for (const auto& core : machine.cores()) {
    Recorder recorder(result.activity, core->name());
    Recorder recorder_8bit(result.activity_8bit, core->name());
    result.cores.push_back({core->name(), core->cycles()});
    traffic.spikes_sent += core->spikes_sent();
    traffic.deliveries += core->deliveries();
    traffic.spikes_received += core->spikes_received();
    traffic.tokens_sent += core->tokens_sent();
    traffic.tokens_received += core->tokens_received();
    traffic.core_flits += core->flits_received();
    for (const LayerPart& part : core->parts()) {
      record_part(recorder, part, config.core, bits);
      record_part_8bit(recorder_8bit, part, config.core);
      LayerResult& layer = result.layers[part.layer().id.value];
      ++layer.cores;
      layer.source = part.sources.front().layer;
      add_counts(layer.counts, part.counts);
    }
  }
  for (const auto& memory : machine.memories()) {
    append_activity(memory->dram, layers, result.activity);
    Recorder recorder(result.activity, memory->controller.name());
    for (std::size_t l = 0; l < memory->controller.link_flits().size(); ++l) {
      recorder.add(layers[l], Action::kLinkTraverse, config.router.flit_bits, 0, memory->controller.link_flits()[l]);
    }
  }
  result.powered = std::max(result.total, Cycles{result.frames.size() * config.frame_period().value});
  record_static(machine, bits.accumulator, result.powered, result.activity);
}

}  // namespace sigdel::sim
