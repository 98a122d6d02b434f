/// Scans of parts of random layers, against sets of accumulators that are touched and read one by one.
#include "models/network/scan_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "tests/support/random_images.hpp"
#include "tests/support/random_machine.hpp"

namespace sigdel::network {
namespace {

/// Values and accumulators of a part, each by its position in the layer.
class PlainScan {
 public:
  PlainScan(const IntegerLayer& layer, const Box& box) : layer_(&layer), box_(box) {}

  /// The channels of one group are touched together.
  void touch(const Position& sum) {
    const std::uint32_t size = layer_->sums.channels / layer_->groups();
    const std::uint32_t first = sum.channel / size * size;
    for (std::uint32_t channel = first; channel < first + size; ++channel) {
      touched_.insert({sum.row, sum.column, channel});
    }
  }

  void visit(bool all) {
    reads_.clear();
    values_.clear();
    elements_ = 0;
    for (std::uint32_t row = box_.rows.begin; row < box_.rows.end; ++row) {
      for (std::uint32_t column = box_.columns.begin; column < box_.columns.end; ++column) {
        visit_pixel(all, row, column);
      }
    }
    touched_.clear();
  }

  /// Per value that is visited: whether its window has elements that no value before has read, and how many
  /// accumulators are read before the last of its window.
  struct Visit {
    bool reads_some = false;
    std::size_t last = 0;
  };
  [[nodiscard]] const std::map<Position, Visit>& values() const { return values_; }
  [[nodiscard]] std::size_t sums() const { return reads_.size(); }
  [[nodiscard]] std::uint64_t elements() const { return elements_; }

 private:
  [[nodiscard]] std::vector<Position> window(const Position& value) const {
    std::vector<Position> found;
    for (std::int64_t i = 0; i < layer_->window.kernel[0]; ++i) {
      for (std::int64_t j = 0; j < layer_->window.kernel[1]; ++j) {
        const std::int64_t y = value.row * layer_->window.stride[0] - layer_->window.pad_begin[0] + i;
        const std::int64_t x = value.column * layer_->window.stride[1] - layer_->window.pad_begin[1] + j;
        if (y >= 0 && y < layer_->sums.rows && x >= 0 && x < layer_->sums.columns) {
          found.push_back({static_cast<std::uint32_t>(y), static_cast<std::uint32_t>(x), value.channel});
        }
      }
    }
    return found;
  }

  /// Element by element of the window, each for all channels that are visited.
  void visit_pixel(bool all, std::uint32_t row, std::uint32_t column) {
    std::vector<Position> visited;
    for (std::uint32_t channel = box_.channels.begin; channel < box_.channels.end; ++channel) {
      const std::vector<Position> sums = window({row, column, channel});
      if (all || std::any_of(sums.begin(), sums.end(), [&](const Position& at) { return touched_.count(at) > 0; })) {
        visited.push_back({row, column, channel});
        elements_ += sums.size();
      }
    }
    for (std::size_t i = 0; !visited.empty() && i < window(visited.front()).size(); ++i) {
      for (const Position& value : visited) {
        const auto [read, is_new] = reads_.try_emplace(window(value)[i], reads_.size());
        Visit& visit = values_[value];
        visit.reads_some = visit.reads_some || is_new;
        visit.last = std::max(visit.last, read->second);
      }
    }
  }

  const IntegerLayer* layer_;
  Box box_;
  std::set<Position> touched_;
  std::map<Position, std::size_t> reads_;  // accumulators that were read, and how many before each
  std::map<Position, Visit> values_;
  std::uint64_t elements_ = 0;
};

void expect_same(const ScanOrder& order, const PlainScan& plain) {
  ASSERT_EQ(order.sums(), plain.sums());
  ASSERT_EQ(order.values(), plain.values().size());
  ASSERT_EQ(order.elements(), plain.elements());
  const Box& box = order.box();
  for (std::uint32_t row = box.rows.begin; row < box.rows.end; ++row) {
    for (std::uint32_t column = box.columns.begin; column < box.columns.end; ++column) {
      for (std::uint32_t channel = box.channels.begin; channel < box.channels.end; ++channel) {
        const Position at{row, column, channel};
        const auto visit = plain.values().find(at);
        ASSERT_EQ(order.visits(at), visit != plain.values().end());
        if (visit == plain.values().end()) {
          continue;
        }
        if (visit->second.reads_some) {
          ASSERT_EQ(order.position(at), visit->second.last);
        } else {  // all was read for values before it
          ASSERT_GE(order.position(at), visit->second.last);
          ASSERT_LT(order.position(at), order.sums());
        }
      }
    }
  }
}

/// Some accumulators, each as often as chance will have it.
void touch_some(Random& random, ScanOrder& order, PlainScan& plain) {
  const Box& sums = order.sums_box();
  for (std::uint64_t n = random.below(6); n > 0; --n) {
    const auto in = [&](const Range& range) {
      return static_cast<std::uint32_t>(random.between(range.begin, range.end - 1));
    };
    const Position first{in(sums.rows), in(sums.columns), in(sums.channels)};
    const auto columns = static_cast<std::uint32_t>(random.between(1, sums.columns.end - first.column));
    order.touch(first.row, first.column, columns, {first.channel, first.channel + 1});
    for (std::uint32_t i = 0; i < columns; ++i) {
      plain.touch({first.row, first.column + i, first.channel});
    }
  }
}

TEST(ScanOrder, VisitsAndReadsWhatSetsOfAccumulatorsSay) {
  std::uint64_t pools = 0;
  std::uint64_t groups = 0;
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE(seed);
    const test::RandomCase net = test::random_image_case(seed, {.frames = 1});
    Random random(seed);
    for (const IntegerLayer& layer : net.network.layers) {
      pools += layer.pool != Pool::kNone ? 1U : 0U;
      groups += layer.groups() > 1 ? 1U : 0U;
      for (const Box& box : test::random_boxes(random, layer.values, 4)) {
        ScanOrder order(layer, box);
        PlainScan plain(layer, box);
        order.visit_all();
        plain.visit(true);
        ASSERT_NO_FATAL_FAILURE(expect_same(order, plain));
        for (int frame = 0; frame < 4; ++frame) {
          touch_some(random, order, plain);
          const bool all = random.below(4) == 0;
          all ? order.visit_all() : order.visit_touched();
          order.forget();
          plain.visit(all);
          ASSERT_NO_FATAL_FAILURE(expect_same(order, plain)) << "frame " << frame;
        }
      }
    }
  }
  EXPECT_GT(pools, 20U);
  EXPECT_GT(groups, 20U);
}

/// Without a pool an accumulator is read for its own value, in the order of the neurons.
TEST(ScanOrder, OfAVectorIsItsOrder) {
  const test::RandomCase net = test::random_case(3);
  const IntegerLayer& layer = net.network.layers.front();
  ScanOrder order(layer, whole(layer.values));
  order.visit_all();
  for (std::uint32_t i = 0; i < layer.outputs(); ++i) {
    EXPECT_EQ(order.position({0, 0, i}), i);
  }
  EXPECT_EQ(order.sums(), layer.outputs());
  order.visit_touched();
  EXPECT_EQ(order.sums(), 0U);
  EXPECT_EQ(order.values(), 0U);
}

}  // namespace
}  // namespace sigdel::network
