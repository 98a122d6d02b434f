#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "models/reference/executor.hpp"
#include "sim/core/machine.hpp"
#include "tests/support/random_images.hpp"
#include "tests/support/small_machine.hpp"

namespace sigdel::sim {
namespace {

/// A random image network with a layer per core or two, some of whose weights and states are off chip.
struct SpilledCase {
  explicit SpilledCase(std::uint64_t seed) : random(seed), images(test::random_image_case(seed)) {
    config.clock_mhz = 100;
    config.columns = static_cast<std::uint32_t>(random.between(1, 3));
    config.rows = static_cast<std::uint32_t>(random.between(1, 3));
    config.spills = true;
    config.core.row_cache_bytes = 4096U << random.below(3);
    config.core.reply_bursts = static_cast<std::uint32_t>(random.between(1, 20));
    config.core.scan_rate = static_cast<std::uint32_t>(random.between(1, 3));
    config.core.scan = random.below(2) == 0 ? Scan::kAll : Scan::kTouched;
    config.core.encoding = Encoding::kGraded;
    config.dram.burst_bytes = 16U << random.below(3);
    config.dram.bytes_per_cycle = static_cast<std::uint32_t>(random.between(1, 40));
    config.dram.queue_depth = static_cast<std::uint32_t>(random.between(1, 8));
    config.dram.reply_bursts = static_cast<std::uint32_t>(random.between(16, 64));
    if (random.below(2) == 0) {
      config.memory_ports.push_back({Edge::kWest, config.rows - 1});
    }
    const std::uint32_t cores = config.columns * config.rows;
    for (const network::IntegerLayer& layer : images.network.layers) {
      const CoreId core{static_cast<std::uint32_t>(random.below(cores))};
      mapping.slices.push_back(
          {layer.id, core, network::whole(layer.values), random.below(2) == 0, random.below(2) == 0});
    }
  }

  void encode(Mode mode) {
    frames.clear();
    reference::FrameEncoder encoder(images.network, mode);
    for (std::size_t t = 0; t < images.frame_count(); ++t) {
      frames.push_back(encoder.encode(images.frame(t)));
    }
  }
  [[nodiscard]] MachineInput input(Mode mode, std::uint64_t order) const {
    return {images.network, mapping, frames, config, mode, order};
  }
  [[nodiscard]] std::vector<std::int32_t> wanted(Mode mode) const {
    reference::Executor executor(images.network, mode, {config.core.encoding, config.core.scan, Semantics::kFrame});
    std::vector<std::int32_t> outputs;
    for (const auto& frame : frames) {
      const auto answer = executor.run(frame);
      outputs.insert(outputs.end(), answer.begin(), answer.end());
    }
    return outputs;
  }

  Random random;
  test::RandomCase images;
  MachineConfig config;
  mapping::Mapping mapping;
  FrameEvents frames;
};

std::uint64_t sum_of(const RunResult& run, Action action) {
  std::uint64_t sum = 0;
  for (const ActivityRecord& record : run.activity) {
    sum += record.action == action ? record.count : 0;
  }
  return sum;
}

TEST(OffChip, ChangesNoResultAndIsTheSameUnderBothSchedulers) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    SpilledCase spilled(seed);
    for (const Mode mode : {Mode::kDense, Mode::kRounding, Mode::kSigmaDelta}) {
      SCOPED_TRACE(name_of(mode));
      spilled.encode(mode);
      const RunResult wheel = run_wheel(spilled.input(mode, 0));
      const RunResult plain = run_plain_loop(spilled.input(mode, seed + 1));
      ASSERT_EQ(wheel.outputs, spilled.wanted(mode));
      ASSERT_EQ(wheel.total, plain.total);
      ASSERT_EQ(wheel.activity_hash, plain.activity_hash);
      for (const LayerResult& layer : wheel.layers) {
        ASSERT_EQ(layer.counts.time.total(), layer.cores * wheel.total.value) << layer.name;
      }
    }
  }
}

/// Everything but time is as it is on the chip.
TEST(OffChip, CostsTimeAndBurstsAndNoOperations) {
  std::uint64_t later = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    SpilledCase spilled(seed);
    spilled.encode(Mode::kSigmaDelta);
    const RunResult off = run_wheel(spilled.input(Mode::kSigmaDelta, 0));
    std::uint64_t marked = 0;
    for (mapping::Slice& slice : spilled.mapping.slices) {
      marked += (slice.weights_off_chip ? 1U : 0U) + (slice.states_off_chip ? 1U : 0U);
      slice.weights_off_chip = false;
      slice.states_off_chip = false;
    }
    const RunResult on = run_wheel(spilled.input(Mode::kSigmaDelta, 0));
    for (std::size_t l = 0; l < on.layers.size(); ++l) {
      for (const Tally tally : all_of<Tally>()) {
        ASSERT_EQ(off.layers[l].counts.work[tally], on.layers[l].counts.work[tally]);
      }
    }
    ASSERT_EQ(sum_of(on, Action::kDramRead), 0U);
    if (marked > 0) {
      later += off.total > on.total ? 1U : 0U;
    }
  }
  EXPECT_GT(later, 20U);
}

/// One fully connected layer with its states off chip: a scan of a frame streams all of them once.
TEST(OffChip, AScanReadsAllStatesOnceAndWritesThemBackWhereTheyRestart) {
  constexpr std::uint32_t kNeurons = 640;
  const auto network = test::plain_chain({1, kNeurons, 1});
  mapping::Mapping mapping = test::one_core_per_layer(network);
  mapping.slices.front().states_off_chip = true;
  MachineConfig config = test::row_of_cores(2);
  config.spills = true;
  config.core.row_cache_bytes = 8192;
  FrameEvents frames(3);  // nothing is sent in: the scans are all
  const std::uint64_t accumulators = kNeurons * 4 / 64;
  const RunResult dense = run_wheel({network, mapping, frames, config, Mode::kRounding, 0});
  EXPECT_EQ(sum_of(dense, Action::kDramRead), 3 * accumulators);
  EXPECT_EQ(sum_of(dense, Action::kDramWrite), 3 * accumulators);
  const RunResult sigma_delta = run_wheel({network, mapping, frames, config, Mode::kSigmaDelta, 0});
  EXPECT_EQ(sum_of(sigma_delta, Action::kDramRead), 3 * (accumulators + kNeurons * 2 / 64));
  EXPECT_EQ(sum_of(sigma_delta, Action::kDramWrite), 0U);  // nothing is sent, so nothing changes
}

/// An event reads its row of weights; the cache keeps it for the next frame.
TEST(OffChip, AWeightRowIsReadOncePerFrameThatDoesNotFindItInTheCache) {
  constexpr std::uint32_t kNeurons = 640;  // 10 bursts of 64 weights of a byte
  const auto network = test::plain_chain({4, kNeurons, 1});
  mapping::Mapping mapping = test::one_core_per_layer(network);
  mapping.slices.front().weights_off_chip = true;
  MachineConfig config = test::row_of_cores(2);
  config.spills = true;
  const FrameEvents frames = test::full_frames(network, 5);  // four events each
  const auto reads = [&](std::uint64_t cache_bytes) {
    config.core.row_cache_bytes = cache_bytes;
    return sum_of(run_wheel({network, mapping, frames, config, Mode::kDense, 0}), Action::kDramRead);
  };
  EXPECT_EQ(reads(4 * kNeurons), 4U * 10);      // all four rows stay
  EXPECT_EQ(reads(3 * kNeurons), 5U * 4 * 10);  // each makes room for another before it comes again
}

TEST(RowCache, ForgetsTheLeastRecentlyUsedLineAndTellsWhetherItWasChanged) {
  Random random(7);
  constexpr std::uint32_t kLines = 5;
  RowCache cache(kLines);
  std::vector<std::pair<std::uint64_t, bool>> plain;  // the last used one last
  for (int i = 0; i < 2000; ++i) {
    const std::uint64_t line = random.below(9);
    const bool changes = random.below(3) == 0;
    const auto known = std::find_if(plain.begin(), plain.end(), [&](const auto& each) { return each.first == line; });
    const bool was_there = known != plain.end();
    bool changed = changes;
    std::optional<std::uint64_t> wanted;
    if (was_there) {
      changed = changed || known->second;
      plain.erase(known);
    } else if (plain.size() == kLines) {
      wanted = plain.front().second ? std::optional(plain.front().first) : std::nullopt;
      plain.erase(plain.begin());
    }
    plain.emplace_back(line, changed);
    std::optional<std::uint64_t> evicted;
    ASSERT_EQ(cache.use(line, changes, evicted), was_there);
    ASSERT_EQ(evicted, wanted);
  }
  std::set<std::uint64_t> written;
  cache.drop(0, 9, [&](std::uint64_t line) { written.insert(line); });
  std::set<std::uint64_t> dirty;
  for (const auto& [line, changed] : plain) {
    if (changed) {
      dirty.insert(line);
    }
  }
  EXPECT_EQ(written, dirty);
}

}  // namespace
}  // namespace sigdel::sim
