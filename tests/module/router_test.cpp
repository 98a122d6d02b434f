#include "sim/core/router.hpp"

#include <gtest/gtest.h>

#include <array>
#include <memory>

namespace sigdel::sim {
namespace {

/// The middle router of a 3 x 3 mesh with queues on all sides; the test is producer and consumer.
class RouterTest : public ::testing::Test {
 protected:
  RouterTest() : RouterTest(4) {}
  explicit RouterTest(std::uint32_t depth) : router_("router_1_1", 1, 1, 3, {}, 2), tokens_(depth) {
    for (std::size_t port = 0; port < kPorts; ++port) {
      in_.push_back(std::make_unique<Channel<Packet>>(depth));
      out_.push_back(std::make_unique<Channel<Packet>>(depth));
      router_.connect_input(static_cast<Port>(port), in_.back().get());
      router_.connect_output(static_cast<Port>(port), out_.back().get(), port != 0);
    }
    router_.connect_tokens(&tokens_);
  }

  Channel<Packet>& in(Port port) { return *in_[static_cast<std::size_t>(port)]; }
  Channel<Packet>& out(Port port) { return *out_[static_cast<std::size_t>(port)]; }
  static Packet to(Endpoint destination, std::uint32_t source = 0, PacketKind kind = PacketKind::kSpike) {
    return {0, source, destination, 0, kind};
  }

  Router router_;
  std::vector<std::unique_ptr<Channel<Packet>>> in_;
  std::vector<std::unique_ptr<Channel<Packet>>> out_;
  Channel<Packet> tokens_;
};

TEST_F(RouterTest, RoutesAlongXThenY) {
  const std::array<Port, 9> expected{Port::kWest, Port::kNorth, Port::kEast,  Port::kWest, Port::kLocal,
                                     Port::kEast, Port::kWest,  Port::kSouth, Port::kEast};
  for (Endpoint core = 0; core < 9; ++core) {
    EXPECT_EQ(router_.route(core), expected[core]) << core;
  }
  EXPECT_EQ(router_.route(kHost), Port::kWest);
  EXPECT_EQ(Router("corner", 0, 0, 3, {}, 1).route(kHost), Port::kWest);
  EXPECT_EQ(Router("below", 0, 2, 3, {}, 1).route(kHost), Port::kNorth);
}

TEST(RouterHosts, AreBehindTheFreeSidesOfEdgeRouters) {
  std::vector<HostPlace> hosts;
  for (const HostPort& port :
       {HostPort{Edge::kWest, 1}, HostPort{Edge::kEast, 0}, HostPort{Edge::kNorth, 2}, HostPort{Edge::kSouth, 2}}) {
    hosts.push_back(place_of(port, 3, 2));
  }
  const auto routes = [&](std::uint32_t column, std::uint32_t row) {
    const Router router("router", column, row, 3, {}, 1, hosts);
    return std::array{router.route(kHost), router.route(host_endpoint(1)), router.route(host_endpoint(2)),
                      router.route(host_endpoint(3))};
  };
  EXPECT_EQ(routes(0, 1), (std::array{Port::kWest, Port::kEast, Port::kEast, Port::kEast}));
  EXPECT_EQ(routes(2, 0), (std::array{Port::kWest, Port::kEast, Port::kNorth, Port::kSouth}));
  EXPECT_EQ(routes(2, 1), (std::array{Port::kWest, Port::kNorth, Port::kNorth, Port::kSouth}));
}

TEST_F(RouterTest, ForwardsInTheCycleAfterAFlitArrivedAndNotBefore) {
  in(Port::kWest).push(Cycles{10}, to(5));
  router_.step(Cycles{10});
  EXPECT_TRUE(out(Port::kEast).empty());
  router_.step(Cycles{11});
  EXPECT_EQ(out(Port::kEast).front(Cycles{11}), nullptr);
  EXPECT_NE(out(Port::kEast).front(Cycles{12}), nullptr);
  EXPECT_TRUE(router_.sends(Port::kEast, Cycles{11}));
}

TEST_F(RouterTest, EveryOutputTakesOneFlitPerCycleFromInputsInTurn) {
  std::array<int, kPorts> granted{};
  for (Cycles now; now < Cycles{400}; now += Cycles{1}) {
    for (const Port port : {Port::kLocal, Port::kNorth, Port::kSouth, Port::kWest}) {
      if (in(port).can_push(now)) {
        in(port).push(now, to(5, static_cast<std::uint32_t>(port)));
      }
    }
    router_.step(now);
    if (const Packet* packet = out(Port::kEast).front(now)) {
      ++granted[packet->source];
      out(Port::kEast).pop(now);
    }
  }
  EXPECT_EQ(granted[static_cast<std::size_t>(Port::kEast)], 0);
  for (const Port port : {Port::kLocal, Port::kNorth, Port::kSouth, Port::kWest}) {
    EXPECT_NEAR(granted[static_cast<std::size_t>(port)], 398 / 4.0, 1);  // fair to within one flit, no cycle lost
  }
}

TEST_F(RouterTest, HoldsAFlitWhileTheNextQueueIsFullAndLosesNone) {
  for (std::uint32_t i = 0; i < 4; ++i) {
    out(Port::kEast).push(Cycles{0}, to(5));
  }
  in(Port::kWest).push(Cycles{0}, to(5, 77));
  for (Cycles now{1}; now < Cycles{20}; now += Cycles{1}) {
    router_.step(now);
  }
  EXPECT_EQ(router_.queued(), 1U);
  out(Port::kEast).pop(Cycles{20});
  router_.step(Cycles{20});
  EXPECT_EQ(router_.queued(), 1U);
  router_.step(Cycles{21});
  EXPECT_EQ(router_.queued(), 0U);
  EXPECT_EQ(router_.flits()[0], 1U);
  EXPECT_EQ(router_.link_flits()[0], 1U);
}

TEST_F(RouterTest, LetsTokensPastAFullInbox) {
  for (std::uint32_t i = 0; i < 4; ++i) {
    out(Port::kLocal).push(Cycles{0}, to(4));
  }
  in(Port::kWest).push(Cycles{0}, to(4, 0, PacketKind::kEndOfFrame));
  in(Port::kEast).push(Cycles{0}, to(4));
  router_.step(Cycles{1});
  EXPECT_NE(tokens_.front(Cycles{2}), nullptr);
  EXPECT_EQ(router_.queued(), 1U);
  EXPECT_EQ(router_.link_flits()[0], 0U) << "the way to the core is no link";
}

TEST_F(RouterTest, ForksAMulticastOnceForEachBranch) {
  router_.add_branch(0, 3, Port::kLocal);
  router_.add_branch(0, 3, Port::kEast);
  router_.add_branch(0, 3, Port::kSouth);
  Packet packet = to(group_endpoint(3), 42);
  in(Port::kWest).push(Cycles{0}, packet);
  router_.step(Cycles{1});
  EXPECT_EQ(router_.queued(), 0U);
  for (const Port port : {Port::kLocal, Port::kEast, Port::kSouth}) {
    ASSERT_NE(out(port).front(Cycles{2}), nullptr);
    EXPECT_EQ(out(port).front(Cycles{2})->source, 42U);
  }
  EXPECT_TRUE(out(Port::kNorth).empty());
  EXPECT_EQ(router_.flits_in()[0], 1U);
  EXPECT_EQ(router_.flits()[0], 3U);
  EXPECT_EQ(router_.link_flits()[0], 2U);
}

/// A branch that is blocked holds the packet back, not the other branches.
TEST_F(RouterTest, SendsBranchesIndependently) {
  router_.add_branch(0, 3, Port::kEast);
  router_.add_branch(0, 3, Port::kSouth);
  for (std::uint32_t i = 0; i < 4; ++i) {
    out(Port::kEast).push(Cycles{0}, to(5));
  }
  in(Port::kWest).push(Cycles{0}, to(group_endpoint(3)));
  router_.step(Cycles{1});
  EXPECT_FALSE(out(Port::kSouth).empty());
  EXPECT_EQ(router_.queued(), 1U);
  out(Port::kEast).pop(Cycles{1});
  router_.step(Cycles{2});
  EXPECT_EQ(router_.queued(), 0U);
  EXPECT_EQ(out(Port::kSouth).size(), 1U) << "no second copy";
}

TEST_F(RouterTest, APacketOfNFlitsNeedsRoomForAllAndHoldsItsPortsForNCycles) {
  Packet packet = to(5);
  packet.flits = 3;
  out(Port::kEast).push(Cycles{0}, to(5));
  out(Port::kEast).push(Cycles{0}, to(5));  // room for two of four is left
  in(Port::kWest).push(Cycles{0}, packet, 3);
  in(Port::kNorth).push(Cycles{0}, to(5));
  router_.step(Cycles{1});  // only the single flit fits
  EXPECT_EQ(router_.queued(), 1U);
  out(Port::kEast).pop(Cycles{1});
  out(Port::kEast).pop(Cycles{1});
  router_.step(Cycles{2});
  EXPECT_EQ(router_.queued(), 0U);
  EXPECT_EQ(router_.flits()[0], 4U);
  in(Port::kWest).push(Cycles{3}, to(4));
  in(Port::kNorth).push(Cycles{3}, to(4));
  router_.step(Cycles{4});  // the west input is busy until 5: the last of three flits leaves in 4
  EXPECT_TRUE(router_.sends(Port::kEast, Cycles{4}));
  EXPECT_EQ(router_.queued(), 1U);
  router_.step(Cycles{5});
  EXPECT_FALSE(router_.sends(Port::kEast, Cycles{5}));
  EXPECT_EQ(router_.queued(), 0U);
}

/// The credit's round trip takes two cycles: two flits of room keep a link busy, one does not.
TEST(RouterQueues, DepthTwoGivesOneFlitPerCycle) {
  for (const auto& [depth, flits] : std::vector<std::pair<std::uint32_t, int>>{{1, 50}, {2, 99}, {4, 99}}) {
    Router router("router_0_0", 0, 0, 2, {}, 1);
    Channel<Packet> in(depth);
    Channel<Packet> out(depth);
    router.connect_input(Port::kLocal, &in);
    router.connect_output(Port::kEast, &out, true);
    int received = 0;
    for (Cycles now; now < Cycles{101}; now += Cycles{1}) {
      if (in.can_push(now)) {
        in.push(now, {0, 0, 1, 0, PacketKind::kSpike});
      }
      router.step(now);
      if (out.front(now) != nullptr) {
        out.pop(now);
        ++received;
      }
    }
    EXPECT_EQ(received, flits) << "depth " << depth;
  }
}

}  // namespace
}  // namespace sigdel::sim
