/// What a machine must count of cut layers, against loops over events, cores, accumulators and kernels.
#include "models/reference/mapped_work.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "models/network/neuron_block.hpp"
#include "tests/support/random_images.hpp"
#include "tests/support/random_machine.hpp"

namespace sigdel::reference {
namespace {

using network::Box;
using network::Convolved;
using network::Event;
using network::IntegerLayer;

/// Whether accumulator (row, column) is in the pooling window of a value of the box.
bool is_needed(const IntegerLayer& layer, const Box& box, std::int64_t row, std::int64_t column) {
  const auto covers = [&](std::size_t axis, const Range& values, std::int64_t at) {
    for (std::uint32_t value = values.begin; value < values.end; ++value) {
      const std::int64_t first = value * layer.window.stride[axis] - layer.window.pad_begin[axis];
      if (at >= first && at < first + layer.window.kernel[axis]) {
        return true;
      }
    }
    return false;
  };
  return covers(0, box.rows, row) && covers(1, box.columns, column);
}

/// Accumulators of a part that a neuron reaches. The parts of these tests have no gaps between their windows.
std::uint64_t targets(const IntegerLayer& layer, const Convolved& shape, const Box& box, std::uint32_t neuron) {
  const network::Position source = shape.from.position_of(neuron);
  std::uint64_t pixels = 0;
  for (std::uint32_t row = 0; row < shape.to.rows; ++row) {
    for (std::uint32_t column = 0; column < shape.to.columns; ++column) {
      for (std::uint32_t i = 0; i < shape.window.kernel[0] && is_needed(layer, box, row, column); ++i) {
        for (std::uint32_t j = 0; j < shape.window.kernel[1]; ++j) {
          const std::int64_t y = row * shape.window.stride[0] + i - shape.window.pad_begin[0];
          const std::int64_t x = column * shape.window.stride[1] + j - shape.window.pad_begin[1];
          pixels += y >= 0 && x >= 0 && y / shape.repeat[0] == source.row && x / shape.repeat[1] == source.column;
        }
      }
    }
  }
  std::uint64_t channels = 0;
  for (std::uint32_t to = box.channels.begin; to < box.channels.end; ++to) {
    channels += to / (shape.to.channels / shape.groups) == source.channel / (shape.from.channels / shape.groups);
  }
  return pixels * channels;
}

/// What a core counts of one event in `graded` encoding.
Work of_event(Mode mode, std::int32_t value, std::uint64_t updates) {
  Work work;
  const auto magnitude = static_cast<std::uint64_t>(std::abs(std::int64_t{value}));
  work[Tally::kEvents] = 1;
  work[Tally::kMagnitude] = magnitude;
  work[Tally::kUpdates] = updates;
  work[is_quantised(mode) && value < 0 ? Tally::kSubtracts : Tally::kAdds] = updates;
  work[Tally::kMultiplies] = is_quantised(mode) && magnitude == 1 ? 0 : updates;
  return work;
}

bool has_gaps(const IntegerLayer& layer) {
  return layer.window.stride[0] > layer.window.kernel[0] || layer.window.stride[1] > layer.window.kernel[1];
}

Partition random_partition(Random& random, const network::IntegerNetwork& network) {
  Partition partition;
  for (const IntegerLayer& layer : network.layers) {
    partition.push_back(test::random_boxes(random, layer.values, 6));
  }
  return partition;
}

/// Events of one frame on every tensor; per layer what one core alone, and what the cores together count.
void check(Random& random, const network::IntegerNetwork& network, Mode mode, std::uint64_t& halos) {
  const Partition partition = random_partition(random, network);
  MappedWork mapped(network, partition, mode, Encoding::kGraded);
  std::vector<Work> executor(network.layers.size());
  std::vector<Work> expected(network.layers.size());
  for (std::uint32_t tensor = 0; tensor + 1 < network.tensors.size(); ++tensor) {
    std::vector<Event> events;
    for (std::uint32_t neuron = 0; neuron < network.tensors[tensor].shape.size(); ++neuron) {
      if (random.below(3) == 0) {
        events.push_back({neuron, static_cast<std::int32_t>(random.between(1, 4)) * (random.below(2) == 0 ? 1 : -1)});
      }
    }
    mapped.add(tensor, events);
    for (const IntegerLayer& layer : network.layers) {
      for (const network::Synapses& synapses : layer.synapses) {
        for (const Event& event : synapses.tensor() == tensor ? events : std::vector<Event>{}) {
          const Convolved& shape = synapses.projection().shape();
          const std::uint64_t whole = targets(layer, shape, network::whole(layer.values), event.source);
          executor[layer.id.value] += of_event(mode, event.value, whole);
          std::uint64_t together = 0;
          for (const Box& box : partition[layer.id.value]) {
            const std::uint64_t updates = targets(layer, shape, box, event.source);
            expected[layer.id.value] += updates > 0 ? of_event(mode, event.value, updates) : Work{};
            together += updates;
          }
          halos += together > whole ? 1U : 0U;
        }
      }
    }
  }
  for (std::size_t l = 0; l < executor.size(); ++l) {
    for (const Tally tally :
         {Tally::kRounds, Tally::kShifts, Tally::kCompares, Tally::kSaturations, Tally::kSubtracts}) {
      const std::uint64_t by_fire = random.below(100);  // whatever the cuts
      executor[l][tally] += by_fire;
      expected[l][tally] += by_fire;
    }
    executor[l][Tally::kPaperAdds] = 123;  // a machine knows no such thing
    executor[l][Tally::kPaperMultiplies] = 45;
  }
  ASSERT_EQ(mapped.from(executor), expected);
}

TEST(MappedWork, IsWhatLoopsOverCoresAndAccumulatorsCount) {
  std::uint64_t halos = 0;  // events that meet more accumulators on all cores than the layer has
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE(seed);
    const test::RandomCase net = test::random_image_case(seed, {.largest_side = 6, .frames = 1});
    if (std::any_of(net.network.layers.begin(), net.network.layers.end(), has_gaps)) {
      continue;
    }
    Random random(seed);
    for (const Mode mode : {Mode::kDense, Mode::kSigmaDelta}) {
      ASSERT_NO_FATAL_FAILURE(check(random, net.network, mode, halos));
    }
  }
  EXPECT_GT(halos, 100U);
}

/// Two cores share four outputs: each takes the event, each a half of its targets.
TEST(MappedWork, OfAVectorCountsEventsOncePerCore) {
  const test::RandomCase net = test::random_case(1, {.most_layers = 1, .narrowest = 4, .widest = 4, .frames = 1});
  MappedWork mapped(net.network, {{network::elements({0, 2}), network::elements({2, 4})}}, Mode::kSigmaDelta,
                    Encoding::kUnary);
  mapped.add(0, std::vector<Event>{{3, -5}});
  Work executor;
  executor[Tally::kEvents] = 1;
  executor[Tally::kMagnitude] = 5;
  executor[Tally::kUpdates] = 4;
  executor[Tally::kSubtracts] = 20;
  Work expected = executor;
  expected[Tally::kEvents] = 2;
  expected[Tally::kMagnitude] = 10;
  EXPECT_EQ(mapped.from({executor}), std::vector<Work>{expected});
}

}  // namespace
}  // namespace sigdel::reference
