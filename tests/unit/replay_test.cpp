/// Layers that send what a recording says: the executor on them, and parts of a layer that are frames apart.
#include "traces/replay.hpp"

#include <gtest/gtest.h>

#include "models/reference/executor.hpp"
#include "tests/support/recorded_run.hpp"

namespace sigdel::traces {
namespace {

using network::Event;
using test::RandomCase;
using test::RecordedRun;

/// Frame by frame, outputs and counts of the executor on the recording are those of the one that calculates.
void expect_equal(const RandomCase& random, const RecordedRun& run, Mode mode, reference::Rules rules) {
  const network::RecordedLayers layers = run.layers(mode);
  reference::Executor calculated(random.network, mode, rules);
  reference::Executor replayed(random.network, mode, rules, &layers);
  for (std::size_t t = 0; t < random.frame_count(); ++t) {
    const auto input = run.recording().read(mode, t, 0).events;
    const auto expected = calculated.run(input);
    const auto got = replayed.run(input);
    ASSERT_TRUE(std::equal(expected.begin(), expected.end(), got.begin(), got.end())) << "frame " << t;
    ASSERT_EQ(calculated.work(), replayed.work()) << "frame " << t;
  }
}

TEST(Replay, GivesTheExecutorItsOutputsAndCountsInEveryModeAndUnderEveryRule) {
  const auto modes = kModesOfAnyNetwork;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const RandomCase random = test::random_case(seed, {.frames = 5});
    for (const Semantics semantics : all_of<Semantics>()) {
      const RecordedRun run(random, {modes.begin(), modes.end()}, semantics);
      for (const Mode mode : modes) {
        for (const Encoding encoding : all_of<Encoding>()) {
          for (const Scan scan : all_of<Scan>()) {
            SCOPED_TRACE(testing::Message() << "seed " << seed << " " << name_of(mode) << " " << name_of(encoding)
                                            << " " << name_of(scan) << " " << name_of(semantics));
            expect_equal(random, run, mode, {encoding, scan, semantics});
          }
        }
      }
    }
  }
}

TEST(Replay, KeepsNoStateAndLooksAtNoWeight) {
  RandomCase random = test::random_case(5, {.narrowest = 4, .frames = 3});
  const RecordedRun run(random, {Mode::kSigmaDelta});
  const network::RecordedLayers layers = run.layers(Mode::kSigmaDelta);
  const auto outputs = random.network.layers[0].outputs();
  network::NeuronBlock block(random.network.layers[0], Mode::kSigmaDelta, network::elements({0, outputs}), Scan::kAll,
                             layers[0].get());
  EXPECT_TRUE(block.accumulators().empty());
  block.integrate(0, {999'999'999, 1});  // no such row
  for (std::uint64_t t = 0; t < 3; ++t) {
    std::vector<Event> events;
    const SentTensor sent = run.recording().read(Mode::kSigmaDelta, t, 1);
    const network::Fired fired = block.fire(events);
    EXPECT_EQ(fired.saturations, sent.saturations);
    EXPECT_EQ(fired.sums, outputs);
    EXPECT_EQ(fired.values, outputs);
    EXPECT_EQ(events, sent.events);
  }
}

/// Random cuts of a layer, each cut going on by itself: together they get every frame once, and no more frames are held
/// than the fastest is ahead of the slowest.
TEST(Replay, GivesPartsTheirNeuronsHoweverFarApartTheyAre) {
  Random random(9);
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const RandomCase net = test::random_case(seed, {.narrowest = 6, .frames = 10});
    const RecordedRun run(net, {Mode::kRounding});
    ReplayedLayer layer(run.recording(), Mode::kRounding, 0);
    const std::uint32_t width = run.recording().header().width(1);
    const std::uint32_t first = 1 + static_cast<std::uint32_t>(random.below(width - 2));
    const std::uint32_t second = first + 1 + static_cast<std::uint32_t>(random.below(width - first - 1));
    const std::array<Range, 3> parts{Range{0, first}, Range{first, second}, Range{second, width}};
    std::array<std::uint64_t, 3> frame{};
    std::vector<std::vector<Event>> got(net.frame_count());
    std::vector<std::uint64_t> saturations(net.frame_count());
    while (*std::min_element(frame.begin(), frame.end()) < net.frame_count()) {
      const std::size_t part = random.below(3);
      if (frame[part] == net.frame_count()) {
        continue;
      }
      saturations[frame[part]] +=
          layer.take(frame[part], net.network.layers.front(), network::elements(parts[part]), got[frame[part]]);
      ++frame[part];
      const auto [slowest, fastest] = std::minmax_element(frame.begin(), frame.end());
      ASSERT_EQ(layer.frames_held(), *fastest - *slowest);
    }
    for (std::uint64_t t = 0; t < net.frame_count(); ++t) {
      const SentTensor sent = run.recording().read(Mode::kRounding, t, 1);
      std::sort(got[t].begin(), got[t].end(), [](const Event& a, const Event& b) { return a.source < b.source; });
      EXPECT_EQ(got[t], sent.events);
      EXPECT_EQ(saturations[t], sent.saturations);
    }
  }
}

}  // namespace
}  // namespace sigdel::traces
