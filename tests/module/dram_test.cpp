/// The memory's sentences of timing and its closed forms (docs/timing.md, Off-chip memory), to the cycle.
#include "sim/core/dram.hpp"

#include <gmock/gmock.h>

#include <stdexcept>

#include "tests/support/memory_rig.hpp"

namespace sigdel::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

using test::MemoryRig;
using test::times_of;

/// T = 4; a hit takes 1 + 5 + 4 = 10 cycles from request to reply, a closed row 7 more, another open row 3 + 7.
DramConfig small() {
  DramConfig config;
  config.bytes_per_cycle = 16;
  config.burst_bytes = 64;
  config.banks = 4;
  config.row_bytes = 256;
  config.hit_latency = 5;
  config.activate_latency = 7;
  config.precharge_latency = 3;
  return config;
}
constexpr std::uint64_t kRow = 256;
constexpr std::uint64_t kSameBank = 4 * kRow;  // from a row to the next one of its bank

/// The cycles from one read at `address` to its reply when all is quiet, after the reads of `before`.
std::uint64_t latency_after(const std::vector<std::uint64_t>& before, std::uint64_t address) {
  std::vector<test::TimedRequest> requests = test::reads(before);
  requests.push_back({Cycles{1000}, {address, 1, MemoryAccess::kRead, {}, 0}});
  MemoryRig rig(small(), requests);
  rig.run_wheel();
  return rig.times().back() - 1000;
}

TEST(Dram, OneReadTakesHitAndTransferIfItsRowIsOpen) { EXPECT_EQ(latency_after({0}, 64), 1 + 5 + 4U); }

TEST(Dram, OneReadTakesActivationMoreIfNoRowIsOpen) {
  EXPECT_EQ(latency_after({}, 0), 1 + 7 + 5 + 4U);
  EXPECT_EQ(latency_after({0}, kRow), 1 + 7 + 5 + 4U);  // another bank
}

TEST(Dram, OneReadTakesPrechargeMoreIfAnotherRowIsOpen) {
  EXPECT_EQ(latency_after({0}, kSameBank), 1 + 3 + 7 + 5 + 4U);
}

TEST(Dram, TheReplyIsThereAtTAndNotAtTMinusOne) {
  MemoryPort port(small());
  Dram dram("dram", 1, port);
  const MemoryRequest read{0, 64, MemoryAccess::kRead, {}, 42};
  ASSERT_TRUE(port.can_request(Cycles{0}, read));
  port.request(Cycles{0}, read);
  dram.step(Cycles{0});
  EXPECT_EQ(port.requests().size(), 1U);  // taken up in the cycle after and not before
  dram.step(Cycles{1});
  EXPECT_TRUE(port.requests().empty());
  EXPECT_EQ(port.reply(Cycles{16}), nullptr);
  ASSERT_NE(port.reply(Cycles{17}), nullptr);
  EXPECT_EQ(port.reply(Cycles{17})->tag, 42U);
  EXPECT_FALSE(dram.at_rest());
  port.take(Cycles{17});
  EXPECT_TRUE(dram.at_rest());
}

TEST(Dram, TransfersAPartOfACycleInAWholeOne) {
  DramConfig config = small();
  config.bytes_per_cycle = 24;  // 64 bytes in 2.67 cycles
  EXPECT_THAT(times_of(config, {0, 64, 128}), ElementsAre(1 + 12 + 3, 1 + 12 + 6, 1 + 12 + 9));
}

/// 100 bytes from 50 on touch the bursts at 0, 64 and 128; of four bytes across a boundary both sides are moved.
TEST(Dram, MovesWholeBurstsAtMultiplesOfTheirSize) {
  EXPECT_THAT(times_of(small(), {50}, 100), ElementsAre(1 + 12 + 3 * 4));
  EXPECT_THAT(times_of(small(), {62}, 4), ElementsAre(1 + 12 + 2 * 4));
  EXPECT_THAT(times_of(small(), {60}, 4), ElementsAre(1 + 12 + 4));
}

TEST(Dram, StartsOneBurstPerCycleAtMost) {
  DramConfig config = small();
  config.bytes_per_cycle = 1000;  // T = 1
  EXPECT_THAT(times_of(config, {0, 64, 128}), ElementsAre(14, 15, 16));
  config.banks = 1000;
  EXPECT_THAT(times_of(config, {0, kRow, 2 * kRow}), ElementsAre(14, 15, 16));  // all banks open at the same time
}

TEST(Dram, ServesInOrderAlsoWhereALaterRequestCouldBeFirst) {
  // The second waits until its bank has transferred the first, and keeps the third, a hit, waiting.
  const std::uint64_t first = 1 + 7 + 5 + 4;
  const std::uint64_t second = first + 3 + 7 + 5 + 4;
  EXPECT_THAT(times_of(small(), {0, kSameBank, kSameBank + 64}), ElementsAre(first, second, second + 4));
  EXPECT_THAT(times_of(small(), {0, kSameBank, kRow}), ElementsAre(first, second, second + 4));
}

TEST(Dram, OverlapsTheLatencyOfAnotherBankWithTransfers) {
  EXPECT_THAT(times_of(small(), {0, kRow, 2 * kRow}), ElementsAre(17, 21, 25));
}

/// Started in 1 and 2: the second is a hit in a row that opens in 1 + 7, and finds the bus busy until 17.
TEST(Dram, AHitInARowThatIsBeingOpenedWaitsUntilItIsOpen) {
  DramConfig config = small();
  config.bytes_per_cycle = 64;  // T = 1
  EXPECT_THAT(times_of(config, {0, 0}), ElementsAre(1 + 12 + 1, 1 + 12 + 2));
  config.bursts_in_flight = 1;  // starts in 14, when the row is open
  EXPECT_THAT(times_of(config, {0, 0}), ElementsAre(14, 14 + 5 + 1));
}

TEST(Dram, AWriteTakesAsLongAsARead) {
  std::vector<test::TimedRequest> requests = test::reads({0, 64, kSameBank});
  requests[1].request.access = MemoryAccess::kWrite;
  MemoryRig rig(small(), requests);
  rig.run_wheel();
  EXPECT_EQ(rig.times(), times_of(small(), {0, 64, kSameBank}));
  EXPECT_EQ(rig.dram.counts()[0].reads, 2U);
  EXPECT_EQ(rig.dram.counts()[0].writes, 1U);
  EXPECT_EQ(rig.dram.counts()[0].activates, 2U);
}

TEST(MemoryPort, ReservesTheReplysRoomWithTheRequest) {
  DramConfig config = small();
  config.reply_bursts = 3;
  MemoryPort port(config);
  Dram dram("dram", 1, port);
  const MemoryRequest two{0, 128, MemoryAccess::kRead, {}, 0};
  const MemoryRequest write{0, 256, MemoryAccess::kWrite, {}, 1};  // four bursts, but its reply needs room of one
  ASSERT_TRUE(port.can_request(Cycles{0}, two));
  port.request(Cycles{0}, two);
  EXPECT_FALSE(port.can_request(Cycles{0}, two));
  ASSERT_TRUE(port.can_request(Cycles{0}, write));
  port.request(Cycles{0}, write);
  EXPECT_EQ(port.reserved(), 3U);
  dram.step(Cycles{1});
  dram.step(Cycles{2});
  EXPECT_FALSE(port.can_request(Cycles{20}, two));  // the reply is waiting: its room is still taken
  ASSERT_NE(port.reply(Cycles{21}), nullptr);
  port.take(Cycles{21});
  EXPECT_TRUE(port.can_request(Cycles{21}, two));
}

TEST(MemoryPort, RefusesWhatNeverCanBeServed) {
  DramConfig config = small();
  config.reply_bursts = 2;
  MemoryPort port(config);
  const auto ask = [&](std::uint64_t address, std::uint32_t bytes) {
    return port.can_request(Cycles{0}, {address, bytes, MemoryAccess::kRead, {}, 0});
  };
  EXPECT_TRUE(ask(0, 128));
  EXPECT_THROW(ask(0, 0), std::invalid_argument);
  EXPECT_THROW(ask(0, 129), std::invalid_argument);
  EXPECT_THROW(ask(1, 128), std::invalid_argument);  // three bursts
  EXPECT_THROW(ask(~std::uint64_t{0}, 1), std::invalid_argument);
}

/// Past the reservation, straight into the queue.
TEST(Dram, SaysSoWhenARequestHasNoRoomForItsReply) {
  DramConfig config = small();
  config.reply_bursts = 1;
  MemoryPort port(config);
  Dram dram("dram", 1, port);
  for (std::uint32_t tag = 7; tag < 9; ++tag) {
    port.requests().push(Cycles{0}, {0, 1, MemoryAccess::kRead, {}, tag});
  }
  dram.step(Cycles{1});
  EXPECT_THAT([&] { dram.step(Cycles{2}); },
              ThrowsMessage<std::logic_error>("dram: request 8 has no room reserved for its reply"));
}

TEST(Dram, SaysWhatItWaitsFor) {
  MemoryPort port(small());
  Dram dram("dram", 1, port);
  EXPECT_EQ(dram.waits_for(), "waits for requests");
  port.request(Cycles{0}, {kSameBank, 128, MemoryAccess::kRead, {}, 0});
  dram.step(Cycles{1});
  EXPECT_EQ(dram.waits_for(), "burst at address 1088 waits to start, 1 left of its request");
  dram.step(Cycles{2});
  EXPECT_THAT(dram.waits_for(), HasSubstr("replies that nobody has taken"));
}

TEST(DramConfig, NamesTheMemberThatIsOutOfItsRange) {
  const auto construct = [](std::uint32_t DramConfig::*member, std::uint32_t value) {
    return [=] {
      DramConfig config;
      config.*member = value;
      const MemoryPort port(config);
    };
  };
  EXPECT_NO_THROW(construct(&DramConfig::hit_latency, 0)());
  EXPECT_THAT(construct(&DramConfig::banks, 0),
              ThrowsMessage<std::invalid_argument>("banks of a DRAM is 0, not in 1 .. 1048576"));
  EXPECT_THAT(construct(&DramConfig::row_bytes, 2047),
              ThrowsMessage<std::invalid_argument>("row_bytes of a DRAM is 2047, not a multiple of burst_bytes, 64"));
  for (const auto member : {&DramConfig::bytes_per_cycle, &DramConfig::burst_bytes, &DramConfig::row_bytes,
                            &DramConfig::bursts_in_flight, &DramConfig::queue_depth, &DramConfig::reply_bursts}) {
    EXPECT_THROW(construct(member, 0)(), std::invalid_argument);
  }
}

}  // namespace
}  // namespace sigdel::sim
