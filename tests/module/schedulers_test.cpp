/// Random networks on random machines: the wheel, a plain loop and any order of the blocks give the same result, and
/// it is the functional executor's; so does a machine that is driven by a recording.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "models/reference/executor.hpp"
#include "sim/core/machine.hpp"
#include "sim/core/result_io.hpp"
#include "tests/support/random_machine.hpp"
#include "tests/support/recorded_run.hpp"

namespace sigdel::sim {
namespace {

using test::MachineCase;

struct Expected {
  FrameEvents input;
  std::vector<std::int32_t> outputs;
  std::vector<Work> work;  ///< on the cores of the mapping
};

Expected run_executor(const MachineCase& setup, Mode mode) {
  Expected expected;
  const std::vector<network::IntegerLayer>& layers = setup.net.network.layers;
  std::vector<Work> work(layers.size());
  reference::MappedWork mapped(setup.net.network, setup.partition(), mode, setup.config.core.encoding);
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

void expect_same(const char* other, const RunResult& a, const RunResult& b) {
  SCOPED_TRACE(other);
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
  expect_same("from a recording", wheel, run_wheel(input));
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

void run_seeds(const std::function<MachineCase(std::uint64_t)>& case_of, std::uint64_t first, std::uint64_t last) {
  int shared = 0;
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    const MachineCase setup = case_of(seed);
    shared += setup.shares_cores() ? 1 : 0;
    for (const Mode mode : kModesOfAnyNetwork) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << ", " << name_of(mode));
      const Expected expected = run_executor(setup, mode);
      MachineInput input{setup.net.network, setup.mapping, expected.input, setup.config, mode, 0};
      const RunResult wheel = run_wheel(input);
      expect_as_executor(wheel, expected);
      expect_balances(wheel);
      expect_same("plain loop", wheel, run_plain_loop(input));
      expect_token_waits(input, wheel);
      input.order_seed = seed;
      expect_same("another order", wheel, run_wheel(input));
      expect_same("plain loop in another order", wheel, run_plain_loop(input));
      expect_same_from_recording(wheel, input, test::RecordedRun(setup.net, {mode}, setup.config.semantics));
      if (testing::Test::HasFailure()) {
        return;
      }
    }
  }
  EXPECT_GT(shared, static_cast<int>(last - first) / 20) << "several layers on one core must be among the cases";
}

TEST(Schedulers, AgreeOn600RandomNetworksMachinesMappingsAndModes) { run_seeds(test::random_machine_case, 1, 120); }

TEST(SchedulersLong, AgreeOn15000More) { run_seeds(test::random_machine_case, 1001, 4000); }

/// What the image cases are there for: what a mapping counts twice, parts that miss spikes, several writers and
/// readers.
TEST(Schedulers, ImagesStraddleBordersSkipCoresBranchAndJoin) {
  int straddling = 0;  // cases
  int skipping = 0;
  int branching = 0;
  int joining = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const MachineCase setup = test::random_image_machine_case(seed);
    const network::IntegerNetwork& network = setup.net.network;
    std::vector<std::uint64_t> sums(network.layers.size());
    bool skips = false;
    for (const mapping::Slice& slice : setup.mapping.slices) {
      const network::IntegerLayer& layer = network.layers[slice.layer.value];
      sums[slice.layer.value] += layer.sums_of(slice.box).size();
      const network::Projection& projection = layer.synapses.front().projection();
      skips = skips || projection.fan_out({0, 0, 0}, layer.sums_of(slice.box)) == 0;
    }
    straddling +=
        std::any_of(network.layers.begin(), network.layers.end(),
                    [&](const network::IntegerLayer& layer) { return sums[layer.id.value] > layer.sums.size(); })
            ? 1
            : 0;
    skipping += skips ? 1 : 0;
    bool branches = false;
    bool joins = false;
    for (std::uint32_t tensor = 0; tensor + 1 < network.tensors.size(); ++tensor) {
      branches = branches || network.readers_of(tensor).size() > 1;
      joins = joins || network.writers_of(tensor).size() > 1;
    }
    branching += branches ? 1 : 0;
    joining += joins ? 1 : 0;
  }
  for (const int cases : {straddling, skipping, branching, joining}) {
    EXPECT_GT(cases, 3);
  }
}

TEST(Schedulers, AgreeOn300RandomImagesMachinesCutsAndModes) { run_seeds(test::random_image_machine_case, 1, 60); }

TEST(SchedulersLong, AgreeOn5000MoreImages) { run_seeds(test::random_image_machine_case, 1001, 2000); }

}  // namespace
}  // namespace sigdel::sim
