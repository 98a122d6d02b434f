/// Rules of a run that must not change what a network computes: step semantics and touched scans, on random networks.
#include <gtest/gtest.h>

#include <algorithm>

#include "models/reference/executor.hpp"
#include "tests/support/random_network.hpp"

namespace sigdel::reference {
namespace {

using test::RandomCase;

struct Outcome {
  std::vector<std::vector<std::int32_t>> outputs;
  std::vector<std::vector<Work>> work;
};

Outcome outcome_of(const RandomCase& random, Mode mode, Rules rules) {
  Outcome result;
  FrameEncoder encoder(random.network, mode);
  Executor executor(random.network, mode, rules);
  for (std::size_t t = 0; t < random.frame_count(); ++t) {
    const auto outputs = executor.run(encoder.encode(random.frame(t)));
    result.outputs.emplace_back(outputs.begin(), outputs.end());
    result.work.push_back(executor.work());
  }
  return result;
}

/// In a chain of L layers the answer to a frame is the same, L steps later; what layer l integrates of it, l steps
/// later, once the layers before have had a frame.
TEST(StepSemantics, GivesEveryFramesAnswerAStepPerLayerLater) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const RandomCase random = test::random_case(seed);
    const std::size_t layers = random.network.layers.size();
    for (const Mode mode : kModesOfAnyNetwork) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << ", " << name_of(mode));
      const Outcome frames = outcome_of(random, mode, {});
      const Outcome steps = outcome_of(random, mode, {.semantics = Semantics::kStep});
      for (std::size_t t = 0; t + layers < random.frame_count(); ++t) {
        ASSERT_EQ(steps.outputs[t + layers], frames.outputs[t]) << t;
      }
      for (std::size_t l = 0; l < layers; ++l) {
        for (std::size_t t = 1; t + l < random.frame_count(); ++t) {
          ASSERT_EQ(steps.work[t + l][l][Tally::kEvents], frames.work[t][l][Tally::kEvents]) << t << ", layer " << l;
        }
      }
    }
  }
}

/// A layer fires from its biases before anything has arrived.
TEST(StepSemantics, BiasesAreSentBeforeTheFirstFrameArrives) {
  std::uint64_t early = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const RandomCase random = test::random_case(seed, {.fewest_layers = 2});
    const Outcome steps = outcome_of(random, Mode::kSigmaDelta, {.semantics = Semantics::kStep});
    early += steps.work[0][1][Tally::kEvents];
  }
  EXPECT_GT(early, 0U);
}

TEST(TouchedScan, GivesTheSameOutputsAndVisitsNoMore) {
  std::uint64_t saved = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const RandomCase random = test::random_case(seed);
    for (const Mode mode : kModesOfAnyNetwork) {
      const Outcome all = outcome_of(random, mode, {});
      const Outcome touched = outcome_of(random, mode, {.scan = Scan::kTouched});
      ASSERT_EQ(touched.outputs, all.outputs);
      for (std::size_t t = 0; t < all.work.size(); ++t) {
        for (std::size_t l = 0; l < all.work[t].size(); ++l) {
          const Work& a = all.work[t][l];
          const Work& b = touched.work[t][l];
          ASSERT_EQ(a[Tally::kEvents], b[Tally::kEvents]);
          ASSERT_EQ(a[Tally::kAdds], b[Tally::kAdds]);
          const bool none = sends_changes(mode) && t > 0 && a[Tally::kEvents] == 0;
          ASSERT_EQ(b[Tally::kRounds], none ? 0 : a[Tally::kRounds]) << name_of(mode) << ", frame " << t;
          saved += a[Tally::kRounds] - b[Tally::kRounds];
        }
      }
    }
  }
  EXPECT_GT(saved, 0U) << "some frames must repeat the one before";
}

}  // namespace
}  // namespace sigdel::reference
