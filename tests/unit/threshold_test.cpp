/// The threshold quantiser, against the rules of lava's process models written out with residue and last activation.
#include "models/network/threshold.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "models/base/errors.hpp"
#include "models/base/random.hpp"
#include "models/import/lava.hpp"
#include "models/network/sender.hpp"
#include "models/reference/executor.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/lava_builder.hpp"
#include "tests/support/lava_data.hpp"

namespace sigdel::network {
namespace {

constexpr std::int32_t kLevel = 13 << 12;

Threshold rule(std::int32_t level, Residue residue = Residue::kUnsent, int message_bits = 16) {
  return {level, 6, message_bits, residue};
}

/// Messages of one neuron whose state goes through `values`.
std::vector<std::int32_t> messages(const Threshold& threshold, const std::vector<std::int32_t>& values,
                                   std::uint32_t* saturations = nullptr) {
  std::vector<std::int32_t> sent_messages;
  std::int32_t sent = 0;
  std::uint32_t cut = 0;
  for (const std::int32_t value : values) {
    sent_messages.push_back(message_of(threshold, value, sent, cut));
  }
  if (saturations != nullptr) {
    *saturations = cut;
  }
  return sent_messages;
}

using Messages = std::vector<std::int32_t>;

TEST(Threshold, EqualityReachesIt) {
  EXPECT_EQ(messages(rule(kLevel), {kLevel, 2 * kLevel - 1, 2 * kLevel}), (Messages{kLevel >> 6, 0, kLevel >> 6}));
  EXPECT_EQ(messages(rule(kLevel), {-kLevel + 1, -kLevel}), (Messages{0, -(kLevel >> 6)}));
}

TEST(Threshold, ZeroSendsEveryChange) { EXPECT_EQ(messages(rule(0), {64, 64, 128, 0}), (Messages{1, 0, 1, -2})); }

/// An arithmetic shift.
TEST(Threshold, DroppedBitsRoundTowardMinusInfinity) {
  EXPECT_EQ(messages(rule(0), {63, 0}), (Messages{0, -1}));
  EXPECT_EQ(messages(rule(0), {-1, -65}), (Messages{-1, -1}));
}

TEST(Threshold, WhatIsNotSentAddsUpUnlessItIsForgotten) {
  const std::vector<std::int32_t> slow{600, 1200, 1800};
  EXPECT_EQ(messages(rule(1000), slow), (Messages{0, 1200 >> 6, 0}));
  EXPECT_EQ(messages(rule(1000, Residue::kForgotten), slow), (Messages{0, 0, 0}));
}

TEST(Threshold, DroppedBitsAreLostUnlessTheyAreKept) {
  const std::vector<std::int32_t> steps{100, 200, 300};
  EXPECT_EQ(messages(rule(64), steps), (Messages{1, 1, 1}));
  EXPECT_EQ(messages(rule(64, Residue::kAll), steps), (Messages{1, 2, 1})) << "36, then 136 - 128";
}

TEST(Threshold, NarrowMessagesAreCutAndCounted) {
  std::uint32_t cut = 0;
  EXPECT_EQ(messages(rule(0, Residue::kUnsent, 8), {200 << 6, 200 << 6, 0}, &cut), (Messages{127, 0, -127}));
  EXPECT_EQ(cut, 2U);
  EXPECT_EQ(messages(rule(0, Residue::kAll, 8), {200 << 6, 200 << 6, 200 << 6}, &cut), (Messages{127, 73, 0}));
  EXPECT_EQ(cut, 1U) << "the rest follows in the next step";
}

/// d = a - a_prev + r; s = d if |d| >= vth; r = d - s; a_prev = a; message s >> 6.
TEST(Threshold, EqualsTheFormWithAResidue) {
  Random random(3);
  for (int neuron = 0; neuron < 500; ++neuron) {
    const auto level = static_cast<std::int32_t>(random.between(0, 5000));
    std::int32_t sent = 0;
    std::uint32_t cut = 0;
    std::int32_t before = 0;
    std::int32_t residue = 0;
    for (int t = 0; t < 50; ++t) {
      const auto now = static_cast<std::int32_t>(random.between(-20000, 20000) / random.between(1, 10));
      const std::int32_t d = now - before + residue;
      const std::int32_t s = std::abs(d) >= level ? d : 0;
      residue = d - s;
      before = now;
      ASSERT_EQ(message_of(rule(level), now, sent, cut), s >> 6) << neuron << " " << t;
    }
  }
}

TEST(Threshold, TheSenderSendsOnlyWhatIsNotZero) {
  Sender sender(Mode::kThreshold, 20, rule(128));
  std::vector<std::int32_t> values(20, 127);
  values[3] = 128;
  values[17] = -640;
  std::vector<Event> events;
  EXPECT_EQ(sender.send(0, 100, values, events), 0U);
  EXPECT_EQ(events, (std::vector<Event>{{103, 2}, {117, -10}}));
  events.clear();
  sender.send(0, 100, values, events);
  EXPECT_TRUE(events.empty());
  sender.reset();
  sender.send(0, 100, values, events);
  EXPECT_EQ(events.size(), 2U);
}

/// Of the small network: units, thresholds, biases and the integrator.
TEST(ThresholdNetwork, HasTheFilesIntegers) {
  const Graph graph = import::graph_of(import::load_lava(test::small_lava().bytes(), "small.net"));
  const IntegerNetwork network = test::thresholds_of(graph);
  ASSERT_EQ(network.layers.size(), 4U);
  EXPECT_EQ(network.tensors.front().threshold->level, 2 << 12);
  EXPECT_EQ(network.layers[0].threshold->level, 5 << 12);
  EXPECT_EQ(network.layers[0].bias, (std::vector<std::int32_t>{2 << 12, -4 * (1 << 12), 0, 6 << 12}));
  EXPECT_EQ(network.layers[1].synapses.front().values(), std::vector<std::int32_t>(8, 32));
  EXPECT_FALSE(network.layers[3].threshold);
  EXPECT_TRUE(network.layers[3].is_output);
  EXPECT_EQ(network.layers[3].fraction_bits, 18);
  EXPECT_EQ(network.layers[0].last_sent_bits(), 32U);
  EXPECT_EQ(network.tensors.front().value_bits(), 16U);
}

TEST(ThresholdNetwork, RefusesWhatDoesNotFit) {
  const Graph graph = import::graph_of(
      import::load_lava(test::small_lava().integer("layer/1/neuron/vThMant", 1 << 19).bytes(), "small.net"));
  EXPECT_NE(test::error_of([&] { test::thresholds_of(graph); }).find("'conv1.relu': a threshold of 524288"),
            std::string::npos);
  const Graph small = import::graph_of(import::load_lava(test::small_lava().bytes(), "small.net"));
  const auto layers = quantise::weight_layers(small);
  EXPECT_NE(test::error_of([&] {
              quantise::fold_thresholds(small, layers, {8, 16}, {});
            }).find("accumulators of 16"),
            std::string::npos);
}

/// States that may leave their width are an error that names the layer, never wrong numbers.
TEST(ThresholdNetwork, RefusesStatesThatMayOverflow) {
  const Graph graph = import::graph_of(import::load_lava(test::small_lava().bytes(), "small.net"));
  IntegerNetwork network = test::thresholds_of(graph);
  network.layers[0].bound = 100000;
  reference::FrameEncoder encoder(network, Mode::kThreshold);
  reference::Executor executor(network, Mode::kThreshold, {});
  const std::vector<Event> input = encoder.encode(std::vector<float>(60, 1.0F));
  EXPECT_NE(test::error_of([&] { executor.run(input); }).find("layer 'conv1': its states may leave their width"),
            std::string::npos);
}

/// A scan of touched neurons alone sends the same, whatever is remembered.
TEST(ThresholdNetwork, ScansOfTouchedNeuronsSendTheSame) {
  const Graph graph = import::graph_of(import::load_lava(test::small_lava().bytes(), "small.net"));
  for (const Residue residue : all_of<Residue>()) {
    const IntegerNetwork network = test::thresholds_of(graph, {4, residue});
    reference::FrameEncoder encoder(network, Mode::kThreshold);
    reference::Executor all(network, Mode::kThreshold, {.semantics = Semantics::kStep});
    reference::Executor touched(network, Mode::kThreshold, {.scan = Scan::kTouched, .semantics = Semantics::kStep});
    Random random(1);
    std::vector<float> frame(60);
    for (int t = 0; t < 40; ++t) {
      frame[random.below(60)] = static_cast<float>(random.between(-64, 64)) / 64;
      const std::vector<Event> input = encoder.encode(frame);
      EXPECT_EQ(all.run(input).front(), touched.run(input).front()) << name_of(residue) << " step " << t;
      for (std::size_t l = 0; l < network.layers.size(); ++l) {
        EXPECT_EQ(all.work()[l][Tally::kSaturations], touched.work()[l][Tally::kSaturations]);
      }
    }
  }
}

}  // namespace
}  // namespace sigdel::network
