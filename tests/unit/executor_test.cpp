#include "models/reference/executor.hpp"

#include <gtest/gtest.h>

#include "tests/support/random_network.hpp"
#include "tests/support/vector_layer.hpp"

namespace sigdel::reference {
namespace {

using network::Event;
using network::IntegerLayer;
using network::IntegerNetwork;

constexpr std::int32_t kClamp = 5;

IntegerLayer layer_of(std::uint32_t id, std::uint32_t inputs, const std::vector<std::int32_t>& weights,
                      std::vector<std::int32_t> bias) {
  IntegerLayer layer = test::vector_layer(id, inputs, weights, std::move(bias));
  layer.clamp = kClamp;
  return layer;
}

network::Tensor tensor_of(std::uint32_t neurons, double scale) {
  return {"tensor", {neurons, 1, 1}, scale, kClamp, kClamp};
}

/// 2 inputs, 2 hidden neurons with ReLU, 1 output.
IntegerNetwork small_network() {
  IntegerNetwork network;
  network.layers.push_back(layer_of(0, 2, {2, -2, 4, 1}, {1, 0}));
  network.layers.back().relu = true;
  network.layers.push_back(layer_of(1, 2, {3, 7}, {-1}));
  network.layers.back().is_output = true;
  network.tensors = {tensor_of(2, 2.0), tensor_of(2, 1.0), tensor_of(1, 1.0)};
  network.clamp = kClamp;
  return network;
}

TEST(FrameEncoder, ScalesRoundsHalvesAwayFromZeroAndClamps) {
  IntegerNetwork network;
  network.tensors = {tensor_of(6, 2.0)};
  FrameEncoder encoder(network, Mode::kDense);
  const std::vector<float> frame{0.25F, -0.25F, 0.2F, 2.74F, 2.75F, -100.0F};
  EXPECT_EQ(encoder.encode(frame), (std::vector<Event>{{0, 1}, {1, -1}, {2, 0}, {3, 5}, {4, 5}, {5, -5}}));
  EXPECT_EQ(encoder.saturations(), 2U);
  encoder.encode(frame);
  EXPECT_EQ(encoder.saturations(), 4U);
}

TEST(FrameEncoder, SendsChangesInDeltaModes) {
  const IntegerNetwork network = small_network();
  FrameEncoder encoder(network, Mode::kSigmaDelta);
  EXPECT_EQ(encoder.encode(std::vector<float>{1.0F, 0.0F}), (std::vector<Event>{{0, 2}}));
  EXPECT_EQ(encoder.encode(std::vector<float>{0.5F, -1.0F}), (std::vector<Event>{{0, -1}, {1, -2}}));
  EXPECT_TRUE(encoder.encode(std::vector<float>{0.5F, -1.0F}).empty());
}

TEST(Executor, ComputesASmallNetworkByHand) {
  const IntegerNetwork network = small_network();
  Executor executor(network, Mode::kRounding, {Encoding::kUnary});
  // Hidden: 1 + 3 * 2 + 2 * 4 = 15, so 7.5, 8, clamped 5; 3 * -2 + 2 = -4, so 0. Output: -1 + 5 * 3.
  const auto outputs = executor.run(std::vector<Event>{{0, 3}, {1, 2}});
  ASSERT_EQ(outputs.size(), 1U);
  EXPECT_EQ(outputs[0], 14);
  const Work& hidden = executor.work()[0];
  EXPECT_EQ(hidden[Tally::kEvents], 2U);
  EXPECT_EQ(hidden[Tally::kMagnitude], 5U);
  EXPECT_EQ(hidden[Tally::kUpdates], 4U);
  EXPECT_EQ(hidden[Tally::kAdds], 10U);
  EXPECT_EQ(hidden[Tally::kPaperAdds], 12U);
  EXPECT_EQ(hidden[Tally::kSaturations], 1U);
  EXPECT_EQ(hidden[Tally::kRounds], 2U);
  const Work& output = executor.work()[1];
  EXPECT_EQ(output[Tally::kEvents], 1U);
  EXPECT_EQ(output[Tally::kPaperAdds], 6U);
  EXPECT_EQ(output[Tally::kRounds], 0U);
}

TEST(Executor, GivesTheBiasesWithoutEvents) {
  const IntegerNetwork network = small_network();
  for (const Mode mode : {Mode::kRounding, Mode::kSigmaDelta}) {
    Executor executor(network, mode, {Encoding::kUnary});
    EXPECT_EQ(executor.run({})[0], 2);  // the first hidden neuron's bias of 1/2 rounds to 1: -1 + 3
    EXPECT_EQ(executor.run({})[0], 2);
  }
}

TEST(Executor, StartsAnewAfterAReset) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const test::RandomCase random = test::random_case(seed);
    for (const Mode mode : kModesOfAnyNetwork) {
      Executor executor(random.network, mode, {Encoding::kShiftAdd});
      std::vector<std::vector<std::int32_t>> outputs;
      std::vector<std::vector<Work>> works;
      for (int pass = 0; pass < 2; ++pass) {
        FrameEncoder encoder(random.network, mode);
        for (std::size_t t = 0; t < random.frame_count(); ++t) {
          const auto result = executor.run(encoder.encode(random.frame(t)));
          if (pass == 0) {
            outputs.emplace_back(result.begin(), result.end());
            works.push_back(executor.work());
          } else {
            ASSERT_TRUE(std::equal(result.begin(), result.end(), outputs[t].begin(), outputs[t].end()));
            ASSERT_EQ(executor.work(), works[t]);
          }
        }
        executor.reset();
      }
    }
  }
}

}  // namespace
}  // namespace sigdel::reference
