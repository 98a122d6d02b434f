/// Random networks on random machines: the wheel, a plain loop and any order of the blocks give the same result, and
/// it is the functional executor's; so does a machine that is driven by a recording.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "models/base/errors.hpp"
#include "models/reference/executor.hpp"
#include "models/reference/mapped_work.hpp"
#include "sim/core/machine.hpp"
#include "sim/core/result_io.hpp"
#include "tests/support/random_network.hpp"
#include "tests/support/recorded_run.hpp"

namespace sigdel::sim {
namespace {

/// One to four different ones.
std::vector<HostPort> random_host_ports(Random& random, const MachineConfig& config) {
  std::vector<HostPort> ports;
  const std::size_t wanted = 1 + random.below(4);
  while (ports.size() < wanted) {
    const auto edge = static_cast<Edge>(random.below(4));
    const bool in_row = edge == Edge::kWest || edge == Edge::kEast;
    const HostPort port{edge, static_cast<std::uint32_t>(random.below(in_row ? config.rows : config.columns))};
    if (std::find(ports.begin(), ports.end(), port) == ports.end()) {
      ports.push_back(port);
    }
  }
  return ports;
}

MachineConfig random_machine(Random& random) {
  const auto between = [&](std::int64_t low, std::int64_t high) {
    return static_cast<std::uint32_t>(random.between(low, high));
  };
  MachineConfig config;
  config.clock_mhz = 500;
  config.columns = between(1, 4);
  config.rows = between(1, 4);
  config.frame_period_us = random.below(4) == 0 ? 0.5 : 0;
  config.router.flit_bits = std::array{16U, 32U, 64U, 128U}[random.below(4)];
  config.router.queue_depth = between(1, 5) + (kPacketBits - 1) / config.router.flit_bits;
  config.router.latency = between(1, 3);
  config.router.link_latency = between(1, 3);
  config.router.multicast = random.below(3) == 0 ? Multicast::kUnicast : Multicast::kTree;
  config.core.lanes = between(1, 20);
  config.core.inbox_depth = between(1, 8);
  config.core.outbox_depth = between(2, 9);
  config.core.scan_rate = between(1, 4);
  config.core.weight_port_bits = 32U * between(1, 4);
  config.core.state_port_bits = 64U * between(1, 8);
  config.core.weight_memory_bytes = between(4000, 30000);
  config.core.state_memory_bytes = between(300, 900);
  config.core.encoding = static_cast<Encoding>(random.below(3));
  config.core.scan = static_cast<Scan>(random.below(2));
  config.core.weight_banks = between(1, 4);
  config.core.state_banks = between(1, 16);
  if (random.below(2) == 0) {
    config.discipline = Discipline::kBarrier;
    config.semantics = static_cast<Semantics>(random.below(2));
    config.sync_cycles = between(0, 20);
  }
  config.host_ports = random_host_ports(random, config);
  return config;
}

/// A network, a machine that holds it, and their mapping.
struct Setup {
  test::RandomCase net;
  MachineConfig config;
  mapping::Mapping mapping;

  [[nodiscard]] bool shares_cores() const {
    std::vector<int> slices(std::size_t{config.columns} * config.rows);
    return std::any_of(mapping.slices.begin(), mapping.slices.end(),
                       [&](const mapping::Slice& slice) { return ++slices[slice.core.value] == 2; });
  }
};

/// Moves every core's slices to another core.
void shuffle_cores(Random& random, std::uint32_t cores, mapping::Mapping& mapping) {
  std::vector<std::uint32_t> place(cores);
  std::iota(place.begin(), place.end(), 0U);
  for (std::size_t i = cores; i > 1; --i) {
    std::swap(place[i - 1], place[random.below(i)]);
  }
  for (mapping::Slice& slice : mapping.slices) {
    slice.core.value = place[slice.core.value];
  }
}

/// Small machines that do not hold their network get larger memories.
Setup random_setup(std::uint64_t seed) {
  test::RandomNetworkConfig size;
  size.widest = 40;
  size.frames = 8;
  Random random(seed * 77 + 1);
  Setup setup{test::random_case(seed, size), random_machine(random), {}};
  while (true) {
    try {
      const CoreConfig& core = setup.config.core;
      const mapping::Capacity capacity{setup.config.columns, setup.config.rows, core.weight_memory_bytes,
                                       core.state_memory_bytes,
                                       setup.config.discipline == Discipline::kBarrier ? 2U : 1U};
      const bool by_row = random.below(4) == 0 && setup.net.network.layers.size() <= setup.config.rows;
      setup.mapping = by_row ? mapping::map_layer_per_row(setup.net.network, capacity)
                             : mapping::map_automatically(setup.net.network, capacity);
      if (random.below(2) == 0) {
        shuffle_cores(random, capacity.cores(), setup.mapping);
      }
      mapping::validate(setup.mapping, setup.net.network, capacity);
      return setup;
    } catch (const InputError&) {
      setup.config.core.weight_memory_bytes *= 2;
      setup.config.core.state_memory_bytes *= 2;
    }
  }
}

struct Expected {
  FrameEvents input;
  std::vector<std::int32_t> outputs;
  std::vector<Work> work;  ///< on the cores of the mapping
};

reference::Partition partition_of(const Setup& setup) {
  reference::Partition partition(setup.net.network.layers.size());
  for (const mapping::Slice& slice : setup.mapping.slices) {
    partition[slice.layer.value].push_back(slice.box);
  }
  return partition;
}

Expected run_executor(const Setup& setup, Mode mode) {
  Expected expected;
  const std::vector<network::IntegerLayer>& layers = setup.net.network.layers;
  std::vector<Work> work(layers.size());
  reference::MappedWork mapped(setup.net.network, partition_of(setup), mode, setup.config.core.encoding);
  reference::FrameEncoder encoder(setup.net.network, mode);
  reference::Executor executor(setup.net.network, mode,
                               {setup.config.core.encoding, setup.config.core.scan, setup.config.semantics});
  for (std::size_t t = 0; t < setup.net.frame_count(); ++t) {
    expected.input.push_back(encoder.encode(setup.net.frame(t)));
    const auto outputs = executor.run(expected.input.back());
    expected.outputs.insert(expected.outputs.end(), outputs.begin(), outputs.end());
    mapped.add(0, expected.input.back());
    for (std::size_t l = 0; l < layers.size(); ++l) {
      work[l] += executor.work()[l];
      mapped.add(layers[l].tensor, executor.sent(l));
    }
  }
  expected.work = mapped.from(work);
  return expected;
}

void expect_same(const RunResult& a, const RunResult& b) {
  EXPECT_EQ(a.total, b.total);
  EXPECT_EQ(a.activity_hash, b.activity_hash);
  EXPECT_EQ(a.outputs, b.outputs);
  EXPECT_EQ(a.activity, b.activity);
  EXPECT_EQ(to_bytes(a), to_bytes(b)) << "everything else";
  for (std::size_t i = 0; i < a.cores.size(); ++i) {
    EXPECT_EQ(a.cores[i].cycles, b.cores[i].cycles) << a.cores[i].name;
  }
  for (std::size_t t = 0; t < a.frames.size(); ++t) {
    EXPECT_EQ(a.frames[t].entered, b.frames[t].entered);
    EXPECT_EQ(a.frames[t].left, b.frames[t].left);
  }
}

void expect_as_executor(const RunResult& result, const Expected& expected) {
  EXPECT_EQ(result.outputs, expected.outputs);
  for (std::size_t l = 0; l < expected.work.size(); ++l) {
    for (const Tally tally : all_of<Tally>()) {
      EXPECT_EQ(result.layers[l].counts.work[tally], expected.work[l][tally])
          << result.layers[l].name << " " << name_of(tally);
    }
  }
}

void expect_balances(const RunResult& result) {
  EXPECT_EQ(result.traffic.deliveries, result.traffic.spikes_received);
  EXPECT_EQ(result.traffic.tokens_sent, result.traffic.tokens_received);
  for (const CoreResult& core : result.cores) {
    EXPECT_EQ(core.cycles.total(), result.total.value) << core.name;
  }
  EXPECT_LE(result.traffic.spikes_sent, result.traffic.deliveries);
  for (const LayerResult& layer : result.layers) {
    EXPECT_EQ(layer.counts.time.total(), layer.cores * result.total.value) << layer.name;
    for (const PartState state : all_of<PartState>()) {
      EXPECT_LE(layer.counts.time[state], layer.cores * result.total.value) << layer.name << " " << name_of(state);
    }
  }
}

/// The recording knows neither machine nor mapping.
void expect_same_from_recording(const RunResult& wheel, MachineInput input, const test::RecordedRun& run) {
  const network::RecordedLayers layers = run.layers(input.mode);
  input.recorded = &layers;
  expect_same(wheel, run_wheel(input));
}

/// Looks at every part in every cycle: a complete frame that is not granted waits for tokens, unless the frame before
/// is still being closed when the cycle begins.
std::vector<std::uint64_t> token_waits_of(const MachineInput& input, Cycles total) {
  Machine machine(input, false);
  std::vector<std::uint64_t> waits(input.network.layers.size());
  for (Cycles now; now < total; now += Cycles{1}) {
    std::vector<bool> open;
    for (const auto& core : machine.cores()) {
      for (const LayerPart& part : core->parts()) {
        open.push_back(core->frame_is_open(part));
      }
    }
    for (ClockedBlock* const block : machine.blocks()) {
      block->step(now);
    }
    auto was_open = open.begin();
    for (const auto& core : machine.cores()) {
      for (const LayerPart& part : core->parts()) {
        waits[part.layer().id.value] += *was_open++ && part.frame_complete() && !part.granted() ? 1U : 0U;
      }
    }
  }
  return waits;
}

/// A wait that goes on when the run ends belongs to no frame.
void expect_token_waits(const MachineInput& input, const RunResult& result) {
  if (input.config.discipline == Discipline::kWavefront) {
    const std::vector<std::uint64_t> waits = token_waits_of(input, result.total);
    for (std::size_t l = 0; l < waits.size(); ++l) {
      EXPECT_EQ(result.layers[l].counts.time[PartState::kTokenWait], waits[l]) << "layer " << l;
    }
  }
}

void run_seeds(std::uint64_t first, std::uint64_t last) {
  int shared = 0;
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    const Setup setup = random_setup(seed);
    shared += setup.shares_cores() ? 1 : 0;
    for (const Mode mode : all_of<Mode>()) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << ", " << name_of(mode));
      const Expected expected = run_executor(setup, mode);
      MachineInput input{setup.net.network, setup.mapping, expected.input, setup.config, mode, 0};
      const RunResult wheel = run_wheel(input);
      expect_as_executor(wheel, expected);
      expect_balances(wheel);
      expect_same(wheel, run_plain_loop(input));
      expect_token_waits(input, wheel);
      input.order_seed = seed;
      expect_same(wheel, run_wheel(input));
      expect_same(wheel, run_plain_loop(input));
      expect_same_from_recording(wheel, input, test::RecordedRun(setup.net, {mode}, setup.config.semantics));
      if (testing::Test::HasFailure()) {
        return;
      }
    }
  }
  EXPECT_GT(shared, static_cast<int>(last - first) / 20) << "several layers on one core must be among the cases";
}

TEST(Schedulers, AgreeOn600RandomNetworksMachinesMappingsAndModes) { run_seeds(1, 120); }

TEST(SchedulersLong, AgreeOn15000More) { run_seeds(1001, 4000); }

}  // namespace
}  // namespace sigdel::sim
