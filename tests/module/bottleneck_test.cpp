/// Machines whose bottleneck is plain to see.
#include "sim/core/bottleneck.hpp"

#include <gtest/gtest.h>

#include "sim/core/machine.hpp"
#include "tests/support/small_machine.hpp"

namespace sigdel::sim {
namespace {

struct Case {
  const char* name;
  std::vector<std::uint32_t> widths;
  void (*change)(MachineConfig&);
  std::vector<Bottleneck> expected;
};

std::vector<Case> cases() {
  return {
      {"few lanes", {20, 40}, [](MachineConfig& c) { c.core.lanes = 1; }, {{Resource::kLanes, {0}}}},
      {"a narrow weight port",
       {20, 40},
       [](MachineConfig& c) { c.core.weight_port_bits = 8; },
       {{Resource::kWeightPort, {0}}}},
      {"few weight banks",
       {20, 64},
       [](MachineConfig& c) {
         c.core.weight_port_bits = 4096;
         c.core.weight_banks = 2;
         c.core.word_bits = 8;
         c.core.lanes = 64;
         c.core.state_port_bits = 65536;
       },
       {{Resource::kWeightPort, {0}}}},
      {"a narrow state port",
       {20, 40},
       [](MachineConfig& c) { c.core.state_port_bits = 64; },
       {{Resource::kStatePort, {0}}}},
      {"many neurons, few inputs", {2, 100}, [](MachineConfig&) {}, {{Resource::kScan, {0}}}},
      {"narrow links on the way in",
       {100, 4},
       [](MachineConfig& c) { c.router.flit_bits = 16; },
       {{Resource::kHostPort, {0}}}},
      {"a slow sensor", {4, 4}, [](MachineConfig& c) { c.frame_period_us = 10; }, {{Resource::kHostPort, {0}}}},
      {"narrow links on the way out",
       {1, 100},
       [](MachineConfig& c) {
         c.router.flit_bits = 16;
         c.core.lanes = 100;
         c.core.weight_port_bits = 4096;
         c.core.state_port_bits = 65536;
       },
       {{Resource::kLink, {0}}}},
      {"a slow second layer",
       {2, 30, 64},
       [](MachineConfig& c) { c.core.weight_port_bits = 16; },
       {{Resource::kTokenWait, {0}}, {Resource::kWeightPort, {1}}}},
      {"a fast second layer behind a slow one",
       {60, 40, 1},
       [](MachineConfig& c) { c.core.weight_port_bits = 16; },
       {{Resource::kWeightPort, {0}}, {Resource::kWeightPort, {0}}}},
  };
}

TEST(Bottleneck, IsNamedForEveryLayer) {
  for (const Case& c : cases()) {
    const auto network = test::plain_chain(c.widths);
    MachineConfig config = test::row_of_cores(static_cast<std::uint32_t>(network.layers.size()));
    config.router.queue_depth = 8;
    c.change(config);
    const auto mapping = test::one_core_per_layer(network);
    const auto frames = test::full_frames(network, 10);
    const RunResult result = run_wheel({network, mapping, frames, config, Mode::kDense, 0});
    EXPECT_EQ(bottlenecks_of(result), c.expected) << c.name << ": " << name_of(bottlenecks_of(result)[0].resource)
                                                  << " of layer " << bottlenecks_of(result)[0].layer.value;
  }
}

/// Two layers on one core that both want the engine all the time.
TEST(Bottleneck, ASharedCoreIsOne) {
  const auto network = test::plain_chain({4, 60, 60});
  const MachineConfig config = test::row_of_cores(1);
  const mapping::Mapping mapping{{{{0}, {0}, network::elements({0, 60})}, {{1}, {0}, network::elements({0, 60})}}};
  const auto frames = test::full_frames(network, 10);
  const RunResult result = run_wheel({network, mapping, frames, config, Mode::kDense, 0});
  EXPECT_GT(result.layers[0].counts.time[PartState::kOtherLayer], 0U);
  for (const LayerResult& layer : result.layers) {
    EXPECT_EQ(layer.counts.time.total(), result.total.value);
  }
}

/// An outbox that empties slowly: the end of a frame waits for room, and all of the next, empty one has come before
/// that. The engine works for the other layer meanwhile, whose cycles must not count twice.
TEST(Bottleneck, AFrameThatIsCompleteBeforeTheLastOneIsClosedCountsOnce) {
  const auto network = test::plain_chain({4, 8, 64, 64});
  MachineConfig config = test::row_of_cores(9);
  config.router.multicast = Multicast::kUnicast;
  config.core.outbox_depth = 2;
  config.core.weight_port_bits = 8;
  config.router.link_latency = 1;
  mapping::Mapping mapping{{{{0}, {0}, network::elements({0, 8})}}};
  for (std::uint32_t core = 1; core < 9; ++core) {
    mapping.slices.push_back({{1}, {core}, network::elements({8 * (core - 1), 8 * core})});
  }
  mapping.slices.push_back({{2}, {0}, network::elements({0, 64})});
  const FrameEvents frames(20);  // no input: in dense mode all hidden neurons send their biases all the same
  const RunResult result = run_wheel({network, mapping, frames, config, Mode::kDense, 0});
  for (const LayerResult& layer : result.layers) {
    EXPECT_EQ(layer.counts.time.total(), layer.cores * result.total.value);
    for (const PartState state : all_of<PartState>()) {
      EXPECT_LE(layer.counts.time[state], layer.cores * result.total.value) << layer.name << " " << name_of(state);
    }
  }
}

}  // namespace
}  // namespace sigdel::sim
