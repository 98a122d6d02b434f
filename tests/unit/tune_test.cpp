// Descent on the scales: what it finds, and what it refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/tune/search.hpp"
#include "models/tune/tune.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/random_images.hpp"

namespace sigdel::tune {
namespace {

using testing::HasSubstr;

/// Three layers of 30 with ReLU, Gaussian-like weights, and frames.
struct Deep {
  explicit Deep(std::uint64_t seed) {
    Random random(seed);
    const auto normal = [&] {  // of variance 1
      double sum = -6;
      for (int i = 0; i < 12; ++i) {
        sum += random.unit();
      }
      return static_cast<float>(sum);
    };
    graph.nodes.push_back({"x", network::Input{}, {}, {kWidth}});
    for (std::size_t l = 0; l < 3; ++l) {
      network::FullyConnected map{kWidth, kWidth, {}, std::vector<float>(kWidth, 0.0F)};
      for (std::int64_t i = 0; i < kWidth * kWidth; ++i) {
        map.weights.push_back(normal() * std::sqrt(2.0F / kWidth));
      }
      graph.nodes.push_back({"fc" + std::to_string(l), std::move(map), {2 * l}, {kWidth}});
      graph.nodes.push_back({"relu" + std::to_string(l), network::Relu{}, {2 * l + 1}, {kWidth}});
    }
    for (std::size_t i = 0; i < kFrames * kWidth; ++i) {
      frames.push_back(normal());
    }
    layers = quantise::weight_layers(graph);
  }

  [[nodiscard]] Tuned tuned(const Settings& settings, const StepObserver& observer = {}) const {
    const auto read = [this](std::size_t i, std::span<float> values) {
      std::copy_n(frames.begin() + static_cast<std::ptrdiff_t>(i * kWidth), kWidth, values.begin());
    };
    return tune(graph, layers, read, kFrames, uniform_scales(layers, settings.granularity, 1), settings, {}, observer);
  }

  static constexpr std::int64_t kWidth = 30;
  static constexpr std::size_t kFrames = 40;
  network::Graph graph;
  quantise::WeightLayers layers;
  std::vector<float> frames;
};

Settings long_settings(double lambda) {
  Settings settings;
  settings.precision = Precision::kFloat64;
  settings.lambda = lambda;
  settings.epochs = 300;
  settings.optimiser = Optimiser::kSgd;
  settings.learning_rate = 0.2;
  return settings;
}

TEST(Tune, ScalesGoWithTheCubeRootOfLambda) {
  const Deep deep(1);
  const Tuned fine = deep.tuned(long_settings(1e-5));
  const Tuned coarse = deep.tuned(long_settings(1e-4));
  for (std::size_t i = 0; i < fine.scales.size(); ++i) {
    EXPECT_NEAR(std::log10(fine.scales[i][0] / coarse.scales[i][0]), 1.0 / 3, 0.05) << "tensor " << i;
  }
  EXPECT_LT(fine.loss, coarse.loss);
  EXPECT_GT(fine.computation, coarse.computation);
}

TEST(Tune, TheLiteralGradientGivesAWorseObjective) {
  const Deep deep(2);
  Settings settings = long_settings(1e-5);
  const Tuned held = deep.tuned(settings);
  settings.gradient = Gradient::kLiteral;
  const Tuned literal = deep.tuned(settings);
  EXPECT_LT(1.1 * (held.loss + 1e-5 * held.computation), literal.loss + 1e-5 * literal.computation);
}

TEST(Tune, NoiseFindsScalesNearThoseOfRounding) {
  const Deep deep(3);
  Settings settings = long_settings(1e-5);
  const Tuned rounding = deep.tuned(settings);
  settings.gradient = Gradient::kNoise;
  const Tuned noise = deep.tuned(settings);
  for (std::size_t i = 0; i < rounding.scales.size(); ++i) {
    EXPECT_NEAR(std::log(noise.scales[i][0] / rounding.scales[i][0]), 0, 0.3) << "tensor " << i;
  }
}

TEST(Tune, AdamFindsTheObjectiveOfALongPlainDescent) {
  const Deep deep(8);
  const double lambda = 1e-5;
  const Tuned plain = deep.tuned(long_settings(lambda));
  Settings settings;
  settings.precision = Precision::kFloat64;
  settings.lambda = lambda;
  settings.epochs = 40;
  const Tuned adam = deep.tuned(settings);
  const double objective = plain.loss + lambda * plain.computation;
  EXPECT_NEAR((adam.loss + lambda * adam.computation) / objective, 1, 0.05);
}

TEST(Tune, AdamDoesNotDependOnTheUnitOfTheObjective) {
  Deep deep(9);
  Settings settings;
  settings.precision = Precision::kFloat64;
  settings.lambda = 1e-5;
  settings.epochs = 3;
  const Tuned once = deep.tuned(settings);
  auto& last = std::get<network::FullyConnected>(deep.graph.nodes[5].operation);
  for (std::vector<float>* values : {&last.weights, &last.bias}) {
    std::transform(values->begin(), values->end(), values->begin(), [](float value) { return 1024 * value; });
  }
  settings.lambda *= 1024.0 * 1024.0;  // as the squared differences
  const Tuned large = deep.tuned(settings);
  for (std::size_t i = 0; i < once.scales.size(); ++i) {
    EXPECT_NEAR(large.scales[i][0] / once.scales[i][0], 1, 1e-9) << "tensor " << i;
  }
}

TEST(Tune, IsAFunctionOfItsSettings) {
  const Deep deep(4);
  Settings settings = long_settings(1e-5);
  settings.epochs = 3;
  settings.shuffle = true;
  settings.gradient = Gradient::kNoise;
  const Tuned once = deep.tuned(settings);
  EXPECT_EQ(deep.tuned(settings).scales, once.scales);
  settings.seed = 2;
  EXPECT_NE(deep.tuned(settings).scales, once.scales);
}

TEST(Tune, ChannelsHaveScalesOfTheirOwn) {
  const Deep deep(5);
  Settings settings = long_settings(1e-5);
  settings.epochs = 20;
  settings.granularity = Granularity::kChannel;
  const Tuned tuned = deep.tuned(settings);
  for (const auto& tensor : tuned.scales) {
    EXPECT_EQ(tensor.size(), std::size_t{Deep::kWidth});
    EXPECT_NE(tensor.front(), tensor.back());
  }
}

TEST(Tune, AnObserverSeesEveryStep) {
  const Deep deep(6);
  Settings settings = long_settings(1e-5);
  settings.epochs = 2;
  settings.batch = 16;  // 16, 16, 8
  std::vector<std::size_t> seen;
  const Tuned tuned = deep.tuned(settings, [&](const Step& step) {
    EXPECT_EQ(step.steps, 6U);
    seen.push_back(step.done);
  });
  EXPECT_EQ(seen, (std::vector<std::size_t>{1, 2, 3, 4, 5, 6}));
}

TEST(Tune, AnObserverCanStop) {
  const StepObserver stop = [](const Step& /*step*/) { throw std::runtime_error("stop"); };
  const Deep deep(6);
  EXPECT_THROW(static_cast<void>(deep.tuned(long_settings(1e-5), stop)), std::runtime_error);
}

TEST(Tune, RunsOfASequenceNeedTwoFrames) {
  const Deep deep(7);
  Settings settings = long_settings(1e-5);
  settings.cost = Cost::kSigmaDelta;
  settings.batch = 1;
  EXPECT_THAT(test::error_of([&] { return deep.tuned(settings); }), HasSubstr("needs 2 or more of each"));
}

TEST(Tune, ASingleFrameAtTheEndOfASequenceIsLeftOut) {
  Settings settings = long_settings(1e-5);
  settings.cost = Cost::kSigmaDelta;
  settings.batch = 39;  // a run of 39 and a single frame, which has no difference
  settings.epochs = 1;
  std::size_t steps = 0;
  const Tuned tuned = Deep(7).tuned(settings, [&](const Step& step) { steps = step.steps; });
  EXPECT_EQ(steps, 1U);
}

TEST(FarthestLambda, IsTheLastThatMeetsTheTarget) {
  const auto below = farthest_lambda(1e-12, 1, 20, [](double lambda) { return lambda <= 3e-5; });
  ASSERT_TRUE(below.has_value());
  EXPECT_NEAR(std::log10(*below / 3e-5), 0, 1e-4);
  EXPECT_LE(*below, 3e-5);
  const auto above = farthest_lambda(1, 1e-12, 20, [](double lambda) { return lambda >= 3e-5; });
  ASSERT_TRUE(above.has_value());
  EXPECT_GE(*above, 3e-5);
  EXPECT_NEAR(std::log10(*above / 3e-5), 0, 1e-4);
  EXPECT_EQ(farthest_lambda(1, 1e-12, 20, [](double lambda) { return lambda < 1; }), std::nullopt);
  EXPECT_EQ(farthest_lambda(1e-12, 1, 20, [](double /*lambda*/) { return true; }), 1);
}

}  // namespace
}  // namespace sigdel::tune
