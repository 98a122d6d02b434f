#include "sim/core/fire_unit.hpp"

#include <gtest/gtest.h>

#include "tests/support/small_machine.hpp"

namespace sigdel::sim {
namespace {

/// One layer of `neurons` neurons, all of which send, in front of an outbox that the test empties.
class FireUnitTest : public ::testing::Test {
 protected:
  void build(std::uint32_t neurons, std::uint32_t rate, std::uint32_t outbox_depth) {
    network_ = test::plain_chain({1, neurons, 1});
    outbox_ = std::make_unique<Channel<OutboxEntry>>(outbox_depth);
    control_ = std::make_unique<Channel<ReadyToken>>(8);
    unit_ = std::make_unique<FireUnit>(Mode::kDense, rate, *outbox_, *control_);
    parts_.emplace_back(network_.layers[0], Mode::kDense, network::elements({0, neurons}), CoreConfig{}, 32);
    parts_[0].sources = {{kHost, Source::kFromHost, 0}};
    parts_[0].grants = {{kHost, 0}};
    const Reader next{1, 1, &network_.layers[1].synapses.front(), network::whole(network_.layers[1].values)};
    parts_[0].destinations =
        std::make_shared<Destinations>(network_.layers[0].values, std::vector<Reader>{next}, kPacketBits);
  }
  void complete_frame() { parts_[0].end_tokens = 1; }
  void grant() { parts_[0].ready_tokens = 1; }
  FireUnit::State step(std::uint64_t now) {
    unit_->step(Cycles{now}, parts_);
    return unit_->now();
  }

  network::IntegerNetwork network_;
  std::unique_ptr<Channel<OutboxEntry>> outbox_;
  std::unique_ptr<Channel<ReadyToken>> control_;
  std::unique_ptr<FireUnit> unit_;
  std::vector<LayerPart> parts_;
};

TEST_F(FireUnitTest, StartsOnlyWhenTheFrameIsCompleteAndEveryTargetHasGranted) {
  build(3, 1, 8);
  EXPECT_EQ(step(1), FireUnit::State::kIdle);
  complete_frame();
  EXPECT_EQ(step(2), FireUnit::State::kIdle);
  grant();
  EXPECT_EQ(step(3), FireUnit::State::kScanning);
}

TEST_F(FireUnitTest, WaitsForTheSpikesThatTheTokenAnnounces) {
  build(3, 1, 8);
  complete_frame();
  grant();
  parts_[0].announced = 2;
  parts_[0].integrated = 1;
  EXPECT_EQ(step(1), FireUnit::State::kIdle);
  parts_[0].integrated = 2;
  EXPECT_EQ(step(2), FireUnit::State::kScanning);
}

TEST_F(FireUnitTest, ReadsRNeuronsPerCycleAndThenTellsItsSources) {
  for (const auto& [neurons, rate, cycles] :
       std::vector<std::array<std::uint32_t, 3>>{{1, 1, 1}, {5, 1, 5}, {6, 2, 3}, {7, 2, 4}, {3, 4, 1}}) {
    parts_.clear();
    build(neurons, rate, 20);
    complete_frame();
    grant();
    for (std::uint32_t c = 0; c < cycles; ++c) {
      EXPECT_TRUE(control_->empty()) << "ready before the last read";
      EXPECT_EQ(step(10 + c), FireUnit::State::kScanning);
      EXPECT_EQ(outbox_->size(), std::min((c + 1) * rate, neurons) + (c + 1 == cycles ? 1 : 0));
    }
    EXPECT_EQ(control_->size(), 1U);
    EXPECT_EQ(step(10 + cycles), FireUnit::State::kIdle) << neurons << " neurons at " << rate;
  }
}

TEST_F(FireUnitTest, StallsWhileTheOutboxIsFullAndGoesOnInTheCycleAfterRoomCame) {
  build(4, 1, 2);
  complete_frame();
  grant();
  EXPECT_EQ(step(0), FireUnit::State::kScanning);
  EXPECT_EQ(step(1), FireUnit::State::kScanning);
  EXPECT_EQ(step(2), FireUnit::State::kStalled);
  outbox_->pop(Cycles{5});
  EXPECT_EQ(step(5), FireUnit::State::kStalled);
  EXPECT_EQ(step(6), FireUnit::State::kScanning);
  EXPECT_EQ(step(7), FireUnit::State::kStalled);
  EXPECT_EQ(parts_[0].counts.spikes_sent, 4U);
  EXPECT_EQ(outbox_->size(), 2U);
}

TEST_F(FireUnitTest, TellsHowManySpikesItSentAndBeginsTheNextFrameAtZero) {
  build(4, 4, 8);
  complete_frame();
  grant();
  step(0);
  const OutboxEntry* entry = nullptr;
  for (int i = 0; i < 5; ++i) {
    entry = outbox_->front(Cycles{1});
    ASSERT_NE(entry, nullptr);
    EXPECT_EQ(entry->end_of_frame, i == 4);
    if (i < 4) {
      outbox_->pop(Cycles{1});
    }
  }
  EXPECT_EQ(parts_[0].sent_to, std::vector<std::uint32_t>{4});
  EXPECT_FALSE(parts_[0].frame_complete());
  EXPECT_FALSE(parts_[0].granted());
}

}  // namespace
}  // namespace sigdel::sim
