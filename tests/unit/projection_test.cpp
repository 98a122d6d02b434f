/// What a neuron reaches through a convolution, against loops over all targets and kernel elements.
#include "models/network/projection.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>
#include <vector>

#include "models/base/random.hpp"

namespace sigdel::network {
namespace {

std::uint32_t between(Random& random, std::int64_t low, std::int64_t high) {
  return static_cast<std::uint32_t>(random.between(low, high));
}

/// Strides beyond the kernel (sources that reach nothing), padding on one side, groups, repeated pixels.
Convolved random_shape(Random& random) {
  Convolved shape;
  shape.groups = between(random, 1, 3);
  shape.from = {shape.groups * between(random, 1, 3), between(random, 1, 6), between(random, 1, 6)};
  shape.repeat = {random.between(1, 3), random.between(1, 2)};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const std::int64_t extent = (axis == 0 ? shape.from.rows : shape.from.columns) * shape.repeat[axis];
    shape.window.kernel[axis] = random.between(1, std::min<std::int64_t>(extent, 5));
    shape.window.stride[axis] = random.between(1, 6);
    shape.window.pad_begin[axis] = random.between(0, shape.window.kernel[axis] - 1);
    shape.window.pad_end[axis] = random.between(0, shape.window.kernel[axis] - 1);
  }
  const auto positions = [&](std::size_t axis, std::uint32_t extent) {
    return static_cast<std::uint32_t>(window_positions(shape.window, axis, extent * shape.repeat[axis]));
  };
  shape.to = {shape.groups * between(random, 1, 3), positions(0, shape.from.rows), positions(1, shape.from.columns)};
  return shape;
}

Range random_range(Random& random, std::uint32_t extent) {
  const std::uint32_t begin = between(random, 0, extent - 1);
  return {begin, between(random, begin + 1, extent)};
}

Box random_box(Random& random, const Volume& volume) {
  return {random_range(random, volume.rows), random_range(random, volume.columns),
          random_range(random, volume.channels)};
}

/// A target pixel, and where the weight of its group's first channel is stored.
using Met = std::tuple<std::uint32_t, std::uint32_t, std::size_t>;

/// All that a source meets in the rows and columns of the box, by looking at every target's window.
std::vector<Met> met_by(const Projection& projection, const Position& source, const Box& box) {
  const Convolved& shape = projection.shape();
  std::vector<Met> met;
  for (std::uint32_t row = box.rows.begin; row < box.rows.end; ++row) {
    for (std::uint32_t column = box.columns.begin; column < box.columns.end; ++column) {
      for (std::uint32_t i = 0; i < shape.window.kernel[0]; ++i) {
        for (std::uint32_t j = 0; j < shape.window.kernel[1]; ++j) {
          const std::int64_t y = row * shape.window.stride[0] + i - shape.window.pad_begin[0];
          const std::int64_t x = column * shape.window.stride[1] + j - shape.window.pad_begin[1];
          if (y >= 0 && x >= 0 && y / shape.repeat[0] == source.row && x / shape.repeat[1] == source.column) {
            met.emplace_back(row, column, projection.weight_index(source.channel, i, j, 0));
          }
        }
      }
    }
  }
  std::sort(met.begin(), met.end());
  return met;
}

std::vector<Met> runs_of(const Projection& projection, const Position& source, const Box& box) {
  std::vector<Met> met;
  projection.for_each_run(
      source, box, [&](std::uint32_t row, std::uint32_t column, std::uint32_t columns, std::size_t weight) {
        for (std::uint32_t i = 0; i < columns; ++i) {
          met.emplace_back(row, column + i, weight + std::size_t{i} * projection.outputs_per_group());
        }
      });
  std::sort(met.begin(), met.end());
  return met;
}

/// Output channels in the box that read the source's channel.
std::uint32_t channels_met(const Convolved& shape, std::uint32_t channel, const Range& box) {
  std::uint32_t count = 0;
  for (std::uint32_t to = box.begin; to < box.end; ++to) {
    count += to / (shape.to.channels / shape.groups) == channel / (shape.from.channels / shape.groups) ? 1U : 0U;
  }
  return count;
}

void include(Range& range, std::uint32_t at) {
  range = range.size() == 0 ? Range{at, at + 1} : Range{std::min(range.begin, at), std::max(range.end, at + 1)};
}

void check_box(const Projection& projection, const Box& box) {
  const Convolved& shape = projection.shape();
  std::uint64_t pairs = 0;
  Box hull;
  for (std::uint32_t neuron = 0; neuron < shape.from.size(); ++neuron) {
    const Position source = shape.from.position_of(neuron);
    const std::vector<Met> met = met_by(projection, source, box);
    const std::uint32_t channels = channels_met(shape, source.channel, box.channels);
    ASSERT_EQ(runs_of(projection, source, box), met) << neuron;
    ASSERT_EQ(projection.reached(source.row, source.column, box), met.size());
    ASSERT_EQ(projection.channels_of(source.channel, box.channels).size(), channels);
    ASSERT_EQ(projection.fan_out(source, box), met.size() * channels);
    ASSERT_EQ(projection.reaches_row(source.row, box.rows) && projection.reaches_column(source.column, box.columns),
              !met.empty());
    pairs += source.channel == 0 ? met.size() : 0;
    if (!met.empty() && channels > 0) {
      include(hull.rows, source.row);
      include(hull.columns, source.column);
      include(hull.channels, source.channel);
    }
  }
  ASSERT_EQ(projection.pairs(box), pairs);
  if (hull.size() > 0) {
    ASSERT_EQ(projection.sources(box), hull);
  } else {
    ASSERT_EQ(projection.sources(box).size(), 0U);
  }
}

TEST(Projection, ReachesWhatLoopsOverAllTargetsFind) {
  std::uint64_t in_vain = 0;  // sources that reach nothing at all
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Projection projection(random_shape(random));
    const Volume& to = projection.shape().to;
    ASSERT_NO_FATAL_FAILURE(check_box(projection, whole(to)));
    for (int i = 0; i < 3; ++i) {
      ASSERT_NO_FATAL_FAILURE(check_box(projection, random_box(random, to)));
    }
    for (std::uint32_t neuron = 0; neuron < projection.shape().from.size(); ++neuron) {
      in_vain += projection.fan_out(projection.shape().from.position_of(neuron), whole(to)) == 0 ? 1U : 0U;
    }
  }
  EXPECT_GT(in_vain, 100U) << "strides beyond the kernel must be among the cases";
}

TEST(Projection, StoresEveryWeightInAPlaceOfItsOwn) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Random random(seed);
    const Projection projection(random_shape(random));
    const Convolved& shape = projection.shape();
    std::vector<std::size_t> places;
    for (std::uint32_t channel = 0; channel < shape.from.channels; ++channel) {
      for (std::uint32_t i = 0; i < shape.window.kernel[0]; ++i) {
        for (std::uint32_t j = 0; j < shape.window.kernel[1]; ++j) {
          for (std::uint32_t within = 0; within < projection.outputs_per_group(); ++within) {
            places.push_back(projection.weight_index(channel, i, j, within));
          }
        }
      }
    }
    std::sort(places.begin(), places.end());
    ASSERT_EQ(places.size(), projection.weights());
    for (std::size_t i = 0; i < places.size(); ++i) {
      ASSERT_EQ(places[i], i) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace sigdel::network
