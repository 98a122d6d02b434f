/// The machine inside the SystemC kernel: the same result as without it, and exact times. One simulation per process,
/// so one per test.
#include <gtest/gtest.h>

#include <fstream>
#include <systemc>

#include "sim/systemc/platform.hpp"
#include "tests/support/small_machine.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sigdel::sim {
namespace {

struct Example {
  network::IntegerNetwork network = test::plain_chain({30, 40, 20, 10});
  mapping::Mapping mapping = test::one_core_per_layer(network);
  FrameEvents frames = test::full_frames(network, 6);
  MachineConfig config = test::row_of_cores(3);

  [[nodiscard]] MachineInput input() const { return {network, mapping, frames, config, Mode::kDense, 0}; }
};

void expect_same(const RunResult& a, const RunResult& b) {
  EXPECT_EQ(a.total, b.total);
  EXPECT_EQ(a.activity_hash, b.activity_hash);
  EXPECT_EQ(a.outputs, b.outputs);
  EXPECT_EQ(a.activity, b.activity);
}

TEST(SystemC, GivesTheResultOfTheBareWheel) {
  const Example example;
  expect_same(run_systemc(example.input(), {}), run_wheel(example.input()));
}

TEST(SystemC, GivesTheResultOfTheBareWheelWithABarrier) {
  Example example;
  example.config.discipline = Discipline::kBarrier;
  example.config.sync_cycles = 9;
  example.config.frame_period_us = 2;
  expect_same(run_systemc(example.input(), {}), run_wheel(example.input()));
}

TEST(SystemC, TimeIsCyclesTimesThePeriod) {
  Example example;
  example.config.clock_mhz = 333;
  const RunResult result = run_systemc(example.input(), {});
  // The last activity is in cycle total - 1; blocks woken by it may look once more, and find nothing to do.
  const std::uint64_t last = (result.total.value - 1) * period_ps(333);
  EXPECT_GE(sc_core::sc_time_stamp().value(), last);
  EXPECT_LE(sc_core::sc_time_stamp().value(), last + period_ps(333));
}

TEST(SystemC, PeriodIsRoundedToPicoseconds) {
  EXPECT_EQ(period_ps(500), 2000U);
  EXPECT_EQ(period_ps(333), 3003U);
  EXPECT_EQ(period_ps(3000), 333U);
}

TEST(SystemC, ReportsEveryFrameAsItLeaves) {
  const Example example;
  std::vector<std::uint64_t> reported;
  run_systemc(example.input(), {nullptr, [&](std::uint64_t frames) { reported.push_back(frames); }});
  EXPECT_EQ(reported, (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6}));
}

TEST(SystemC, ATraceChangesNothingAndIsWritten) {
  const Example example;
  const test::TemporaryFolder folder;
  const TraceConfig trace{folder.path() + "/trace.vcd", 1, 2, {"core_0_1", "router_0_1", "host"}};
  expect_same(run_systemc(example.input(), {&trace, {}}), run_wheel(example.input()));
  EXPECT_TRUE(std::ifstream(trace.file).good());
}

TEST(SystemC, ATraceHasSignalsOfEachHostPort) {
  Example example;
  example.config.host_ports = {{Edge::kWest, 0}, {Edge::kEast, 0}};
  const test::TemporaryFolder folder;
  const TraceConfig trace{folder.path() + "/trace.vcd", 0, 5, {"host_0", "host_1"}};
  std::vector<std::uint64_t> reported;
  expect_same(run_systemc(example.input(), {&trace, [&](std::uint64_t frames) { reported.push_back(frames); }}),
              run_wheel(example.input()));
  EXPECT_EQ(reported, (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6}));
  std::ifstream file(trace.file);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_NE(text.find("host_0"), std::string::npos);
  EXPECT_NE(text.find("host_1"), std::string::npos);
}

/// Packets of four flits never fit into queues of two; a plan with such a machine is refused before it gets here.
TEST(SystemC, ADeadlockIsAnErrorThatNamesTheWaitingBlocks) {
  Example example;
  example.config.router.flit_bits = 16;
  example.config.router.queue_depth = 2;
  try {
    run_systemc(example.input(), {});
    FAIL() << "no error";
  } catch (const std::logic_error& error) {
    EXPECT_NE(std::string(error.what()).find("deadlocked at cycle"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("host: 1 of 6 frames begun"), std::string::npos);
  }
}

}  // namespace
}  // namespace sigdel::sim
