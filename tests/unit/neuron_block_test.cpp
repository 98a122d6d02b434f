#include "models/network/neuron_block.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "models/base/random.hpp"
#include "tests/support/vector_layer.hpp"

namespace sigdel::network {
namespace {

struct Problem {
  std::uint32_t inputs;
  std::uint32_t outputs;
  std::vector<std::int32_t> weights;
  IntegerLayer layer;
};

/// A layer whose accumulators stay far from 32 bits.
Problem random_problem(Random& random, int weight_bits) {
  const auto inputs = static_cast<std::uint32_t>(random.between(1, 90));
  const auto outputs = static_cast<std::uint32_t>(random.between(1, 90));
  const std::int64_t widest = weight_bits == 8 ? 127 : 3000;
  std::vector<std::int32_t> weights(std::size_t{inputs} * outputs);
  for (std::int32_t& weight : weights) {
    weight = static_cast<std::int32_t>(random.between(-widest, widest));
  }
  std::vector<std::int32_t> bias(outputs);
  for (std::int32_t& b : bias) {
    b = static_cast<std::int32_t>(random.between(-5000, 5000));
  }
  IntegerLayer layer = test::vector_layer(0, inputs, weights, std::move(bias), weight_bits);
  layer.fraction_bits = static_cast<int>(random.between(1, 12));
  layer.relu = random.below(2) == 0;
  layer.is_output = random.below(4) == 0;
  layer.clamp = static_cast<std::int32_t>(random.between(1, 3000));
  return {inputs, outputs, std::move(weights), std::move(layer)};
}

std::vector<Event> random_events(Random& random, std::uint32_t inputs) {
  std::vector<Event> events;
  for (std::uint32_t i = 0; i < inputs; ++i) {
    if (random.below(3) != 0) {
      events.push_back({i, static_cast<std::int32_t>(random.between(-40, 40))});
    }
  }
  return events;
}

/// What `rounding` sends, by a plain loop; counts the clamped values.
std::vector<Event> fire_plainly(const Problem& problem, const std::vector<Event>& events, std::uint64_t& saturations) {
  std::vector<Event> sent;
  for (std::uint32_t j = 0; j < problem.outputs; ++j) {
    std::int64_t sum = problem.layer.bias[j];
    for (const Event event : events) {
      sum += std::int64_t{event.value} * problem.weights[std::size_t{event.source} * problem.outputs + j];
    }
    sum = problem.layer.relu && sum < 0 ? 0 : sum;
    if (problem.layer.is_output) {
      sent.push_back({j, static_cast<std::int32_t>(sum)});
      continue;
    }
    double value = std::round(std::ldexp(static_cast<double>(sum), -problem.layer.fraction_bits));
    if (std::abs(value) > problem.layer.clamp) {
      value = std::copysign(static_cast<double>(problem.layer.clamp), value);
      ++saturations;
    }
    if (value != 0) {
      sent.push_back({j, static_cast<std::int32_t>(value)});
    }
  }
  return sent;
}

class NeuronBlockOfWidth : public testing::TestWithParam<int> {};

TEST_P(NeuronBlockOfWidth, EqualsAPlainTripleLoop) {
  Random random(static_cast<std::uint64_t>(GetParam()));
  for (int i = 0; i < 100; ++i) {
    const Problem problem = random_problem(random, GetParam());
    NeuronBlock block(problem.layer, Mode::kRounding, whole(problem.layer.values));
    for (int frame = 0; frame < 3; ++frame) {
      const auto events = random_events(random, problem.inputs);
      std::uint64_t expected_saturations = 0;
      const auto expected = fire_plainly(problem, events, expected_saturations);
      for (const Event event : events) {
        block.integrate(0, event);
      }
      std::vector<Event> sent;
      ASSERT_EQ(block.fire(sent).saturations, expected_saturations);
      ASSERT_EQ(sent, expected);
    }
  }
}

/// However the neurons are cut into blocks, in every mode, together they send what the whole layer sends.
TEST_P(NeuronBlockOfWidth, PartsSendTogetherWhatTheWholeSends) {
  Random random(100 + static_cast<std::uint64_t>(GetParam()));
  for (int i = 0; i < 100; ++i) {
    const Problem problem = random_problem(random, GetParam());
    const Mode mode = kModesOfAnyNetwork[random.below(kModesOfAnyNetwork.size())];
    NeuronBlock undivided(problem.layer, mode, whole(problem.layer.values));
    std::vector<NeuronBlock> parts;
    for (std::uint32_t begin = 0; begin < problem.outputs;) {
      const auto end = static_cast<std::uint32_t>(random.between(begin + 1, problem.outputs));
      parts.emplace_back(problem.layer, mode, elements({begin, end}));
      begin = end;
    }
    for (int frame = 0; frame < 4; ++frame) {
      const auto events = random_events(random, problem.inputs);
      std::vector<Event> sent_by_whole;
      std::vector<Event> sent_by_parts;
      std::uint64_t saturations = 0;
      for (NeuronBlock& part : parts) {
        for (const Event event : events) {
          part.integrate(0, event);
        }
        saturations += part.fire(sent_by_parts).saturations;
      }
      for (const Event event : events) {
        undivided.integrate(0, event);
      }
      ASSERT_EQ(undivided.fire(sent_by_whole).saturations, saturations);
      ASSERT_EQ(sent_by_whole, sent_by_parts);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(WeightBits, NeuronBlockOfWidth, testing::Values(8, 16, 32));

TEST(NeuronBlock, KeepsItsAccumulatorsInDeltaModesAndRestartsAtTheBiasInTheOthers) {
  const std::vector<std::int32_t> weights{3};
  IntegerLayer layer = test::vector_layer(0, 1, weights, {100});
  layer.clamp = 1000;
  std::vector<Event> sent;
  for (const Mode mode : kModesOfAnyNetwork) {
    NeuronBlock block(layer, mode, elements({0, 1}));
    EXPECT_EQ(block.accumulators().front(), 100);
    block.integrate(0, {0, 5});
    EXPECT_EQ(block.accumulators().front(), 115);
    block.fire(sent);
    EXPECT_EQ(block.accumulators().front(), sends_changes(mode) ? 115 : 100);
    block.reset();
    EXPECT_EQ(block.accumulators().front(), 100);
  }
}

TEST(Synapses, TakeTheWidthOfTheirWeightsAndNoMore) {
  for (const int bits : {8, 16, 32}) {
    for (const std::uint32_t outputs : {1U, 10U, 33U, 200U}) {
      const std::vector<std::int32_t> ones(std::size_t{7} * outputs, 1);
      const Synapses synapses(0, Convolved{{7, 1, 1}, {outputs, 1, 1}, {}}, bits, ones);
      EXPECT_EQ(synapses.bytes(), std::size_t{7} * outputs * static_cast<std::size_t>(bits) / 8);
    }
  }
}

TEST(Synapses, GiveBackWhatTheyWereMadeFrom) {
  const std::vector<std::int32_t> values{-127, 0, 127, 5, -6, 7};
  for (const int bits : {8, 16, 32}) {
    const Synapses synapses(0, Convolved{{2, 1, 1}, {3, 1, 1}, {}}, bits, values);
    EXPECT_EQ(synapses.bits(), bits);
    EXPECT_EQ(synapses.values(), values);
  }
}

}  // namespace
}  // namespace sigdel::network
