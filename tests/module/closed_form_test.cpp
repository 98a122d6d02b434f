/// docs/timing.md's closed forms, worked out by hand there, against whole machines.
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/core/machine.hpp"
#include "tests/support/small_machine.hpp"

namespace sigdel::sim {
namespace {

RunResult run_dense(const network::IntegerNetwork& network, const mapping::Mapping& mapping, const FrameEvents& frames,
                    const MachineConfig& config) {
  return run_wheel({network, mapping, frames, config, Mode::kDense, 0});
}

/// The cycle in which the core's engine takes its first spike.
std::uint64_t first_spike_taken(const MachineInput& input, std::size_t core) {
  Machine machine(input, true);
  while (const auto now = machine.next_cycle()) {
    machine.run_cycle(*now);
    if (machine.cores()[core]->spikes_received() == 1) {
      return now->value;
    }
  }
  return 0;
}

/// A spike that the host injects in cycle 0 is taken by the engine of a core h links away in cycle h + 2, and with a
/// service time of one cycle is done in h + 3.
TEST(ClosedForm, ZeroLoadLatencyOverHHops) {
  for (std::uint32_t columns = 1; columns <= 6; ++columns) {
    for (std::uint32_t rows = 1; rows <= 6; ++rows) {
      const auto network = test::plain_chain({1, 1});
      MachineConfig config = test::row_of_cores(columns);
      config.rows = rows;
      const mapping::Mapping mapping{{{{0}, {columns * rows - 1}, network::elements({0, 1})}}};
      const FrameEvents frames = test::full_frames(network, 1);
      EXPECT_EQ(first_spike_taken({network, mapping, frames, config, Mode::kDense, 0}, columns * rows - 1),
                columns - 1 + rows - 1 + 2)
          << columns << " x " << rows;
    }
  }
}

/// T(h, n) = r + h (l + r - 1) + n from a core's injection, and l - 1 more from the host's, for packets of n flits,
/// router latency r and link latency l.
TEST(ClosedForm, ZeroLoadLatencyOfNFlitsThroughSlowRoutersAndLinks) {
  for (const std::uint32_t flit_bits : {16U, 32U, 64U}) {
    for (std::uint32_t r = 1; r <= 3; ++r) {
      for (std::uint32_t l = 1; l <= 3; ++l) {
        for (std::uint32_t columns = 1; columns <= 4; ++columns) {
          const auto network = test::plain_chain({1, 1});
          MachineConfig config = test::row_of_cores(columns);
          config.router = {8, flit_bits, r, l, Multicast::kTree};
          const mapping::Mapping mapping{{{{0}, {columns - 1}, network::elements({0, 1})}}};
          const FrameEvents frames = test::full_frames(network, 1);
          const std::uint64_t n = (kPacketBits + flit_bits - 1) / flit_bits;
          EXPECT_EQ(first_spike_taken({network, mapping, frames, config, Mode::kDense, 0}, columns - 1),
                    r + (columns - 1) * (l + r - 1) + n + (l - 1))
              << flit_bits << " bits, r " << r << ", l " << l << ", " << columns - 1 << " hops";
        }
      }
    }
  }
}

struct Chain {
  std::uint32_t inputs;
  std::uint32_t neurons;
  std::uint32_t outputs;
  std::uint32_t lanes;
};

std::uint64_t service(std::uint64_t fan_out, const CoreConfig& config) {
  return service_of(config, fan_out, 1, 8, 32).cycles.value;
}

/// One core: E inputs, N outputs, service time S. Spikes are taken from cycle 2 on, the end-of-frame token is seen in
/// E + 2, so the scan starts in f = 2 + E * S. Its last read is in f + N - 1; the ready token leaves the core in f + N,
/// the last output in f + N + 1, the end of frame in f + N + 2, and the host takes that two cycles later. Its own
/// ready token leaves in the cycle after and reaches the core two cycles later.
TEST(ClosedForm, OneCore) {
  for (const Chain& c : std::vector<Chain>{{1, 1, 0, 16}, {5, 3, 0, 16}, {7, 33, 0, 16}, {20, 100, 0, 4}}) {
    const auto network = test::plain_chain({c.inputs, c.neurons});
    MachineConfig config = test::row_of_cores(1);
    config.core.lanes = c.lanes;
    const auto result = run_dense(network, test::one_core_per_layer(network), test::full_frames(network, 1), config);
    const std::uint64_t first_read = 2 + c.inputs * service(c.neurons, config.core);
    EXPECT_EQ(result.frames[0].entered.value, 0U);
    EXPECT_EQ(result.frames[0].left.value, first_read + c.neurons + 4) << c.inputs << " " << c.neurons;
    EXPECT_EQ(result.total.value, result.frames[0].left.value + 4);
    EXPECT_EQ(result.cores[0].cycles[CoreState::kIntegrating], c.inputs * service(c.neurons, config.core));
    EXPECT_EQ(result.cores[0].cycles[CoreState::kFiring], c.neurons);
    EXPECT_EQ(result.cores[0].cycles[CoreState::kStalled], 0U);
  }
}

/// Two cores side by side, N neurons on the first and M outputs on the second with service time S'. The first scan's
/// neuron i is read in f + i and taken by the second core's engine in f + i + 4, the last one (behind the ready
/// token) in f + N + 4; its end of frame is seen in f + N + 5. The second scan starts in g = f + N + 5 if S' = 1, and
/// in f + 4 + N * S' if the engine is the slower one (N, S' >= 2); the frame leaves in g + M + 5 and the machine is at
/// rest 5 cycles later.
TEST(ClosedForm, TwoCoreChain) {
  for (const Chain& c : std::vector<Chain>{{4, 6, 3, 16}, {9, 12, 16, 16}, {5, 8, 40, 16}, {3, 30, 17, 8}}) {
    const auto network = test::plain_chain({c.inputs, c.neurons, c.outputs});
    MachineConfig config = test::row_of_cores(2);
    config.core.lanes = c.lanes;
    const auto result = run_dense(network, test::one_core_per_layer(network), test::full_frames(network, 1), config);
    const std::uint64_t f = 2 + c.inputs * service(c.neurons, config.core);
    const std::uint64_t slow = service(c.outputs, config.core);
    const std::uint64_t g = slow == 1 ? f + c.neurons + 5 : f + 4 + c.neurons * slow;
    EXPECT_EQ(result.frames[0].left.value, g + c.outputs + 5) << c.inputs << " " << c.neurons << " " << c.outputs;
    EXPECT_EQ(result.total.value, result.frames[0].left.value + 5);
  }
}

/// With one slow engine on the way, frames leave at the pace of that engine: E spikes of S cycles, and nothing between
/// frames but the end-of-frame protocol (the scan runs beside the engine only after the frame, so its N cycles and the
/// ready token's way to the host and the first spike's way back count).
TEST(ClosedForm, FramePeriodOfOneCore) {
  const auto network = test::plain_chain({10, 64});
  MachineConfig config = test::row_of_cores(1);
  config.core.lanes = 4;
  const auto result = run_dense(network, test::one_core_per_layer(network), test::full_frames(network, 5), config);
  const std::uint64_t integrate = 10 * service(64, config.core);
  // Last read in f + 63; ready: outbox f + 64, router f + 65, host f + 66, which injects at once; first spike taken
  // two cycles later.
  for (std::size_t t = 1; t < 5; ++t) {
    EXPECT_EQ((result.frames[t].entered - result.frames[t - 1].entered).value, 2 + integrate + 64 + 2) << t;
  }
}

TEST(ClosedForm, FramesEnterNoEarlierThanTheirPeriodAllows) {
  const auto network = test::plain_chain({2, 2});
  MachineConfig config = test::row_of_cores(1);
  config.frame_period_us = 3;  // 300 cycles at 100 MHz
  const auto result = run_dense(network, test::one_core_per_layer(network), test::full_frames(network, 4), config);
  for (std::uint64_t t = 0; t < 4; ++t) {
    EXPECT_EQ(result.frames[t].entered.value, 300 * t);
    EXPECT_EQ((result.frames[t].left - result.frames[t].entered).value, 2 + 2 + 2 + 4U);
  }
}

/// A core that takes 40 cycles for a spike has one place in its inbox. Its router stalls, the queues behind it fill up
/// to the host, and all 200 spikes arrive all the same.
TEST(ClosedForm, AFullInboxStallsItsRouterAndNothingIsLost) {
  const auto network = test::plain_chain({200, 40});
  MachineConfig config = test::row_of_cores(3);
  config.core.lanes = 1;
  config.core.inbox_depth = 1;
  const mapping::Mapping mapping{{{{0}, {2}, network::elements({0, 40})}}};
  const auto frames = test::full_frames(network, 1);
  Machine machine({network, mapping, frames, config, Mode::kDense, 0}, true);
  int full = 0;  // cycles in which every queue on the way is full
  while (const auto now = machine.next_cycle()) {
    machine.run_cycle(*now);
    full += std::all_of(machine.routers().begin(), machine.routers().end(),
                        [&](const auto& router) { return router->queued() == config.router.queue_depth; })
                ? 1
                : 0;
  }
  EXPECT_GT(full, 180);  // at least once for each spike that has to wait
  const RunResult result = machine.finish();
  EXPECT_EQ(machine.cores()[2]->spikes_received(), 200U);
  EXPECT_EQ(result.outputs, std::vector<std::int32_t>(40, 200));
  EXPECT_EQ(result.cores[2].cycles[CoreState::kIntegrating], 200 * 40U);
  EXPECT_EQ(result.frames[0].left.value, 2 + 2 + 200 * 40 + 40 + 4 + 2U) << "two links in, two links out";
}

/// Many cores send to one: from the first of their flits to the last, spikes and end-of-frame tokens, the router in
/// front of it delivers exactly one per cycle.
TEST(ClosedForm, HotspotTakesExactlyOneFlitPerCycle) {
  constexpr std::uint32_t kSources = 8;
  constexpr std::uint64_t kSpikes = 80 * kSources;
  const auto network = test::plain_chain({1, kSpikes, 1});
  MachineConfig config = test::row_of_cores(3);
  config.rows = 3;
  mapping::Mapping mapping;
  for (std::uint32_t core = 0; core < kSources; ++core) {
    mapping.slices.push_back({{0}, {core < 4 ? core : core + 1}, network::elements({core * 80, (core + 1) * 80})});
  }
  mapping.slices.push_back({{1}, {4}, network::elements({0, 1})});  // in the middle
  const auto frames = test::full_frames(network, 1);
  Machine machine({network, mapping, frames, config, Mode::kDense, 0}, true);
  std::vector<std::uint64_t> delivered;  // cycles
  while (const auto now = machine.next_cycle()) {
    machine.run_cycle(*now);
    if (machine.routers()[4]->sends(Port::kLocal, *now)) {
      delivered.push_back(now->value);
    }
  }
  constexpr std::uint64_t kFlits = kSpikes + kSources;
  ASSERT_EQ(delivered.size(), kFlits + 1);  // and at the end the host's ready token
  EXPECT_EQ(delivered[kFlits - 1] - delivered[0] + 1, kFlits);
}

}  // namespace
}  // namespace sigdel::sim
