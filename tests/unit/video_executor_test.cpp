/// The executor on the project's own convolutional network and clip: modes that must agree do, bit for bit, however
/// long the video; and what the clip is for shows in the counts.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "models/base/random.hpp"
#include "models/import/onnx.hpp"
#include "models/quantise/fold.hpp"
#include "models/reference/executor.hpp"
#include "models/reference/float_network.hpp"
#include "tests/support/idx_frames.hpp"

namespace sigdel::reference {
namespace {

constexpr std::size_t kPixels = std::size_t{48} * 48;
constexpr std::size_t kClip = 200;
constexpr std::size_t kSplice = 100;
const std::string kSource = SIGDEL_SOURCE_DIR "/";
/// 2 over the root mean square of every tensor's non-zero values, rounded.
constexpr std::array<double, 8> kScales{4.8, 1.9, 1.8, 1.9, 1.4, 2.6, 1.2, 0.13};

class VideoExecutor : public testing::Test {
 protected:
  VideoExecutor() : graph_(import::read_onnx(kSource + "models/digits-vgg/digits-vgg.onnx")) {
    std::vector<std::size_t> numbers(kClip);
    std::iota(numbers.begin(), numbers.end(), std::size_t{0});
    const std::string clip = kSource + "scenarios/data/digits-clip-200-images.idx3-ubyte";
    clip_ = test::read_idx_frames(clip, numbers, kPixels);
  }

  [[nodiscard]] std::span<const float> frame(std::size_t t) const { return {&clip_[t * kPixels], kPixels}; }

  [[nodiscard]] network::IntegerNetwork network_for(Mode mode) const {
    const auto layers = quantise::weight_layers(graph_);
    if (is_quantised(mode)) {
      return quantise::fold(layers, kScales, 2047, {}, "scaled");
    }
    const auto frames = [this](std::size_t t, std::span<float> values) {
      std::copy_n(frame(t).begin(), kPixels, values.begin());
    };
    const FloatResult in_float = run_float(graph_, layers, frames, kClip);
    return quantise::fold(layers, quantise::grid_scales(in_float.ranges, 16), 32767, {}, "grid");
  }

  /// Frame t of a video without end: the clip there and back, each pixel up to two grey levels off, never the same
  /// again.
  [[nodiscard]] std::vector<float> noisy_frame(std::size_t t) const {
    const std::size_t phase = t % (2 * kClip);
    const auto still = frame(phase < kClip ? phase : 2 * kClip - 1 - phase);
    Random random(t);
    std::vector<float> noisy;
    for (const float value : still) {
      noisy.push_back(std::clamp(value + (static_cast<float>(random.below(5)) - 2.0F) / 255.0F, 0.0F, 1.0F));
    }
    return noisy;
  }

  /// Runs two modes side by side and compares what leaves after every frame.
  void expect_equal(Mode one, Mode other, std::size_t frames) const {
    const network::IntegerNetwork network = network_for(one);
    FrameEncoder one_encoder(network, one);
    FrameEncoder other_encoder(network, other);
    Executor one_executor(network, one);
    Executor other_executor(network, other);
    std::vector<std::int32_t> before;
    std::size_t changes = 0;
    for (std::size_t t = 0; t < frames; ++t) {
      const std::vector<float> frame = noisy_frame(t);
      const auto expected = one_executor.run(one_encoder.encode(frame));
      const auto outputs = other_executor.run(other_encoder.encode(frame));
      ASSERT_TRUE(std::equal(outputs.begin(), outputs.end(), expected.begin(), expected.end())) << "frame " << t;
      changes += std::equal(outputs.begin(), outputs.end(), before.begin(), before.end()) ? 0U : 1U;
      before.assign(outputs.begin(), outputs.end());
    }
    EXPECT_GT(changes, frames / 2);
  }

  /// Paper operations per frame, of a mode on the clip as it is.
  [[nodiscard]] std::vector<double> operations(Mode mode) const {
    const network::IntegerNetwork network = network_for(mode);
    FrameEncoder encoder(network, mode);
    Executor executor(network, mode);
    std::vector<double> operations;
    for (std::size_t t = 0; t < kClip; ++t) {
      executor.run(encoder.encode(frame(t)));
      Work sum;
      for (const Work& work : executor.work()) {
        sum += work;
      }
      operations.push_back(static_cast<double>(sum[Tally::kPaperAdds] + sum[Tally::kPaperMultiplies]));
    }
    return operations;
  }

  network::Graph graph_;
  std::vector<float> clip_;
};

double mean(std::vector<double>::const_iterator begin, std::vector<double>::const_iterator end) {
  return std::accumulate(begin, end, 0.0) / static_cast<double>(end - begin);
}

using VideoExecutorLong = VideoExecutor;

TEST_F(VideoExecutor, SigmaDeltaEqualsRounding) { expect_equal(Mode::kRounding, Mode::kSigmaDelta, 30); }
TEST_F(VideoExecutor, GridModesEqualDense) {
  expect_equal(Mode::kDense, Mode::kZeroSkip, 5);
  expect_equal(Mode::kDense, Mode::kTemporalDifference, 15);
}
TEST_F(VideoExecutorLong, SigmaDeltaEqualsRoundingForTwoThousandFrames) {
  expect_equal(Mode::kRounding, Mode::kSigmaDelta, 2000);
}
TEST_F(VideoExecutorLong, TemporalDifferenceEqualsDenseForAThousandFrames) {
  expect_equal(Mode::kDense, Mode::kTemporalDifference, 1000);
}

/// The paper's counts: 2 x 21,639,488 multiply-adds, whatever is on the frame.
TEST_F(VideoExecutor, DenseCountsWhatInspectSays) {
  const std::vector<double> dense = operations(Mode::kDense);
  EXPECT_EQ(dense, std::vector<double>(kClip, 43278976));
}

TEST_F(VideoExecutor, StillBackgroundCostsLessThanMovingAndTheSpliceMost) {
  const std::vector<double> delta = operations(Mode::kSigmaDelta);
  const double still = mean(delta.begin() + 1, delta.begin() + kSplice);
  const double moving = mean(delta.begin() + kSplice + 1, delta.end());
  EXPECT_LT(still, 0.7 * moving);
  EXPECT_LT(moving, 0.5 * delta.front());
  EXPECT_EQ(std::max_element(delta.begin() + 1, delta.end()) - delta.begin(), std::ptrdiff_t{kSplice});
  const std::vector<double> rounding = operations(Mode::kRounding);
  EXPECT_LT(delta.front(), rounding.front());    // the first frame costs the same, but for the biases
  EXPECT_GT(delta[kSplice], rounding[kSplice]);  // a splice costs more than to begin anew
}

}  // namespace
}  // namespace sigdel::reference
