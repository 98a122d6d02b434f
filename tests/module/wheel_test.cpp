#include "sim/core/wheel.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "models/base/random.hpp"

namespace sigdel::sim {
namespace {

std::vector<std::uint32_t> due_at(CycleWheel& wheel, Cycles cycle) {
  std::vector<std::uint32_t> blocks;
  wheel.visit(cycle, [&](std::uint32_t block) { blocks.push_back(block); });
  return blocks;
}

TEST(CycleWheel, SleepsWhenNobodyIsDue) { EXPECT_EQ(CycleWheel(3).next(), std::nullopt); }

TEST(CycleWheel, NamesTheNearestCycleAndVisitsItsBlocksOnce) {
  CycleWheel wheel(200);
  wheel.wake(130, Cycles{7});
  wheel.wake(3, Cycles{7});
  wheel.wake(3, Cycles{7});
  wheel.wake(5, Cycles{9});
  ASSERT_EQ(wheel.next(), Cycles{7});
  EXPECT_EQ(due_at(wheel, Cycles{7}), (std::vector<std::uint32_t>{3, 130}));
  ASSERT_EQ(wheel.next(), Cycles{9});
  EXPECT_EQ(due_at(wheel, Cycles{9}), (std::vector<std::uint32_t>{5}));
  EXPECT_EQ(wheel.next(), std::nullopt);
}

TEST(CycleWheel, KeepsAnEarlierWakeUpWhenALaterOneIsPending) {
  CycleWheel wheel(1);
  wheel.wake(0, Cycles{50});
  wheel.wake(0, Cycles{10});
  ASSERT_EQ(wheel.next(), Cycles{10});
  due_at(wheel, Cycles{10});
  EXPECT_EQ(wheel.next(), Cycles{50});
}

/// Against a plain ordered map, with wake-ups near, far beyond the wheel's turn, and made while a cycle is visited.
TEST(CycleWheel, AgreesWithAnOrderedMapOnRandomWakeUps) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    CycleWheel wheel(100);
    std::map<std::uint64_t, std::set<std::uint32_t>> expected;
    const auto wake = [&](std::uint64_t now) {
      const auto block = static_cast<std::uint32_t>(random.below(100));
      const std::uint64_t at = now + 1 + random.below(random.below(4) == 0 ? 5000 : 40);
      wheel.wake(block, Cycles{at});
      expected[at].insert(block);
    };
    wake(0);
    for (int steps = 0; steps < 2000 && wheel.next(); ++steps) {
      const Cycles now = *wheel.next();
      ASSERT_EQ(now.value, expected.begin()->first);
      std::set<std::uint32_t> visited;
      wheel.visit(now, [&](std::uint32_t block) {
        visited.insert(block);
        if (expected.size() < 50) {
          wake(now.value);
          wake(now.value);
        }
      });
      ASSERT_EQ(visited, expected.begin()->second);
      expected.erase(expected.begin());
    }
  }
}

}  // namespace
}  // namespace sigdel::sim
