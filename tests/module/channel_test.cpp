#include "sim/core/channel.hpp"

#include <gtest/gtest.h>

namespace sigdel::sim {
namespace {

TEST(Channel, ShowsWhatWasPushedInTheCycleAfterAndNotBefore) {
  Channel<int> channel(2);
  ASSERT_TRUE(channel.can_push(Cycles{5}));
  channel.push(Cycles{5}, 42);
  EXPECT_EQ(channel.front(Cycles{5}), nullptr);
  ASSERT_NE(channel.front(Cycles{6}), nullptr);
  EXPECT_EQ(*channel.front(Cycles{6}), 42);
}

TEST(Channel, GivesRoomBackInTheCycleAfterThePopAndNotBefore) {
  Channel<int> channel(1);
  channel.push(Cycles{0}, 1);
  EXPECT_FALSE(channel.can_push(Cycles{3}));
  channel.pop(Cycles{3});
  EXPECT_FALSE(channel.can_push(Cycles{3}));
  EXPECT_TRUE(channel.can_push(Cycles{4}));
}

/// Three cycles of one writer and one reader, in either order within a cycle.
TEST(Channel, DoesNotDependOnTheOrderOfWriterAndReader) {
  const auto run = [](bool writer_first) {
    Channel<int> channel(1);
    std::vector<std::uint64_t> pushes;
    for (Cycles now; now < Cycles{9}; now += Cycles{1}) {
      const auto write = [&] {
        if (channel.can_push(now)) {
          channel.push(now, 0);
          pushes.push_back(now.value);
        }
      };
      const auto read = [&] {
        if (channel.front(now) != nullptr) {
          channel.pop(now);
        }
      };
      writer_first ? write() : read();
      writer_first ? read() : write();
    }
    return pushes;
  };
  EXPECT_EQ(run(true), run(false));
  EXPECT_EQ(run(true), (std::vector<std::uint64_t>{0, 2, 4, 6, 8}));  // depth 1: every other cycle
}

TEST(Channel, WakesTheReaderForEveryEntryAndTheWriterAfterARefusal) {
  CycleWheel wheel(2);
  Channel<int> channel(1);
  channel.connect({&wheel, 0}, {&wheel, 1});
  channel.push(Cycles{0}, 1);
  std::vector<std::uint32_t> woken;
  const auto visit = [&](std::uint64_t cycle) {
    woken.clear();
    ASSERT_EQ(wheel.next(), Cycles{cycle});
    wheel.visit(Cycles{cycle}, [&](std::uint32_t block) { woken.push_back(block); });
  };
  visit(1);
  EXPECT_EQ(woken, (std::vector<std::uint32_t>{1}));
  EXPECT_FALSE(channel.can_push(Cycles{1}));
  channel.pop(Cycles{4});
  visit(5);
  EXPECT_EQ(woken, (std::vector<std::uint32_t>{0}));
  EXPECT_EQ(wheel.next(), std::nullopt);
}

}  // namespace
}  // namespace sigdel::sim
