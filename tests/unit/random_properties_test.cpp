#include <gtest/gtest.h>

#include <cstdlib>

#include "models/network/neuron_block.hpp"
#include "models/reference/executor.hpp"
#include "tests/support/plain_network.hpp"
#include "tests/support/random_network.hpp"

namespace sigdel {
namespace {

using network::IntegerNetwork;
using reference::Executor;
using reference::FrameEncoder;
using test::PlainFrame;
using test::RandomCase;

std::uint64_t magnitude_sum(const std::vector<std::int64_t>& values) {
  std::uint64_t sum = 0;
  for (const std::int64_t value : values) {
    sum += static_cast<std::uint64_t>(std::abs(value));
  }
  return sum;
}

std::uint64_t non_zeros(const std::vector<std::int64_t>& values) {
  return values.size() - static_cast<std::uint64_t>(std::count(values.begin(), values.end(), 0));
}

std::vector<std::int64_t> change(const std::vector<std::int64_t>& now, const std::vector<std::int64_t>& before) {
  std::vector<std::int64_t> result = now;
  for (std::size_t i = 0; i < before.size(); ++i) {
    result[i] -= before[i];
  }
  return result;
}

struct PaperCount {
  std::uint64_t events;
  std::uint64_t adds;
  std::uint64_t multiplies;
};

/// The closed forms of docs/counting.md, convention `paper`, for one layer: `sent` is what the mode sends to it.
PaperCount closed_form(Mode mode, const std::vector<std::int64_t>& sent, std::uint64_t outputs) {
  const std::uint64_t events = mode == Mode::kDense ? sent.size() : non_zeros(sent);
  if (mode == Mode::kRounding || mode == Mode::kSigmaDelta) {
    return {events, magnitude_sum(sent) * outputs + (mode == Mode::kRounding ? outputs : 0), 0};
  }
  return {events, events * outputs, events * outputs};
}

/// One mode of one case, frame after frame against the plain loops.
class ModeRun {
 public:
  ModeRun(const RandomCase& random, Mode mode)
      : network_(&random.network),
        mode_(mode),
        encoder_(random.network, mode),
        executor_(random.network, mode, {Encoding::kUnary}) {}

  void check(std::span<const float> frame, const PlainFrame& now, const PlainFrame* before) {
    const auto outputs = executor_.run(encoder_.encode(frame));
    ASSERT_TRUE(std::equal(outputs.begin(), outputs.end(), now.outputs.begin(), now.outputs.end()));
    for (std::size_t l = 0; l < network_->layers.size(); ++l) {
      const bool delta = sends_changes(mode_) && before != nullptr;
      const auto sent = delta ? change(now.tensors[l], before->tensors[l]) : now.tensors[l];
      const PaperCount expected = closed_form(mode_, sent, network_->layers[l].outputs());
      const Work& work = executor_.work()[l];
      ASSERT_EQ(work[Tally::kEvents], expected.events);
      ASSERT_EQ(work[Tally::kMagnitude], magnitude_sum(sent));
      ASSERT_EQ(work[Tally::kUpdates], expected.events * network_->layers[l].outputs());
      ASSERT_EQ(work[Tally::kPaperAdds], expected.adds);
      ASSERT_EQ(work[Tally::kPaperMultiplies], expected.multiplies);
      ASSERT_EQ(work[Tally::kSaturations], now.saturations[l]);
    }
    saturations_ += now.input_saturations;
    ASSERT_EQ(encoder_.saturations(), saturations_);
  }

 private:
  const IntegerNetwork* network_;
  Mode mode_;
  FrameEncoder encoder_;
  Executor executor_;
  std::uint64_t saturations_ = 0;
};

class RandomNetwork : public testing::TestWithParam<std::uint64_t> {};

constexpr std::uint64_t kCasesPerTest = 30;

/// So sigma-delta equals rounding, and temporal-difference and zero-skip equal dense, bit for bit.
TEST_P(RandomNetwork, EveryModeEqualsPlainLoopsAndClosedForms) {
  std::uint64_t saturations = 0;
  for (std::uint64_t i = 0; i < kCasesPerTest; ++i) {
    const std::uint64_t seed = GetParam() * kCasesPerTest + i;
    SCOPED_TRACE(seed);
    const RandomCase random = test::random_case(seed);
    std::vector<PlainFrame> frames;
    for (std::size_t t = 0; t < random.frame_count(); ++t) {
      frames.push_back(test::run_plainly(random.network, random.frame(t)));
      saturations += frames.back().input_saturations + frames.back().saturations.front();
    }
    for (const Mode mode : kModesOfAnyNetwork) {
      SCOPED_TRACE(name_of(mode));
      ModeRun run(random, mode);
      for (std::size_t t = 0; t < frames.size(); ++t) {
        run.check(random.frame(t), frames[t], t == 0 ? nullptr : &frames[t - 1]);
        ASSERT_FALSE(HasFatalFailure()) << "frame " << t;
      }
    }
  }
  EXPECT_GT(saturations, 0U) << "the cases should make the clamp work";
}

/// Integrates one event after the other and looks at every accumulator in between.
TEST_P(RandomNetwork, NoAccumulatorEverExceedsItsBound) {
  for (std::uint64_t i = 0; i < kCasesPerTest; ++i) {
    const std::uint64_t seed = GetParam() * kCasesPerTest + i;
    SCOPED_TRACE(seed);
    const RandomCase random = test::random_case(seed, {.widest = 30});
    for (const Mode mode : {Mode::kDense, Mode::kSigmaDelta}) {
      FrameEncoder encoder(random.network, mode);
      std::vector<network::NeuronBlock> blocks;
      for (const auto& layer : random.network.layers) {
        blocks.emplace_back(layer, mode, network::whole(layer.values));
      }
      for (std::size_t t = 0; t < random.frame_count(); ++t) {
        std::vector<network::Event> events = encoder.encode(random.frame(t));
        for (network::NeuronBlock& block : blocks) {
          for (const network::Event event : events) {
            block.integrate(0, event);
            for (const std::int64_t accumulator : block.accumulators()) {
              ASSERT_LE(std::abs(accumulator), block.layer().bound);
            }
          }
          events.clear();
          block.fire(events);
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomNetwork, testing::Range(std::uint64_t{0}, std::uint64_t{10}));

TEST(SigmaDelta, CostsOnTheFirstFrameWhatRoundingCostsButForTheBiases) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const RandomCase random = test::random_case(seed, {.frames = 1});
    for (const Encoding encoding : all_of<Encoding>()) {
      Executor rounding(random.network, Mode::kRounding, {encoding});
      Executor delta(random.network, Mode::kSigmaDelta, {encoding});
      rounding.run(FrameEncoder(random.network, Mode::kRounding).encode(random.frame(0)));
      delta.run(FrameEncoder(random.network, Mode::kSigmaDelta).encode(random.frame(0)));
      for (std::size_t l = 0; l < random.network.layers.size(); ++l) {
        const auto& layer = random.network.layers[l];
        Work expected = rounding.work()[l];
        expected[Tally::kPaperAdds] -= layer.outputs();
        expected[Tally::kSubtracts] += layer.is_output ? 0 : layer.outputs();  // of its own difference unit
        EXPECT_EQ(delta.work()[l], expected);
      }
    }
  }
}

TEST(SigmaDelta, DoesNotDriftInTenThousandFrames) {
  const RandomCase random =
      test::random_case(7, {.fewest_layers = 3, .most_layers = 3, .narrowest = 12, .widest = 24, .frames = 10000});
  for (const auto& [exact, delta] :
       {std::pair{Mode::kRounding, Mode::kSigmaDelta}, std::pair{Mode::kDense, Mode::kTemporalDifference}}) {
    FrameEncoder exact_encoder(random.network, exact);
    FrameEncoder delta_encoder(random.network, delta);
    Executor exact_executor(random.network, exact, {Encoding::kUnary});
    Executor delta_executor(random.network, delta, {Encoding::kUnary});
    for (std::size_t t = 0; t < random.frame_count(); ++t) {
      const auto expected = exact_executor.run(exact_encoder.encode(random.frame(t)));
      const auto actual = delta_executor.run(delta_encoder.encode(random.frame(t)));
      ASSERT_TRUE(std::equal(expected.begin(), expected.end(), actual.begin(), actual.end())) << "frame " << t;
    }
  }
}

}  // namespace
}  // namespace sigdel
