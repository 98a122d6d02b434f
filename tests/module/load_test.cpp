/// Latency against load, uniform random traffic: docs/studies/latency-and-load.md.
#include <gtest/gtest.h>

#include "tests/support/traffic_mesh.hpp"

namespace sigdel::test {
namespace {

TrafficCounts run_at(double load, std::uint64_t cycles) {
  TrafficConfig config;
  config.load = load;
  config.warm_up = cycles / 5;
  config.cycles = cycles;
  return run_traffic(config);
}

double accepted_load(const TrafficCounts& counts, std::uint64_t cycles) {
  return static_cast<double>(counts.accepted) / (64.0 * static_cast<double>(cycles - cycles / 5));
}

double mean_latency(const TrafficCounts& counts) {
  return static_cast<double>(counts.latencies) / static_cast<double>(counts.timed);
}

/// The mean of T(h, 1) = h + 2 over all pairs is 2 (k^2 - 1) / (3 k) + 2 = 7.25 for k = 8.
TEST(Load, ZeroLoadLatencyIsTheMeanOfItsClosedForm) {
  const TrafficCounts counts = run_at(0.002, 200'000);
  EXPECT_NEAR(mean_latency(counts), 7.25, 0.05);
  const double by_hops = static_cast<double>(counts.hops) / static_cast<double>(counts.made) + 2;
  EXPECT_NEAR(mean_latency(counts), by_hops, 0.05);
}

TEST(Load, IsAcceptedAsOfferedBelowSaturation) {
  for (const double load : {0.1, 0.2, 0.3}) {
    const TrafficCounts counts = run_at(load, 10'000);
    EXPECT_NEAR(accepted_load(counts, 10'000), load, 0.02 * load);
    EXPECT_LT(mean_latency(counts), 12);
  }
}

/// Each direction of the bisection carries k flits per cycle, and N x / 4 want to cross: at most 4 / k = 0.5 for k = 8.
TEST(Load, SaturatesBelowTheBisectionBound) {
  for (const double load : {0.4, 0.5, 1.0}) {
    const TrafficCounts counts = run_at(load, 10'000);
    EXPECT_GT(accepted_load(counts, 10'000), 0.6 * 0.5) << load;
    EXPECT_LT(accepted_load(counts, 10'000), 0.5) << load;
    EXPECT_NEAR(accepted_load(counts, 10'000), 0.358, 0.01) << load << ": as docs/studies/latency-and-load.md has it";
  }
}

/// Whatever was offered, every packet arrives in the end.
TEST(Load, LosesNothing) {
  TrafficConfig config;
  config.load = 0.6;
  config.cycles = 2'000;
  TrafficMesh mesh(config, true);
  sim::BlockSet& blocks = mesh.block_set();
  while (const auto now = blocks.next_cycle()) {
    blocks.run_cycle(*now);
  }
  EXPECT_EQ(mesh.counts().timed, mesh.counts().made);
  for (const sim::ClockedBlock* block : blocks.blocks()) {
    EXPECT_TRUE(block->at_rest()) << block->name();
  }
}

/// The same under the loop that steps every block in every cycle.
TEST(Load, IsTheSameWithoutAWheel) {
  TrafficConfig config;
  config.load = 0.3;
  config.cycles = 1'000;
  const TrafficCounts with = run_traffic(config);
  TrafficMesh mesh(config, false);
  for (Cycles now; now < Cycles{3'000}; now += Cycles{1}) {
    for (sim::ClockedBlock* block : mesh.block_set().blocks()) {
      block->step(now);
    }
  }
  EXPECT_EQ(mesh.counts().made, with.made);
  EXPECT_EQ(mesh.counts().latencies, with.latencies);
  EXPECT_EQ(mesh.counts().hops, with.hops);
}

}  // namespace
}  // namespace sigdel::test
