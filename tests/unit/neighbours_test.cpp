/// Distances between neighbouring frames, by hand, and over the blocks in which run_graph works.
#include "models/reference/neighbours.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/reference/float_graph.hpp"

namespace sigdel::reference {
namespace {

using testing::Optional;

constexpr std::size_t kNode = 3;

std::vector<Neighbour> of_frames(const std::vector<float>& values, std::size_t elements) {
  Neighbours neighbours({kNode});
  neighbours.observe(kNode, 0, elements, values);
  std::vector<Neighbour> result;
  for (const auto& frame : neighbours.frames()) {
    result.push_back(frame.at(0));
  }
  return result;
}

TEST(Neighbours, FirstFrameHasNoneBeforeIt) {
  const auto frames = of_frames({3, -4}, 2);
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_EQ(frames[0].l1, 7);
  EXPECT_FALSE(frames[0].l1_distance.has_value());
  EXPECT_FALSE(frames[0].cosine_distance.has_value());
}

TEST(Neighbours, DistancesByHand) {
  // (3, 4) to (4, -3): at right angles; to (8, -6): the same direction; to (-8, 6): the opposite.
  const auto frames = of_frames({3, 4, 4, -3, 8, -6, -8, 6}, 2);
  ASSERT_EQ(frames.size(), 4U);
  EXPECT_EQ(frames[1].l1, 7);
  EXPECT_THAT(frames[1].l1_distance, Optional(8.0));
  EXPECT_NEAR(*frames[1].cosine_distance, 1, 1e-15);
  EXPECT_THAT(frames[2].l1_distance, Optional(7.0));
  EXPECT_NEAR(*frames[2].cosine_distance, 0, 1e-15);
  EXPECT_THAT(frames[3].l1_distance, Optional(28.0));
  EXPECT_NEAR(*frames[3].cosine_distance, 2, 1e-15);
}

TEST(Neighbours, EqualFramesHaveNoDistanceAtAll) {
  const auto frames = of_frames({0.1F, 0.7F, 0.3F, 0.1F, 0.7F, 0.3F}, 3);
  EXPECT_THAT(frames[1].l1_distance, Optional(0.0));
  EXPECT_THAT(frames[1].cosine_distance, Optional(0.0));
}

TEST(Neighbours, ZeroTensorsHaveADirectionOfTheirOwn) {
  const auto frames = of_frames({0, 0, 0, 0, 1, 0, 0, 0}, 2);
  EXPECT_THAT(frames[1].cosine_distance, Optional(0.0));
  EXPECT_THAT(frames[2].cosine_distance, Optional(1.0));
  EXPECT_THAT(frames[3].cosine_distance, Optional(1.0));
  EXPECT_EQ(frames[3].l1, 0);
}

TEST(Neighbours, LooksAtTheNodesThatItIsGivenInTheirOrder) {
  Neighbours neighbours({7, 2, 7});
  neighbours.observe(2, 0, 1, std::vector<float>{5, 6});
  neighbours.observe(4, 0, 1, std::vector<float>{100, 200});
  neighbours.observe(7, 0, 1, std::vector<float>{1, 4});
  ASSERT_EQ(neighbours.frames().size(), 2U);
  ASSERT_EQ(neighbours.frames()[1].size(), 3U);
  EXPECT_EQ(neighbours.frames()[1][0].l1, 4);
  EXPECT_EQ(neighbours.frames()[1][1].l1, 6);
  EXPECT_EQ(neighbours.frames()[1][2].l1, 4);
  EXPECT_THAT(neighbours.frames()[1][2].l1_distance, Optional(3.0));
}

/// Of (t^2, -1) and, rectified, of (t^2, 0), on more frames than run_graph takes at once.
std::vector<std::vector<Neighbour>> of_squares(std::size_t count) {
  network::Graph graph;
  graph.nodes.push_back({"x", network::Input{}, {}, {2}});
  graph.nodes.push_back({"r", network::Relu{}, {0}, {2}});
  std::vector<float> frames;
  for (std::size_t t = 0; t < count; ++t) {
    frames.insert(frames.end(), {static_cast<float>(t * t), -1.0F});
  }
  Neighbours neighbours({0, 1});
  run_graph(graph, frames, count, [&](std::size_t node, std::size_t first, std::span<const float> values) {
    neighbours.observe(node, first, 2, values);
  });
  return neighbours.frames();
}

TEST(Neighbours, GoOnOverBlocks) {
  const auto frames = of_squares(21);
  ASSERT_EQ(frames.size(), 21U);
  for (std::size_t t = 1; t < frames.size(); ++t) {
    const Neighbour& input = frames[t][0];
    const Neighbour& relu = frames[t][1];
    EXPECT_EQ(input.l1, static_cast<double>(t * t + 1)) << t;
    EXPECT_EQ(relu.l1, static_cast<double>(t * t)) << t;
    EXPECT_THAT(input.l1_distance, Optional(static_cast<double>(2 * t - 1))) << t;
    EXPECT_THAT(relu.cosine_distance, Optional(t == 1 ? 1.0 : 0.0)) << t;
  }
}

}  // namespace
}  // namespace sigdel::reference
