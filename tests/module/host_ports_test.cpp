/// Several host ports: shares, the nearest port for outputs, closed forms, and what more ports are good for.
#include <gtest/gtest.h>

#include "sim/core/machine.hpp"
#include "tests/support/small_machine.hpp"

namespace sigdel::sim {
namespace {

const std::vector<HostPort> kAround{{Edge::kWest, 0}, {Edge::kEast, 0}, {Edge::kNorth, 0}, {Edge::kSouth, 0}};

std::vector<HostPort> first_ports(std::size_t count) {
  return {kAround.begin(), kAround.begin() + static_cast<int>(count)};
}

/// docs/timing.md, "Host ports": P ports around one core, E inputs, a multiple of P, each taken in one cycle. The
/// core's own link brings one flit per cycle, the P end-of-frame tokens last, so the scan starts in f = E + P + 1.
/// Before the last output P ready tokens leave, one to each port, so that left = f + N + 3 + P.
TEST(HostPorts, ClosedFormOfOneCoreAndPPorts) {
  for (std::uint32_t ports = 1; ports <= 4; ++ports) {
    const std::uint32_t inputs = 12 * ports;
    const auto network = test::plain_chain({inputs, 5});
    MachineConfig config = test::row_of_cores(1);
    config.host_ports = first_ports(ports);
    const auto frames = test::full_frames(network, 1);
    const auto mapping = test::one_core_per_layer(network);
    const RunResult result = run_wheel({network, mapping, frames, config, Mode::kDense, 0});
    const std::uint64_t f = inputs + ports + 1;
    EXPECT_EQ(result.frames[0].entered.value, 0U);
    EXPECT_EQ(result.frames[0].left.value, f + 5 + 3 + ports) << ports << " ports";
    EXPECT_EQ(result.total.value, result.frames[0].left.value + 4);
    EXPECT_EQ(result.outputs, std::vector<std::int32_t>(5, static_cast<std::int32_t>(inputs)));
  }
}

TEST(HostPorts, EachSendsTheInputsOfItsResidue) {
  const auto network = test::plain_chain({7, 3});
  MachineConfig config = test::row_of_cores(2);
  config.host_ports = first_ports(3);
  const auto frames = test::full_frames(network, 2);
  const auto mapping = test::one_core_per_layer(network);
  Machine machine({network, mapping, frames, config, Mode::kDense, 0}, true);
  while (const auto now = machine.next_cycle()) {
    machine.run_cycle(*now);
  }
  EXPECT_EQ(machine.hosts()[0]->spikes_sent(), 2 * 3U);  // inputs 0, 3, 6
  EXPECT_EQ(machine.hosts()[1]->spikes_sent(), 2 * 2U);
  EXPECT_EQ(machine.hosts()[2]->spikes_sent(), 2 * 2U);
  EXPECT_EQ(machine.hosts()[1]->name(), "host_1");
  EXPECT_EQ(machine.finish().traffic.deliveries, 2 * (7 + 3U));
}

/// Four cores in a row, an output neuron on each; ports at both ends and above the second core.
TEST(HostPorts, OutputsLeaveThroughTheNearest) {
  const auto network = test::plain_chain({4, 4});
  const mapping::Mapping mapping{{{{0}, {0}, network::elements({0, 1})},
                                  {{0}, {1}, network::elements({1, 2})},
                                  {{0}, {2}, network::elements({2, 3})},
                                  {{0}, {3}, network::elements({3, 4})}}};
  MachineConfig config = test::row_of_cores(4);
  config.host_ports = {{Edge::kWest, 0}, {Edge::kEast, 0}, {Edge::kNorth, 1}};
  const auto frames = test::full_frames(network, 3);
  Machine machine({network, mapping, frames, config, Mode::kDense, 0}, true);
  std::vector<std::uint64_t> reported;
  machine.on_frame([&](std::uint64_t left) { reported.push_back(left); });
  while (const auto now = machine.next_cycle()) {
    machine.run_cycle(*now);
  }
  EXPECT_EQ(machine.hosts()[0]->spikes_received(), 3U);      // core 0
  EXPECT_EQ(machine.hosts()[1]->spikes_received(), 3 * 2U);  // core 3, and core 2: as near to port 2, which is higher
  EXPECT_EQ(machine.hosts()[2]->spikes_received(), 3U);      // core 1
  EXPECT_EQ(machine.finish().outputs, std::vector<std::int32_t>(12, 4));
  EXPECT_EQ(reported, (std::vector<std::uint64_t>{1, 2, 3}));
}

/// A port that is near to no part of the output layer only sends.
TEST(HostPorts, OneThatReceivesNothingIsNotWaitedFor) {
  const auto network = test::plain_chain({6, 2});
  MachineConfig config = test::row_of_cores(3);
  config.host_ports = {{Edge::kEast, 0}, {Edge::kWest, 0}};
  const auto frames = test::full_frames(network, 4);
  const auto mapping = test::one_core_per_layer(network);
  Machine machine({network, mapping, frames, config, Mode::kDense, 0}, true);
  while (const auto now = machine.next_cycle()) {
    machine.run_cycle(*now);
  }
  EXPECT_FALSE(machine.hosts()[0]->receives());
  EXPECT_EQ(machine.frames_left(), 4U);
  const RunResult result = machine.finish();
  EXPECT_EQ(result.outputs, std::vector<std::int32_t>(8, 6));
  for (const FrameTimes& times : result.frames) {
    EXPECT_GT(times.left, times.entered);
  }
}

/// Cycles of the last frame's entry to its exit of four cores that one port must serve one after the other.
std::uint64_t latency_of(std::vector<HostPort> ports, Multicast multicast) {
  const auto network = test::plain_chain({400, 4});
  const mapping::Mapping mapping{{{{0}, {0}, network::elements({0, 1})},
                                  {{0}, {1}, network::elements({1, 2})},
                                  {{0}, {2}, network::elements({2, 3})},
                                  {{0}, {3}, network::elements({3, 4})}}};
  MachineConfig config = test::row_of_cores(2);
  config.rows = 2;
  config.router.multicast = multicast;
  config.host_ports = std::move(ports);
  const auto frames = test::full_frames(network, 1);
  const RunResult result = run_wheel({network, mapping, frames, config, Mode::kDense, 0});
  return (result.frames[0].left - result.frames[0].entered).value;
}

/// With unicast the host repeats 400 spikes for four cores: 1600 cycles through one port, 400 through each of four.
/// A tree is limited by the links into the cores, which every spike must cross, however many ports there are.
TEST(HostPorts, MakeWhatIsBoundByTheHostFasterByTheirNumber) {
  const std::vector<HostPort> corners{{Edge::kWest, 0}, {Edge::kEast, 0}, {Edge::kWest, 1}, {Edge::kEast, 1}};
  const auto one = static_cast<double>(latency_of({corners[0]}, Multicast::kUnicast));
  const auto two = static_cast<double>(latency_of({corners[0], corners[3]}, Multicast::kUnicast));
  const auto four = static_cast<double>(latency_of(corners, Multicast::kUnicast));
  EXPECT_GE(one, 1600);
  EXPECT_NEAR(one / two, 2, 0.1);
  EXPECT_NEAR(one / four, 4, 0.4);
  EXPECT_NEAR(static_cast<double>(latency_of(corners, Multicast::kTree)),
              static_cast<double>(latency_of({corners[0]}, Multicast::kTree)), 10);
}

}  // namespace
}  // namespace sigdel::sim
