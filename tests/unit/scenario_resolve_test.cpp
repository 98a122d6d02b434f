// Checks of keys against each other and against the files they name, on the quick start with one thing wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "scenarios/blocks.hpp"
#include "scenarios/describe.hpp"
#include "scenarios/output_folder.hpp"
#include "scenarios/resolve.hpp"
#include "tests/support/quickstart.hpp"
#include "tests/support/scenario_text.hpp"

namespace sigdel::scenarios {
namespace {

using test::error_of;
using test::kTables;
using test::plan_of;
using test::quickstart;
using test::TemporaryFolder;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string resolve_error(const std::vector<std::string>& overrides) {
  return error_of([&] { plan_of(overrides); });
}

std::string image_file(const TemporaryFolder& folder, char images, char rows, char columns) {
  const char header[] = {0, 0, 8, 3, 0, 0, 0, images, 0, 0, 0, rows, 0, 0, 0, columns};
  const auto pixels =
      static_cast<std::size_t>(images) * static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
  return folder.write("images", std::string(header, sizeof header) + std::string(pixels, '\x11'));
}

TEST(Resolve, QuickstartGivesAPlan) {
  const Plan plan = plan_of({});
  EXPECT_EQ(plan.frames.count, 4U);
  EXPECT_EQ(plan.frames.labels.size(), 4U);
  EXPECT_THAT(plan.scaled->scales(), ElementsAre(2.0, 2.0, 2.0));
  EXPECT_EQ(plan.scaled->clamp, 2047);
  EXPECT_EQ(plan.grid->clamp, 32767);
  EXPECT_EQ(plan.grid->layers.size(), 3U);
  EXPECT_EQ(plan.in_float.outputs.size(), 40U);
  EXPECT_FALSE(plan.mapping.slices.empty());
  EXPECT_EQ(plan.table.name, "horowitz-45nm");
  EXPECT_TRUE(plan.traced_blocks.empty());
}

TEST(Resolve, OneScaleStandsForAll) {
  EXPECT_THAT(plan_of({"scales=2.5"}).scaled->scales(), ElementsAre(2.5, 2.5, 2.5));
}

TEST(Resolve, ScalesOrAFactorForThem) {
  Scenario scenario = quickstart({});
  scenario.scales.clear();
  EXPECT_THAT(
      error_of([&] { resolve(scenario, kTables); }),
      HasSubstr(
          "scales: missing; give a number for each quantised tensor, one for all, a scale_factor or a scales_file"));
}

TEST(Resolve, WithoutMachineNothingIsMapped) {
  Scenario scenario = quickstart({});
  scenario.machine_modes.clear();
  const Plan plan = resolve(scenario, kTables);
  EXPECT_TRUE(plan.mapping.slices.empty());
  EXPECT_THAT(describe(plan), HasSubstr("Mapping: none"));
}

TEST(Resolve, TheNumberOfScalesMustFit) {
  const std::string message = resolve_error({"scales=[2, 2]"});
  EXPECT_THAT(
      message,
      StartsWith("--set scales=[2, 2]: scales: 2 given; the network quantises 3 tensors: the frame, the output of"));
}

TEST(Resolve, TheFrameMustFitTheInput) {
  const TemporaryFolder folder;
  const std::string file = image_file(folder, 4, 10, 10);
  Scenario scenario = quickstart({"stimulus.images=" + file});
  scenario.stimulus.labels.clear();
  EXPECT_THAT(error_of([&] { resolve(scenario, kTables); }),
              AllOf(HasSubstr(file + ": a frame has 100 values"), HasSubstr("has 784")));
}

TEST(Resolve, LabelsMustBeClassesOfTheNetwork) {
  const TemporaryFolder folder;
  const std::string images = image_file(folder, 4, 28, 28);
  const std::string labels = folder.write("labels", std::string("\0\0\x8\1\0\0\0\4\0\x9\xA\1", 12));
  EXPECT_THAT(resolve_error({"stimulus.images=" + images, "stimulus.labels=" + labels}),
              HasSubstr("the label of frame 2 is 10"));
}

TEST(Resolve, FramesMustBeInTheFile) {
  EXPECT_THAT(resolve_error({"stimulus.first=500"}), HasSubstr("stimulus.images: "));
  EXPECT_THAT(resolve_error({"stimulus.first=497"}), HasSubstr("holds 500 frames; 4 from frame 497"));
  EXPECT_EQ(plan_of({"stimulus.first=496"}).frames.count, 4U);
}

TEST(Resolve, MissingFilesNameKeyAndLine) {
  EXPECT_THAT(resolve_error({"network.file=no.onnx"}),
              StartsWith("--set network.file=no.onnx: network.file: no.onnx: "));
  EXPECT_THAT(resolve_error({"stimulus.images=no.idx"}), HasSubstr("stimulus.images: no.idx: there is no such file"));
  EXPECT_THAT(resolve_error({"energy.table=no-such-table"}), HasSubstr("energy.table: "));
}

TEST(Resolve, MachineModesMustBeAmongModes) {
  EXPECT_THAT(resolve_error({"modes=[dense, rounding]", "machine.modes=[dense, zero-skip]"}),
              HasSubstr("machine.modes: 'zero-skip' is not one of modes; add it there too"));
}

TEST(Resolve, AMachineTooSmallIsRefused) {
  EXPECT_THAT(resolve_error({"machine.core.weight_memory_kib=1"}),
              StartsWith("--set machine.core.weight_memory_kib=1: machine.core.weight_memory_kib: layer 'fc1'"));
}

TEST(Resolve, ABoundThatDoesNotFitIsBlamedOnWhatWasOverridden) {
  EXPECT_THAT(resolve_error({"network.accumulator_bits=16", "network.max_magnitude=32767"}),
              AllOf(StartsWith("--set network.accumulator_bits=16: network.accumulator_bits, network.max_magnitude: "),
                    HasSubstr("bound")));
  EXPECT_THAT(resolve_error({"scales=[1e6, 1e-6, 1e6]"}), StartsWith("--set scales=[1e6, 1e-6, 1e6]: scales: layer "));
}

const std::vector<std::string> kNarrow{"network.accumulator_bits=16", "network.weight_bits=8",
                                       "network.max_magnitude=15"};

std::vector<std::string> narrow_and(std::vector<std::string> overrides) {
  overrides.insert(overrides.begin(), kNarrow.begin(), kNarrow.end());
  return overrides;
}

TEST(Resolve, OnlyTheFamiliesThatRunMustFit) {
  EXPECT_THAT(resolve_error(narrow_and({})), HasSubstr("grid"));
  const Plan scaled = plan_of(narrow_and({"modes=[rounding, sigma-delta]"}));
  EXPECT_FALSE(scaled.grid);
  EXPECT_EQ(&scaled.any_network(), &scaled.network_for(Mode::kRounding));
  EXPECT_THAT(describe(scaled), AllOf(ContainsRegex("yes *scaled "), Not(ContainsRegex("yes *grid "))));
  const Plan grid = plan_of({"modes=[zero-skip]", "scales=[1e6, 1e-6]"});
  EXPECT_FALSE(grid.scaled);
  EXPECT_EQ(&grid.any_network(), &grid.network_for(Mode::kZeroSkip));
  EXPECT_THAT(describe(grid), AllOf(ContainsRegex("yes *grid "), Not(ContainsRegex("yes *scaled "))));
}

TEST(Resolve, AFramePeriodIsNoneOrACycleAtLeast) {
  EXPECT_THAT(resolve_error({"machine.frame_period_us=0.0019"}),
              HasSubstr("machine.frame_period_us: 0.0019 us is less than a clock cycle, 0.002 us"));
  EXPECT_NO_THROW(plan_of({"machine.frame_period_us=0.002"}));
  EXPECT_NO_THROW(plan_of({"machine.frame_period_us=0"}));
}

TEST(Resolve, StepSemanticsNeedsABarrierAndMoreFramesThanLayers) {
  EXPECT_THAT(
      resolve_error({"semantics=step"}),
      HasSubstr("semantics: `step` needs a machine whose layers work in steps; add machine.discipline: barrier"));
  EXPECT_THAT(resolve_error({"semantics=step", "machine.discipline=barrier", "stimulus.frames=3"}),
              HasSubstr("semantics: 3 frames; with `step` the answer to the first comes 3 steps later"));
  EXPECT_NO_THROW(plan_of({"semantics=step", "machine.discipline=barrier", "stimulus.frames=4"}));
}

TEST(Resolve, OnlyABarrierSynchronises) {
  EXPECT_THAT(resolve_error({"machine.sync_cycles=5"}), HasSubstr("machine.sync_cycles: only a barrier synchronises"));
  EXPECT_NO_THROW(plan_of({"machine.sync_cycles=5", "machine.discipline=barrier"}));
}

TEST(Resolve, ABarrierNeedsRoomForTwoBanksOfAccumulators) {
  const std::vector<std::string> tight{"machine.core.state_memory_kib=1", "machine.mesh.columns=2",
                                       "machine.mesh.rows=1", "machine.core.weight_memory_kib=1024"};
  auto barrier = tight;
  barrier.emplace_back("machine.discipline=barrier");
  const auto bytes_of = [](const scenarios::Plan& plan) {
    return mapping::state_bytes(plan.any_network(), {0}, network::elements({0, 1}), plan.capacity().accumulator_banks);
  };
  EXPECT_EQ(bytes_of(plan_of({})), 6U);
  EXPECT_EQ(bytes_of(plan_of({"machine.discipline=barrier"})), 10U);
  EXPECT_THAT(resolve_error(barrier), HasSubstr("of state"));
}

TEST(Resolve, BanksAreEqual) {
  EXPECT_THAT(resolve_error({"machine.core.weight_banks=3"}),
              HasSubstr("machine.core.weight_banks: 131072 bytes do not make 3 equal banks"));
  EXPECT_NO_THROW(plan_of({"machine.core.weight_banks=4", "machine.core.state_banks=8"}));
}

TEST(Resolve, ABankHoldsAWord) {
  EXPECT_THAT(resolve_error({"machine.core.state_memory_kib=4", "machine.core.state_banks=1024"}),
              HasSubstr("machine.core.state_banks: a bank of 4 bytes holds no word of 64 bits"));
  EXPECT_THAT(resolve_error({"machine.core.state_banks=1024", "machine.core.word_bits=128"}),
              HasSubstr("machine.core.state_banks: a bank of 8 bytes holds no word of 128 bits"));
}

TEST(Resolve, HostPortsMustBeAtTheMesh) {
  EXPECT_THAT(plan_of({"machine.host_ports=[west_2, north_2, east_0, west_0, north_0]"}).machine.host_ports.size(), 5U);
  EXPECT_THAT(
      resolve_error({"machine.host_ports=[west_2, east_3]"}),
      HasSubstr("machine.host_ports: 'east_3' is beyond the mesh of 3 x 3 cores; the last at that edge is east_2"));
  EXPECT_THAT(resolve_error({"machine.mesh.columns=2", "machine.host_ports=[south_2]"}),
              HasSubstr("the last at that edge is south_1"));
}

TEST(ResolveTrace, IsCheckedOnlyIfEnabled) {
  EXPECT_NO_THROW(plan_of({"trace.blocks=[nothing]", "trace.frames=[9, 4]"}));
}

TEST(ResolveTrace, EveryPatternMustMatch) {
  EXPECT_THAT(resolve_error({"trace.enabled=true", "trace.blocks=[\"core_*\", core_3_0]"}),
              HasSubstr("trace.blocks: 'core_3_0' matches no block; the last core is core_2_2"));
}

TEST(ResolveTrace, ModeMustRunOnTheMachine) {
  EXPECT_THAT(resolve_error({"trace.enabled=true", "machine.modes=[dense]", "trace.mode=temporal-difference"}),
              HasSubstr("trace.mode: 'temporal-difference' does not run on the machine"));
}

TEST(ResolveTrace, FramesMustBeInTheRunAndInOrder) {
  EXPECT_THAT(resolve_error({"trace.enabled=true", "trace.frames=[2, 1]"}),
              HasSubstr("the first frame, 2, comes after"));
  EXPECT_THAT(resolve_error({"trace.enabled=true", "trace.frames=[0, 4]"}),
              HasSubstr("frame 4 is beyond the run's last, 3"));
  EXPECT_NO_THROW(plan_of({"trace.enabled=true", "trace.frames=[3, 3]"}));
}

TEST(ResolveTrace, NeedsAMachine) {
  Scenario scenario = quickstart({"trace.enabled=true"});
  scenario.machine_modes.clear();
  EXPECT_THAT(error_of([&] { resolve(scenario, kTables); }), HasSubstr("no `machine` section"));
}

TEST(ResolveTrace, SelectsBlocksByPattern) {
  EXPECT_THAT(plan_of({"trace.enabled=true", "trace.blocks=[\"core_[01]_2\", host]"}).traced_blocks,
              ElementsAre("host", "core_0_2", "core_1_2"));
}

TEST(Blocks, AreOnePerPlaceAndTheHost) {
  sim::MachineConfig machine;
  machine.columns = 2;
  EXPECT_THAT(block_names(machine), ElementsAre("host", "core_0_0", "core_0_1", "router_0_0", "router_0_1"));
  machine.columns = 1;
  machine.host_ports = {{sim::Edge::kWest, 0}, {sim::Edge::kEast, 0}};
  EXPECT_THAT(block_names(machine), ElementsAre("host_0", "host_1", "core_0_0", "router_0_0"));
}

TEST(Describe, ShowsKeysLayersFramesAndMapping) {
  const std::string text = describe(plan_of({"machine.core.lanes=8"}));
  EXPECT_THAT(text, HasSubstr("machine.core.lanes                  --set    8 lanes\n"));
  EXPECT_THAT(text, HasSubstr("machine.core.word_bits              default  64 bits\n"));
  EXPECT_THAT(text, ContainsRegex("name                                line [0-9]*  *quickstart\n"));
  EXPECT_THAT(text, HasSubstr("784 x 200"));
  EXPECT_THAT(text, HasSubstr("Frames: 4 of 784 values each (images 0 to 3), labels up to"));
  EXPECT_THAT(text, HasSubstr("core_2_2"));
  EXPECT_THAT(text, HasSubstr("horowitz-45nm"));
  EXPECT_THAT(text, Not(HasSubstr(" \n")));
}

TEST(OutputFolder, IsCheckedWithoutATrace) {
  const TemporaryFolder folder;
  EXPECT_NO_THROW(check_output_folder(folder.path()));
  EXPECT_NO_THROW(check_output_folder(folder.file("a/b/c")));
  EXPECT_NO_THROW(check_output_folder("some-folder-that-is-not-there/x"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(OutputFolder, UnderAFileOrUnwritableIsRefused) {
  const TemporaryFolder folder;
  const std::string file = folder.write("file", "");
  EXPECT_THAT(error_of([&] { check_output_folder(file); }), HasSubstr("file is no folder"));
  EXPECT_THAT(error_of([&] { check_output_folder(file + "/out"); }), HasSubstr("file is no folder"));
  EXPECT_THAT(error_of([&] { check_output_folder("/proc/out"); }), HasSubstr("nothing can be written in /proc"));
}

}  // namespace
}  // namespace sigdel::scenarios
