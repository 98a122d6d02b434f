/// Machines that are broken on purpose, by taking tokens out of a core's own queue before it sees them: the error says
/// who waits for whom.
#include "sim/core/watchdog.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <stdexcept>

#include "sim/core/machine.hpp"
#include "tests/support/small_machine.hpp"

namespace sigdel::sim {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// Three cores in a row, a layer each.
struct Chain {
  network::IntegerNetwork network = test::plain_chain({6, 5, 4, 3});
  mapping::Mapping mapping = test::one_core_per_layer(network);
  FrameEvents frames = test::full_frames(network, 5);
  MachineConfig config = test::row_of_cores(3);

  /// Runs it; tokens for which `lose` is true never reach the core. Returns the error, or "".
  [[nodiscard]] std::string error(const std::function<bool(std::size_t core, const Packet&)>& lose) const {
    Machine machine({network, mapping, frames, config, Mode::kDense, 0}, true);
    while (const auto now = machine.next_cycle()) {
      for (std::size_t core = 0; core < machine.cores().size(); ++core) {
        Channel<Packet>& tokens = *machine.cores()[core]->tokens();
        const Packet* const token = tokens.front(*now);
        if (token != nullptr && lose(core, *token)) {
          tokens.pop(*now);
        }
      }
      machine.run_cycle(*now);
    }
    try {
      static_cast<void>(machine.finish());
    } catch (const std::logic_error& error) {
      return error.what();
    }
    return "";
  }
};

TEST(Watchdog, SaysNothingOfAMachineThatIsWhole) {
  EXPECT_EQ(Chain().error([](std::size_t, const Packet&) { return false; }), "");
}

/// core_0_1 takes frame 0 but never says so. core_0_0 waits for its grant, and it for the next frame from there.
TEST(Watchdog, NamesACoreThatNeverGrants) {
  const std::string error = Chain().error(
      [](std::size_t, const Packet& token) { return token.kind == PacketKind::kReady && token.source == 1; });
  EXPECT_THAT(error, HasSubstr("deadlocked at cycle"));
  EXPECT_THAT(error,
              HasSubstr("-> core_0_1 (fc1, frame 1: waits for the end of fc0 from core_0_0)\n"
                        "  -> core_0_0 (fc0, frame 1: waits for a grant of fc1 from core_0_1, which has taken frame 0 "
                        "(0 of 1 grants are here))\n  -> core_0_1: a cycle"));
}

/// The end of frame 2 of fc0 is lost on its way: core_0_1 waits for ever, and all others wait for it.
TEST(Watchdog, NamesALostToken) {
  int ends = 0;
  const std::string error = Chain().error([&](std::size_t core, const Packet& token) {
    return core == 1 && token.kind == PacketKind::kEndOfFrame && ++ends == 3;
  });
  EXPECT_THAT(
      error,
      HasSubstr("-> core_0_1 (fc1, frame 2: waits for the end of fc0 from core_0_0, which has begun to send it (0 of "
                "1 tokens"));
  EXPECT_THAT(error, HasSubstr("-> core_0_0 (fc0, frame 3: waits for a grant of fc1 from core_0_1)"));
  EXPECT_THAT(error, HasSubstr(": a cycle"));
}

/// The last frame's end is lost: nobody waits for a grant any more, so there is a chain and no cycle.
TEST(Watchdog, EndsAChainWhereNobodyIsWaitedFor) {
  int ends = 0;
  const std::string error = Chain().error([&](std::size_t core, const Packet& token) {
    return core == 2 && token.kind == PacketKind::kEndOfFrame && ++ends == 5;
  });
  EXPECT_THAT(error,
              AllOf(HasSubstr("host (frame 4: waits for the end of fc2 from core_0_2)\n  -> core_0_2 (fc2, frame 4: "
                              "waits for the end of fc1 from core_0_1, which has begun to send it (0 of 1 tokens"),
                    HasSubstr("-> core_0_1 waits for nobody"), Not(HasSubstr("a cycle"))));
}

/// Packets of four flits find no room in queues of two, anywhere.
TEST(Watchdog, NamesAQueueThatIsTooShort) {
  Chain chain;
  chain.config.router.flit_bits = 16;
  chain.config.router.queue_depth = 2;
  EXPECT_THAT(
      chain.error([](std::size_t, const Packet&) { return false; }),
      HasSubstr("-> host (frame 0: its next packet waits for room in a queue of 2 at router_0_0, of which 2 are "
                "free)\n  -> router_0_0 waits for nobody"));
}

/// Two routers, the second of which is never stepped: heads of the first wait for its full queue.
TEST(Watchdog, NamesTheHeadAndTheFullQueueOfARouter) {
  Chain chain;
  chain.frames = test::full_frames(chain.network, 1);
  const mapping::Mapping mapping{{{{0}, {1}, network::elements({0, 5})},
                                  {{1}, {2}, network::elements({0, 4})},
                                  {{2}, {0}, network::elements({0, 3})}}};
  Machine machine({chain.network, mapping, chain.frames, chain.config, Mode::kDense, 0}, false);
  for (Cycles now; now < Cycles{50}; now += Cycles{1}) {
    for (ClockedBlock* block : machine.blocks()) {
      if (block != machine.routers()[1].get()) {
        block->step(now);
      }
    }
  }
  EXPECT_THAT(
      diagnose(machine),
      HasSubstr("-> router_0_0 (the head of input west, 1 flits of fc0 for output east, waits for room in a queue "
                "of 4 at router_0_1, of which 0 are free)\n  -> router_0_1 waits for nobody"));
}

}  // namespace
}  // namespace sigdel::sim
