/// Every operation of the float reference against plain loops in double, and graphs with branches.
#include "models/reference/float_graph.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "models/base/random.hpp"
#include "models/network/window.hpp"

namespace sigdel::reference {
namespace {

using network::Graph;
using network::Operation;
using network::Shape;
using network::Window;
using testing::ElementsAre;

std::vector<float> random_values(Random& random, std::int64_t count) {
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) {
    value = static_cast<float>(random.below(2001)) / 1000.0F - 1.0F;
  }
  return values;
}

std::int64_t from(Random& random, std::int64_t least, std::int64_t most) {
  return least + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(most - least + 1)));
}

/// An image of one frame; outside it is nothing.
struct Image {
  const float* values;
  Shape shape;

  [[nodiscard]] bool holds(std::int64_t row, std::int64_t column) const {
    return row >= 0 && row < shape[1] && column >= 0 && column < shape[2];
  }
  [[nodiscard]] double at(std::int64_t channel, std::int64_t row, std::int64_t column) const {
    return static_cast<double>(values[(channel * shape[1] + row) * shape[2] + column]);
  }
};

/// Calls visit(kernel row, kernel column, row, column) for the window's elements at one position.
template <class Visit>
void over_window(const Window& window, std::int64_t row, std::int64_t column, Visit visit) {
  for (std::int64_t i = 0; i < window.kernel[0]; ++i) {
    for (std::int64_t j = 0; j < window.kernel[1]; ++j) {
      visit(i, j, row * window.stride[0] - window.pad_begin[0] + i,
            column * window.stride[1] - window.pad_begin[1] + j);
    }
  }
}

double convolved(const network::Convolution& layer, const Image& x, std::int64_t output, std::int64_t row,
                 std::int64_t column) {
  const std::int64_t per_group = layer.inputs / layer.groups;
  const std::int64_t group = output / (layer.outputs / layer.groups);
  auto sum = static_cast<double>(layer.bias[static_cast<std::size_t>(output)]);
  for (std::int64_t channel = 0; channel < per_group; ++channel) {
    over_window(layer.window, row, column, [&](auto i, auto j, auto y, auto z) {
      const std::int64_t weight =
          ((output * per_group + channel) * layer.window.kernel[0] + i) * layer.window.kernel[1] + j;
      if (x.holds(y, z)) {
        sum += static_cast<double>(layer.weights[static_cast<std::size_t>(weight)]) *
               x.at(group * per_group + channel, y, z);
      }
    });
  }
  return sum;
}

struct Pooled {
  double largest = -1e30;
  double sum = 0;
  std::int64_t on_image = 0;
  std::int64_t with_pads = 0;
};

Pooled pooled(const Window& window, const Image& x, std::int64_t channel, std::int64_t row, std::int64_t column) {
  Pooled result;
  over_window(window, row, column, [&](auto, auto, auto y, auto z) {
    ++result.with_pads;
    if (x.holds(y, z)) {
      ++result.on_image;
      result.sum += x.at(channel, y, z);
      result.largest = std::max(result.largest, x.at(channel, y, z));
    }
  });
  return result;
}

struct Trial {
  Shape in;
  Shape out;
  Window window;
};

/// An image, and a window that fits it, with pads smaller than the window.
Trial random_trial(Random& random, bool ceil) {
  Trial trial;
  do {
    trial.in = {from(random, 1, 6), from(random, 1, 9), from(random, 1, 9)};
    for (std::size_t axis = 0; axis < 2; ++axis) {
      trial.window.kernel[axis] = from(random, 1, 4);
      trial.window.stride[axis] = from(random, 1, 3);
      trial.window.pad_begin[axis] = from(random, 0, trial.window.kernel[axis] - 1);
      trial.window.pad_end[axis] = from(random, 0, trial.window.kernel[axis] - 1);
    }
    trial.out = {trial.in[0], network::window_positions(trial.window, 0, trial.in[1], ceil),
                 network::window_positions(trial.window, 1, trial.in[2], ceil)};
  } while (trial.out[1] < 1 || trial.out[2] < 1);
  return trial;
}

/// Runs two frames through one operation and compares each element with expected(image, channel, row, column).
template <class Expected>
void compare(Random& random, const Trial& trial, Operation operation, double tolerance, Expected expected) {
  Graph graph{{{"x", network::Input{}, {}, trial.in}, {"y", std::move(operation), {0}, trial.out}}};
  const std::int64_t each = network::element_count(trial.in);
  const std::vector<float> frames = random_values(random, 2 * each);
  const std::vector<float> outputs = run_graph(graph, frames, 2).outputs;
  const std::int64_t plane = trial.out[1] * trial.out[2];
  ASSERT_EQ(static_cast<std::int64_t>(outputs.size()), 2 * trial.out[0] * plane);
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(outputs.size()); ++i) {
    const std::int64_t channel = i / plane % trial.out[0];
    const Image image{frames.data() + i / plane / trial.out[0] * each, trial.in};
    const double value = expected(image, channel, i % plane / trial.out[2], i % trial.out[2]);
    ASSERT_NEAR(static_cast<double>(outputs[static_cast<std::size_t>(i)]), value, tolerance);
  }
}

// Values and weights are at most 1, sums have at most 3 * 16 + 1 terms: float32 is off by less than 50 * 50 * 2^-24.
constexpr double kSums = 2e-4;

TEST(FloatGraph, ConvolvesWithStridesPadsAndGroups) {
  Random random(1);
  for (int trial = 0; trial < 100; ++trial) {
    SCOPED_TRACE(trial);
    Trial shapes = random_trial(random, false);
    network::Convolution layer;
    layer.window = shapes.window;
    layer.groups = from(random, 1, 3);
    layer.inputs = layer.groups * from(random, 1, 3);
    layer.outputs = layer.groups * from(random, 1, 3);
    shapes.in[0] = layer.inputs;
    shapes.out[0] = layer.outputs;
    layer.bias = random_values(random, layer.outputs);
    layer.weights = random_values(
        random, layer.outputs * (layer.inputs / layer.groups) * layer.window.kernel[0] * layer.window.kernel[1]);
    compare(random, shapes, layer, kSums,
            [&](const Image& x, auto c, auto row, auto column) { return convolved(layer, x, c, row, column); });
  }
}

TEST(FloatGraph, PoolsAlsoWhereWindowsHangOver) {
  Random random(2);
  for (int trial = 0; trial < 100; ++trial) {
    SCOPED_TRACE(trial);
    const Trial shapes = random_trial(random, trial % 2 == 0);
    const auto at = [&](const Image& x, auto c, auto row, auto column) {
      return pooled(shapes.window, x, c, row, column);
    };
    compare(random, shapes, network::MaxPool{shapes.window}, 0,
            [&](const Image& x, auto... i) { return at(x, i...).largest; });
    compare(random, shapes, network::AveragePool{shapes.window, false}, 1e-6,
            [&](const Image& x, auto... i) { return at(x, i...).sum / static_cast<double>(at(x, i...).on_image); });
  }
}

TEST(FloatGraph, AveragesWithPadsCounted) {
  Random random(3);
  for (int trial = 0; trial < 50; ++trial) {
    SCOPED_TRACE(trial);
    const Trial shapes = random_trial(random, false);
    compare(random, shapes, network::AveragePool{shapes.window, true}, 1e-6, [&](const Image& x, auto... i) {
      const Pooled all = pooled(shapes.window, x, i...);
      return all.sum / static_cast<double>(all.with_pads);
    });
  }
}

TEST(FloatGraph, AveragesWholeImages) {
  Random random(4);
  const Window whole{.kernel = {7, 5}};
  compare(random, {{3, 7, 5}, {3, 1, 1}, whole}, network::GlobalAveragePool{}, 1e-6,
          [&](const Image& x, auto... i) { return pooled(whole, x, i...).sum / 35; });
}

TEST(FloatGraph, RepeatsPixels) {
  Random random(5);
  compare(random, {{2, 3, 5}, {2, 6, 15}, {}}, network::ResizeNearest{{2, 3}}, 0,
          [](const Image& x, auto c, auto row, auto column) { return x.at(c, row / 2, column / 3); });
}

TEST(FloatGraph, ActsPointByPoint) {
  const auto outputs = [](Operation operation) {
    Graph graph{{{"x", network::Input{}, {}, {4}}, {"y", std::move(operation), {0}, {4}}}};
    return run_graph(graph, std::vector<float>{-1, 0, 3, 7}, 1).outputs;
  };
  EXPECT_THAT(outputs(network::Relu{}), ElementsAre(0, 0, 3, 7));
  EXPECT_THAT(outputs(network::Clip{6}), ElementsAre(0, 0, 3, 6));
  EXPECT_THAT(outputs(network::Flatten{}), ElementsAre(-1, 0, 3, 7));
  const std::vector<float> shares = outputs(network::Softmax{});
  const double sum = std::exp(-1) + std::exp(0) + std::exp(3) + std::exp(7);
  EXPECT_NEAR(static_cast<double>(shares[2]), std::exp(3) / sum, 1e-6);
}

/// x -> relu r; y = [x + r, r]: with two frames and 2 channels of 1 x 1.
Graph branches() {
  return {{{"x", network::Input{}, {}, {2, 1, 1}},
           {"r", network::Relu{}, {0}, {2, 1, 1}},
           {"s", network::Add{}, {0, 1}, {2, 1, 1}},
           {"y", network::Concat{}, {2, 1}, {4, 1, 1}}}};
}

TEST(FloatGraph, FollowsBranches) {
  const FloatTensors result = run_graph(branches(), std::vector<float>{1, -2, -3, 4}, 2);
  EXPECT_THAT(result.outputs, ElementsAre(2, -2, 1, 0, -3, 8, 0, 4));
  EXPECT_THAT(result.ranges, ElementsAre(4, 4, 8, 8));
}

TEST(FloatGraph, ShowsEveryTensorOfEveryFrame) {
  const std::vector<float> frames(38, 1.0F);
  std::vector<std::size_t> shown(4);
  const auto count = [&](std::size_t node, std::size_t first, std::span<const float> values) {
    EXPECT_EQ(shown[node], first * (node == 3 ? 4U : 2U));
    shown[node] += values.size();
  };
  EXPECT_EQ(run_graph(branches(), frames, 19, count).outputs.size(), std::size_t{76});
  EXPECT_THAT(shown, ElementsAre(38, 38, 38, 76));
}

TEST(FloatGraph, WantsWholeFrames) {
  EXPECT_THROW(run_graph(branches(), std::vector<float>(3), 2), std::logic_error);
  EXPECT_TRUE(run_graph(branches(), std::span<const float>{}, 0).outputs.empty());
}

}  // namespace
}  // namespace sigdel::reference
