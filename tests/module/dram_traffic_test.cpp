/// The memory under streams and random traffic: throughput in closed form, what holds of any traffic, and its energy.
#include <gtest/gtest.h>

#include <map>

#include "energy/evaluate.hpp"
#include "models/base/random.hpp"
#include "tests/support/energy_sample.hpp"
#include "tests/support/memory_rig.hpp"

namespace sigdel::sim {
namespace {

using test::MemoryRig;
using test::TimedRequest;
using test::times_of;

/// `count` addresses from 0 on, `stride` apart.
std::vector<std::uint64_t> stride(std::uint64_t count, std::uint64_t stride) {
  std::vector<std::uint64_t> addresses;
  for (std::uint64_t i = 0; i < count; ++i) {
    addresses.push_back(i * stride);
  }
  return addresses;
}

TEST(DramStream, ReachesTheBandwidthAcrossRows) {
  const DramConfig config;
  for (const std::uint32_t n : {1U, 31U, 32U, 33U, 1000U}) {  // 32 bursts a row, 8 banks: each bank's row changes
    EXPECT_EQ(times_of(config, stride(n, 64)).back(), 1 + 9 + 10 + 4 * n) << n;
  }
  for (const std::uint32_t n : {1U, 31U, 32U, 33U, 64U}) {
    EXPECT_EQ(times_of(config, {0}, 64 * n - 1).back(), 1 + 9 + 10 + 4 * n) << n << " in one request";
  }
}

/// Bursts in flight that cover the latency of a hit are needed for full bandwidth within a row, and suffice.
TEST(DramStream, NeedsBurstsInFlightForTheLatency) {
  DramConfig config;
  config.row_bytes = 1U << 20U;
  const auto time = [&](std::uint32_t in_flight) {
    config.bursts_in_flight = in_flight;
    return times_of(config, stride(1000, 64)).back();
  };
  EXPECT_EQ(time(4), 1 + 9 + 10 + 4 * 1000U);  // 4 x 4 >= 10 + 4
  EXPECT_EQ(time(3), 1 + 9 + 334 * 14U);       // three in 14, 333 times, and one more
  EXPECT_EQ(time(1), 1 + 9 + 1000 * 14U);
}

/// The two conditions of full bandwidth across rows are tight: C = 32, P + A + H = 28, T = 4.
TEST(DramStream, AcrossRowsNeedsTheRowCycleCovered) {
  const auto time = [](std::uint32_t in_flight, std::uint32_t banks, std::uint32_t bursts_per_row) {
    DramConfig config;
    config.bursts_in_flight = in_flight;
    config.banks = banks;
    config.row_bytes = 64 * bursts_per_row;
    return times_of(config, stride(1000, 64)).back();
  };
  const std::uint64_t full = 1 + 9 + 10 + 4 * 1000;
  EXPECT_EQ(time(8, 8, 32), full);  // 8 x 4 >= 32
  EXPECT_GT(time(7, 8, 32), full);
  EXPECT_EQ(time(16, 2, 7), full);  // 1 x 4 x 7 >= 28
  EXPECT_GT(time(16, 2, 6), full);
  EXPECT_EQ(time(16, 8, 1), full);  // 7 x 4 x 1 >= 28
  EXPECT_GT(time(16, 7, 1), full);
}

TEST(DramRows, OneBankGivesABurstPerRowCycle) {
  const DramConfig config;
  const std::uint64_t row_cycle = 9 + 9 + 10 + 4;
  ASSERT_EQ(config.row_cycle(), row_cycle);
  EXPECT_EQ(times_of(config, stride(50, 8 * 2048)).back(), 1 + 9 + 10 + 4 + 49 * row_cycle);
}

/// Rows that go round B banks: a burst per max(T, row cycle / B).
TEST(DramRows, BanksOverlapTheirRowCyclesUntilTheBusIsTheLimit) {
  DramConfig config;
  for (const std::uint32_t banks : {1U, 2U, 4U, 7U, 8U, 9U, 16U}) {
    config.banks = banks;
    const std::uint64_t rounds = 20;
    const std::uint64_t round = std::max<std::uint64_t>(32, std::uint64_t{4} * banks);
    EXPECT_EQ(times_of(config, stride(rounds * banks, 2048)).back(), 1 + 9 + 10 + 4 * banks + (rounds - 1) * round)
        << banks;
  }
}

DramConfig random_config(Random& random) {
  const auto pick = [&](std::uint64_t low, std::uint64_t high) {
    return static_cast<std::uint32_t>(low + random.below(high - low + 1));
  };
  DramConfig config;
  config.bytes_per_cycle = pick(1, 40);
  config.burst_bytes = pick(1, 64);
  config.banks = pick(1, 5);
  config.row_bytes = config.burst_bytes * pick(1, 8);
  config.hit_latency = pick(0, 12);
  config.activate_latency = pick(0, 12);
  config.precharge_latency = pick(0, 1200);  // beyond a turn of the wheel
  config.bursts_in_flight = pick(1, 6);
  config.queue_depth = pick(1, 4);
  config.reply_bursts = pick(4, 20);
  return config;
}

std::vector<TimedRequest> random_requests(const DramConfig& config, Random& random) {
  std::vector<TimedRequest> requests;
  Cycles due;
  for (std::uint32_t tag = 0; tag < 60; ++tag) {
    due += Cycles{random.below(4) == 0 ? random.below(200) : 0};
    const auto bytes = static_cast<std::uint32_t>(1 + random.below(std::uint64_t{3} * config.burst_bytes));
    const auto access = random.below(3) == 0 ? MemoryAccess::kWrite : MemoryAccess::kRead;
    requests.push_back({due, {random.below(4000), bytes, access, {tag % 2}, tag}});
  }
  return requests;
}

/// What the rules say of bytes and rows, counted without a clock: bursts touched, and rows opened in order.
struct Expected {
  std::uint64_t bursts = 0;
  std::uint64_t activates = 0;
};

Expected expected_of(const DramConfig& config, const std::vector<TimedRequest>& requests) {
  Expected expected;
  std::map<std::uint64_t, std::uint64_t> open;  // bank -> row
  for (const auto& [due, request] : requests) {
    std::uint64_t last = ~std::uint64_t{0};
    for (std::uint64_t byte = request.address; byte < request.address + request.bytes; ++byte) {
      expected.bursts += byte / config.burst_bytes != last ? 1U : 0U;
      last = byte / config.burst_bytes;
      const std::uint64_t row = byte / config.row_bytes;
      const auto [bank, is_new] = open.try_emplace(row % config.banks, row);
      expected.activates += is_new || bank->second != row ? 1U : 0U;
      bank->second = row;
    }
  }
  return expected;
}

class DramTraffic : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(DramTraffic, LosesNothingKeepsOrderAndDoesNotDependOnTheScheduler) {
  Random random(GetParam());
  const DramConfig config = random_config(random);
  const std::vector<TimedRequest> requests = random_requests(config, random);
  const std::uint64_t pace = 1 + random.below(60);
  MemoryRig wheel(config, requests, pace, 2);
  wheel.run_wheel();

  ASSERT_EQ(wheel.requester.replies().size(), requests.size());
  for (std::uint32_t i = 0; i < requests.size(); ++i) {
    EXPECT_EQ(wheel.requester.replies()[i].tag, i);
  }
  EXPECT_TRUE(wheel.dram.at_rest());
  EXPECT_EQ(wheel.port.reserved(), 0U);

  const auto& counts = wheel.dram.counts();
  const Expected expected = expected_of(config, requests);
  const std::uint64_t bursts = counts[0].reads + counts[0].writes + counts[1].reads + counts[1].writes;
  EXPECT_EQ(bursts, expected.bursts);
  EXPECT_EQ(counts[0].activates + counts[1].activates, expected.activates);
  EXPECT_GE(wheel.times().back() * config.bytes_per_cycle, bursts * config.burst_bytes);

  for (const bool dram_first : {false, true}) {
    MemoryRig plain(config, requests, pace, 2);
    plain.run_plain(wheel.requester.replies().back().cycle + Cycles{2}, dram_first);
    EXPECT_EQ(plain.requester.replies(), wheel.requester.replies());
    EXPECT_EQ(plain.dram.activity_hash(), wheel.dram.activity_hash());
    EXPECT_EQ(plain.requester.activity_hash(), wheel.requester.activity_hash());
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, DramTraffic, ::testing::Range<std::uint64_t>(0, 100));

TEST(Dram, SleepsWhileNothingIsDue) {
  MemoryRig rig(DramConfig{}, {{Cycles{100'000}, {0, 1, MemoryAccess::kRead, {}, 0}}});
  rig.run_wheel();
  EXPECT_EQ(rig.times().back(), 100'000 + 1 + 9 + 10 + 4U);
  EXPECT_LT(rig.steps, 10U);
}

/// Layer a reads two rows (64 bursts) and layer b writes 100 bytes into a third: LPDDR4's 8 pJ per bit, 31 % of it for
/// the bits of the whole row.
TEST(DramEnergy, BurstsAndRowsArePricedByLayer) {
  MemoryRig rig(DramConfig{},
                {{{}, {0, 4096, MemoryAccess::kRead, {0}, 0}}, {{}, {4096, 100, MemoryAccess::kWrite, {1}, 1}}}, 1, 2);
  rig.run_wheel();
  Activity activity;
  append_activity(rig.dram, {"a", "b"}, activity);
  EXPECT_EQ(activity, (Activity{{"dram", "a", Action::kDramRead, 512, 0, 64},
                                {"dram", "a", Action::kDramActivate, 16384, 0, 2},
                                {"dram", "b", Action::kDramWrite, 512, 0, 2},
                                {"dram", "b", Action::kDramActivate, 16384, 0, 1}}));
  const energy::ActivityEnergy energy = energy::evaluate(activity, {"a", "b"}, energy::test::horowitz());
  EXPECT_NEAR(energy.layers[0][Category::kOffChip].value, 8.0 * 2 * 16384, 1e-6);  // whole rows: 8 pJ for every bit
  EXPECT_NEAR(energy.layers[1][Category::kOffChip].value, 8 * (0.69 * 2 * 512 + 0.31 * 16384), 1e-6);
  EXPECT_EQ(energy.total.total(), energy.total[Category::kOffChip]);
}

}  // namespace
}  // namespace sigdel::sim
