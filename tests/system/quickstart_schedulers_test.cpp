/// The whole quickstart, every mode: SystemC, the bare wheel in another order of the blocks, and a plain loop that
/// steps every block in every cycle agree on total cycles, on a hash of all cycles in which each block did something,
/// on outputs and on activity.
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

#include "models/reference/executor.hpp"
#include "scenarios/check_prices.hpp"
#include "scenarios/resolve.hpp"
#include "sim/systemc/platform.hpp"

namespace sigdel {

/// CTest's names are made of it. NOLINTNEXTLINE(readability-identifier-naming): GoogleTest looks for this name
void PrintTo(Mode mode, std::ostream* out) { *out << name_of(mode); }

namespace {

scenarios::Plan quickstart() {
  const std::string source = SIGDEL_SOURCE_DIR;
  return scenarios::resolve(scenarios::read_scenario(source + "/scenarios/quickstart.yaml", {}),
                            source + "/energy/tables");
}

void expect_same(const sim::RunResult& a, const sim::RunResult& b) {
  EXPECT_EQ(a.total, b.total);
  EXPECT_EQ(a.activity_hash, b.activity_hash);
  EXPECT_EQ(a.outputs, b.outputs);
  EXPECT_EQ(a.activity, b.activity);
}

/// Every action that was counted has a price that was asked for before the run.
void expect_prices_were_checked(const sim::RunResult& result, const scenarios::Plan& plan) {
  const Activity countable = scenarios::countable_actions(plan);
  for (const ActivityRecord& record : result.activity) {
    const bool known = std::any_of(countable.begin(), countable.end(), [&](const ActivityRecord& candidate) {
      return candidate.action == record.action && candidate.bits == record.bits &&
             candidate.memory_bytes == record.memory_bytes;
    });
    ASSERT_TRUE(known) << name_of(record.action) << ", " << record.bits << " bits";
  }
}

class QuickstartSchedulers : public ::testing::TestWithParam<Mode> {};

TEST_P(QuickstartSchedulers, Agree) {
  const scenarios::Plan plan = quickstart();
  const network::IntegerNetwork& network = plan.network_for(GetParam());
  reference::FrameEncoder encoder(network, GetParam());
  sim::FrameEvents frames;
  for (std::size_t t = 0; t < plan.frames.count; ++t) {
    frames.push_back(encoder.encode(plan.frames.frame(t)));
  }
  sim::MachineInput input{network, plan.mapping, frames, plan.machine, GetParam(), 0};
  const sim::RunResult systemc = sim::run_systemc(input, {});
  expect_prices_were_checked(systemc, plan);
  expect_same(systemc, sim::run_plain_loop(input));
  input.order_seed = 1;
  expect_same(systemc, sim::run_wheel(input));
}

INSTANTIATE_TEST_SUITE_P(Modes, QuickstartSchedulers, ::testing::ValuesIn(kModesOfAnyNetwork), [](const auto& mode) {
  std::string name(name_of(mode.param));
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace sigdel
