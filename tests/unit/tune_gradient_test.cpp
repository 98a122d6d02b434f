// Derivatives by the scales against finite differences of the network whose rounding residuals are held.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "models/tune/batch.hpp"
#include "models/tune/tune.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/random_images.hpp"

namespace sigdel::tune {
namespace {

constexpr std::size_t kFrames = 4;

/// A network, what it is tuned with, and frames.
template <class Real>
struct Case {
  Case(network::Graph network, Random& random, Settings tuned = {})
      : graph(std::move(network)),
        layers(quantise::weight_layers(graph)),
        prices(tensor_prices(graph, layers)),
        settings(tuned),
        scales(uniform_scales(layers, settings.granularity, 1)) {
    for (auto& tensor : scales) {
      for (double& scale : tensor) {
        scale = std::exp(2 * random.unit());
      }
    }
    const auto size = static_cast<std::size_t>(network::element_count(graph.input_shape()));
    for (const float value : test::random_frames(random, size, kFrames)) {
      frames.push_back(value == 0 ? Real(0.1) : Real{value});
    }
  }

  network::Graph graph;
  quantise::WeightLayers layers;
  std::vector<TensorPrice> prices;
  Settings settings;
  quantise::Scales scales;
  Values<Real> frames;
};

/// The loss of scales with the residuals rha(k a) - k a of other scales, which are taken in the first run.
template <class Real>
class Surrogate {
 public:
  explicit Surrogate(const Case<Real>& of) : case_(of), arithmetic_(of.graph), residuals_(of.layers.scales()) {
    outputs(of.scales, true);
  }

  double loss(const quantise::Scales& scales, const Values<Real>& targets) {
    Values<Real> gradient;
    return loss_of(loss_for(case_.graph, Loss::kAuto), kFrames, outputs(scales, false), targets, gradient);
  }

 private:
  Values<Real> outputs(const quantise::Scales& scales, bool takes) {
    std::vector<Values<Real>> values{case_.frames};
    for (std::size_t i = 0; i <= output_node(case_.graph); ++i) {
      const network::Node& node = case_.graph.nodes[i];
      if (i > 0) {
        std::vector<const Values<Real>*> inputs;
        for (const std::size_t input : node.inputs) {
          inputs.push_back(&values[input]);
        }
        values.push_back(arithmetic_.forward(node, kFrames, inputs));
      }
      for (std::size_t tensor = 0; tensor < case_.layers.scales(); ++tensor) {
        if (case_.layers.tensors[tensor].node == i) {
          quantise(scales[tensor], takes, residuals_[tensor], values[i]);
        }
      }
    }
    return values[output_node(case_.graph)];
  }

  static void quantise(const std::vector<double>& scales, bool takes, std::vector<double>& residuals,
                       Values<Real>& values) {
    residuals.resize(values.size());
    const std::size_t of_channel = values.size() / kFrames / scales.size();
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double k = scales[i / of_channel % scales.size()];
      const double x = k * double{values[i]};
      if (takes) {
        residuals[i] = std::round(x) - x;
      }
      values[i] = static_cast<Real>(double{values[i]} + residuals[i] / k);
    }
  }

  const Case<Real>& case_;
  Arithmetic<Real> arithmetic_;
  std::vector<std::vector<double>> residuals_;
};

struct Compared {
  int all = 0;
  int kinks = 0;  ///< the differences to both sides differ: a ReLU or max-pool turns here, often exactly at a rounded 0
  int wrong = 0;  ///< of the others: not the central difference
};

/// Compares all derivatives; tolerances are shares of the largest.
template <class Real>
Compared compare(const Case<Real>& of, double step, double tolerance, double kink) {
  const Batch<Real> batch(of.graph, of.layers, of.prices, of.settings);
  const Values<Real> targets = batch.dense(of.frames, kFrames);
  Random random(1);
  const Gradients gradients = batch.gradients(of.frames, targets, kFrames, of.scales, random);
  Surrogate<Real> surrogate(of);
  const double here = surrogate.loss(of.scales, targets);
  EXPECT_NEAR(here, gradients.loss, 1e-5 * (1 + gradients.loss));
  double largest = 1e-4;
  for (const auto& tensor : gradients.of_loss) {
    for (const double each : tensor) {
      largest = std::max(largest, std::abs(each));
    }
  }
  Compared compared;
  for (std::size_t i = 0; i < of.scales.size(); ++i) {
    for (std::size_t j = 0; j < of.scales[i].size(); ++j) {
      quantise::Scales moved = of.scales;
      moved[i][j] = of.scales[i][j] * std::exp(step);
      const double above = (surrogate.loss(moved, targets) - here) / step;
      moved[i][j] = of.scales[i][j] * std::exp(-step);
      const double below = (here - surrogate.loss(moved, targets)) / step;
      const bool is_kink = std::abs(above - below) > kink * largest;
      const bool differs = std::abs((above + below) / 2 - gradients.of_loss[i][j]) > tolerance * largest;
      ++compared.all;
      compared.kinks += is_kink ? 1 : 0;
      compared.wrong += differs && !is_kink ? 1 : 0;
    }
  }
  return compared;
}

TEST(TuneGradient, InDoubleIsThatOfTheNetworkWithHeldResiduals) {
  Compared sum;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Random random(seed);
    Settings settings;
    settings.granularity = seed % 2 == 0 ? Granularity::kChannel : Granularity::kTensor;
    const Case<double> of(test::random_graph(random, {.widest = 20}), random, settings);
    const Compared here = compare(of, 1e-6, 1e-4, 1e-4);
    EXPECT_EQ(here.wrong, 0) << "seed " << seed;
    sum.all += here.all;
    sum.kinks += here.kinks;
  }
  EXPECT_GT(sum.all, 200);
  EXPECT_LT(sum.kinks, sum.all / 5);
}

/// As it is, and averaged.
bool sends_a_node_twice(const quantise::WeightLayers& layers) {
  std::set<std::size_t> nodes;
  for (std::size_t i = 0; i < layers.scales(); ++i) {
    nodes.insert(layers.tensors[i].node);
  }
  return nodes.size() < layers.scales();
}

TEST(TuneGradient, InFloatIsThatOfTheNetworkWithHeldResidualsForImages) {
  Compared sum;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Random random(seed);
    const Case<float> of(test::random_image_graph(random), random);
    if (sends_a_node_twice(of.layers)) {
      continue;  // refused
    }
    const Compared here = compare(of, 2e-3, 0.05, 0.05);
    sum.all += here.all;
    sum.kinks += here.kinks;
    sum.wrong += here.wrong;
  }
  EXPECT_GT(sum.all, 100);
  EXPECT_LT(sum.kinks, sum.all / 2);
  EXPECT_LE(sum.wrong, sum.all / 50);  // kinks inside the step, on one side each
}

/// y = ReLU(x W), two inputs, one output.
network::Graph tiny_graph() {
  return {{{"x", network::Input{}, {}, {2}}, {"fc", network::FullyConnected{2, 1, {1, 2}, {0}}, {0}, {1}}}};
}

TEST(TuneGradient, OfComputationIsTheExpectedMagnitudeTimesWhatItReaches) {
  const network::Graph graph = tiny_graph();
  const quantise::WeightLayers layers = quantise::weight_layers(graph);
  const auto prices = tensor_prices(graph, layers, {{3, 0, 0}});
  const Batch<double> batch(graph, layers, prices, {});
  Random random(1);
  const Values<double> frames{1.3, -0.4, 0.1, 2.0};
  const Gradients gradients = batch.gradients(frames, batch.dense(frames, 2), 2, {{2.0}}, random);
  // Integers 3, -1 and 0, 4 for scaled values 2.6, -0.8 and 0.2, 4.
  EXPECT_DOUBLE_EQ(gradients.computation, 3 * (3 + 1 + 0 + 4) / 2.0);
  EXPECT_DOUBLE_EQ(gradients.of_computation[0][0], 3 * (2.6 + 0.8 + 0.2 + 4.0) / 2);
}

TEST(TuneGradient, OfSigmaDeltaIsThatOfTheChanges) {
  const network::Graph graph = tiny_graph();
  const quantise::WeightLayers layers = quantise::weight_layers(graph);
  const auto prices = tensor_prices(graph, layers, {{1, 10, 100}});
  Settings settings;
  settings.cost = Cost::kSigmaDelta;
  const Batch<double> batch(graph, layers, prices, settings);
  Random random(1);
  const Values<double> frames{1.3, -0.4, 0.1, -0.5};
  const Gradients gradients = batch.gradients(frames, batch.dense(frames, 2), 2, {{2.0}}, random);
  // 3 -> 0 is an event of magnitude 3, -1 -> -1 none; scaled values change by 2.4 and 0.2.
  EXPECT_DOUBLE_EQ(gradients.computation, 3 + 10 + 100);
  EXPECT_NEAR(gradients.of_computation[0][0], 2.4 + 0.2 + 110 * 0.2, 1e-9);
}

TEST(TuneGradient, WhatTheClampCutCostsNoMoreWithALargerScale) {
  const network::Graph graph = tiny_graph();
  const quantise::WeightLayers layers = quantise::weight_layers(graph);
  const auto prices = tensor_prices(graph, layers);
  Settings settings;
  settings.clamp = 2;
  const Batch<double> batch(graph, layers, prices, settings);
  Random random(1);
  const Values<double> frames{5.0, 0.0};
  const Gradients gradients = batch.gradients(frames, batch.dense(frames, 1), 1, {{1.0}}, random);
  EXPECT_DOUBLE_EQ(gradients.computation, 2);
  EXPECT_DOUBLE_EQ(gradients.of_computation[0][0], 0);
  EXPECT_DOUBLE_EQ(gradients.loss, 9);
  // The output is 2 / k: (2 / k - 5)^2 has the derivative 2 (2 - 5) (-2) by log k.
  EXPECT_DOUBLE_EQ(gradients.of_loss[0][0], 12);
}

TEST(TuneGradient, TheLiteralRuleHoldsTheInteger) {
  const network::Graph graph = tiny_graph();
  const quantise::WeightLayers layers = quantise::weight_layers(graph);
  const auto prices = tensor_prices(graph, layers);
  Settings settings;
  settings.gradient = Gradient::kLiteral;
  const Batch<double> batch(graph, layers, prices, settings);
  Random random(1);
  const Values<double> frames{1.25, 0.0};
  const Gradients gradients = batch.gradients(frames, batch.dense(frames, 1), 1, {{1.0}}, random);
  EXPECT_DOUBLE_EQ(gradients.of_loss[0][0], 2 * (1 - 1.25) * -1);
}

TEST(TuneGradient, DoubleRefusesConvolutions) {
  Random random(3);
  const network::Graph graph = test::random_image_graph(random);
  EXPECT_THAT(test::error_of([&] { Arithmetic<double> arithmetic(graph); }),
              testing::HasSubstr("double precision is there for networks of fully connected layers; use float32"));
}

}  // namespace
}  // namespace sigdel::tune
