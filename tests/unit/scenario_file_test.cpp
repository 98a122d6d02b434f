// Whole files: defaults, places in messages, hints, and files that are no scenarios.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/keys.hpp"
#include "tests/support/scenario_text.hpp"

namespace sigdel::scenarios {
namespace {

using test::error_of;
using test::error_of_text;
using test::kSmallScenario;
using test::read_text;
using test::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::string kNoMachine = "network: {file: net.onnx}\nscales: 2\nstimulus: {images: i}\n";

TEST(ScenarioFile, DefaultsThatFollowFromOtherKeys) {
  const Scenario scenario = read_text(kSmallScenario);
  EXPECT_EQ(scenario.name, "s");
  EXPECT_EQ(scenario.output_folder, "out/s");
  EXPECT_EQ(scenario.modes.size(), 5U);
  EXPECT_EQ(scenario.machine_modes, scenario.modes);
  EXPECT_EQ(scenario.trace.mode, Mode::kSigmaDelta);
  EXPECT_TRUE(scenario.stimulus.labels.empty());
  EXPECT_EQ(scenario.energy.table, "horowitz-45nm");
}

TEST(ScenarioFile, MachineModesFollowModesAndTraceFollowsBoth) {
  const Scenario scenario = read_text(kSmallScenario + "modes: [rounding, dense]\n");
  EXPECT_THAT(scenario.machine_modes, ElementsAre(Mode::kRounding, Mode::kDense));
  EXPECT_EQ(scenario.trace.mode, Mode::kDense);
}

TEST(ScenarioFile, WithoutMachineSectionThereIsNoMachine) {
  EXPECT_FALSE(read_text(kNoMachine).on_machine());
  EXPECT_TRUE(read_text(kSmallScenario).on_machine());
}

TEST(ScenarioFile, AnyMachineKeyAsksForTheWholeMachine) {
  const std::string message = error_of_text(kNoMachine + "machine:\n");
  EXPECT_THAT(message, HasSubstr("s.yaml:4: machine.clock_mhz: missing"));
  EXPECT_THAT(message, HasSubstr("s.yaml:4: machine.mesh.columns: missing"));
  EXPECT_THAT(error_of_text(kNoMachine, {"machine.core.lanes=4"}), HasSubstr("machine.clock_mhz: missing"));
}

TEST(ScenarioFile, FilesAreRelativeToTheScenario) {
  const TemporaryFolder folder;
  const std::string text = "network: {file: ../net.onnx}\nscales: 2\nstimulus: {images: /data/i, labels: l}\n";
  const Scenario scenario = read_scenario(folder.write("s.yaml", text), {});
  EXPECT_EQ(scenario.network.file, std::filesystem::path(folder.path()).parent_path().string() + "/net.onnx");
  EXPECT_THAT(scenario.stimulus.images, ElementsAre("/data/i"));
  EXPECT_THAT(scenario.stimulus.labels, ElementsAre(folder.file("l")));
}

TEST(ScenarioFile, TablesAreNamesOrFiles) {
  const TemporaryFolder folder;
  const std::string file = folder.write("s.yaml", kNoMachine + "energy: {table: mine.yaml}\n");
  EXPECT_EQ(read_scenario(file, {}).energy.table, folder.file("mine.yaml"));
  EXPECT_EQ(read_text(kNoMachine + "energy: {table: horowitz-45nm}\n").energy.table, "horowitz-45nm");
}

TEST(ScenarioFile, OriginsTellWhereAKeyCameFrom) {
  const Scenario scenario = read_text(kSmallScenario, {"scales=3"});
  EXPECT_EQ(scenario.origins.at("scales").source, Source::kOverridden);
  EXPECT_EQ(scenario.origins.at("machine.mesh.rows").source, Source::kWritten);
  EXPECT_THAT(scenario.origins.at("machine.mesh.rows").place, EndsWith("/s.yaml:8"));
  EXPECT_FALSE(scenario.origins.contains("machine.core.lanes"));
}

TEST(ScenarioFile, WrongValuesNameFileLineKeyAndExpectation) {
  EXPECT_EQ(error_of_text(kSmallScenario + "  core:\n    lanes: many\n"),
            "s.yaml:10: machine.core.lanes: expected an integer of 1 to 4096, found 'many'");
  EXPECT_EQ(error_of_text(kSmallScenario + "  core:\n    lanes:\n"),
            "s.yaml:10: machine.core.lanes: expected an integer of 1 to 4096, found nothing");
  EXPECT_EQ(error_of_text(kSmallScenario + "  core:\n    lanes: {a: 1}\n"),
            "s.yaml:10: machine.core.lanes: expected an integer of 1 to 4096, found a section with keys of its own");
}

TEST(ScenarioFile, UnknownKeysGetTheNearest) {
  EXPECT_EQ(error_of_text(kSmallScenario + "  core: {lane: 4}\n"),
            "s.yaml:9: machine.core.lane: unknown key; did you mean 'machine.core.lanes'?");
  EXPECT_THAT(error_of_text(kSmallScenario + "  lanes: 4\n"), HasSubstr("did you mean 'machine.core.lanes'?"));
  EXPECT_THAT(error_of_text(kSmallScenario + "lanes: 4\n"), HasSubstr("did you mean 'machine.core.lanes'?"));
  EXPECT_THAT(error_of_text(kSmallScenario + "  clock: 4\n"), HasSubstr("did you mean 'machine.clock_mhz'?"));
  EXPECT_THAT(error_of_text(kSmallScenario + "machin: {lanes: 4}\n"), HasSubstr("did you mean 'machine'?"));
  EXPECT_THAT(error_of_text(kSmallScenario + "  core: {weight_memory: 4}\n"),
              HasSubstr("did you mean 'machine.core.weight_memory_kib'?"));
}

TEST(ScenarioFile, UnknownKeysFarFromAllGetAList) {
  EXPECT_EQ(error_of_text(kSmallScenario + "  router: {zzzzzzzzzzzzzzzzzzzzzz: 4}\n"),
            "s.yaml:9: machine.router.zzzzzzzzzzzzzzzzzzzzzz: unknown key; known here: queue_depth, flit_bits, "
            "latency, link_latency, multicast");
}

TEST(ScenarioFile, RepeatedKeysNameBothLines) {
  EXPECT_EQ(error_of_text(kSmallScenario + "scales: [1, 1]\n"), "s.yaml:9: scales: written twice, first at s.yaml:3");
  EXPECT_EQ(error_of_text(kSmallScenario + "machine:\n  clock_mhz: 2\n"),
            "s.yaml:9: machine: written twice, first at s.yaml:6");
}

TEST(ScenarioFile, MissingKeysNameTheirSection) {
  EXPECT_THAT(error_of_text("network:\n  weight_bits: 8\nscales: 2\nstimulus: {images: i}\n"),
              StartsWith("s.yaml:1: network.file: missing; expected a file name: the trained network"));
  EXPECT_THAT(error_of_text("scales: 1\nstimulus: {images: i}\n"), StartsWith("s.yaml: network.file: missing"));
  EXPECT_THAT(error_of_text("network: {file: n}\nscales: 1\nstimulus: {images: i}\nmachine:\n  clock_mhz: 5\n"),
              StartsWith("s.yaml:4: machine.mesh.columns: missing"));
}

TEST(ScenarioFile, SectionsAreNoValuesAndValuesNoSections) {
  EXPECT_EQ(error_of_text(kSmallScenario + "trace: all\n"),
            "s.yaml:9: trace: expected a section with keys, found 'all'");
  EXPECT_EQ(error_of_text(kSmallScenario + "trace: [1]\n"),
            "s.yaml:9: trace: expected a section with keys, found a list");
  EXPECT_EQ(error_of_text(kSmallScenario + "? [a]\n: 1\n"),
            "s.yaml:9: expected the name of a key, found a list or mapping");
}

TEST(ScenarioFile, AllProblemsAreReportedAtOnce) {
  const std::string message = error_of_text(kSmallScenario + "  core: {lanes: x, inbox_depth: 0, foo: 1}\n");
  EXPECT_THAT(message, HasSubstr("machine.core.lanes"));
  EXPECT_THAT(message, HasSubstr("machine.core.inbox_depth"));
  EXPECT_THAT(message, HasSubstr("machine.core.foo"));
}

TEST(ScenarioFile, NoMoreThanTenProblemsAreShown) {
  std::string text = kSmallScenario;
  for (int i = 0; i < 13; ++i) {
    text += fmt::format("unknown_{}: 1\n", i);
  }
  const std::string message = error_of_text(text);
  EXPECT_THAT(message, HasSubstr("unknown_9"));
  EXPECT_THAT(message, Not(HasSubstr("unknown_10")));
  EXPECT_THAT(message, EndsWith("\nand 3 more"));
}

TEST(ScenarioFile, BrokenYamlNamesTheLine) {
  EXPECT_THAT(error_of_text("network: {file: n\nscales: 2\n"), StartsWith("s.yaml:2: this is not YAML: "));
  EXPECT_THAT(error_of_text("network:\n\tfile: n\n"), StartsWith("s.yaml:2: this is not YAML: "));
  EXPECT_THAT(error_of_text("a: *nothing\n"), StartsWith("s.yaml:1: this is not YAML: "));
  EXPECT_THAT(error_of_text(std::string(100000, '[')), HasSubstr("this is not YAML: "));
}

TEST(ScenarioFile, FilesThatAreNoScenarios) {
  const TemporaryFolder folder;
  const std::string missing = folder.file("no.yaml");
  EXPECT_EQ(error_of([&] { read_scenario(missing, {}); }), missing + ": there is no such file");
  EXPECT_THAT(error_of([&] { read_scenario(folder.path(), {}); }), HasSubstr("this is a folder"));
  EXPECT_THAT(error_of_text(""), HasSubstr("the file is empty"));
  EXPECT_THAT(error_of_text("# only a comment\n"), HasSubstr("the file is empty"));
  EXPECT_THAT(error_of_text("- a\n- b\n"), HasSubstr("s.yaml:1: expected keys with values (key: value), found a list"));
  EXPECT_THAT(error_of_text("hello\n"), HasSubstr("found a text"));
  EXPECT_THAT(error_of_text("a: 1\n---\nb: 2\n"), HasSubstr("a second YAML document"));
  EXPECT_THAT(error_of_text(std::string(2000000, ' ')), HasSubstr("too large"));
}

TEST(ScenarioFile, AliasesStayWhatTheyStandFor) {
  const Scenario scenario = read_text(kSmallScenario + "  core: {lanes: &n 4, scan_rate: *n}\n");
  EXPECT_EQ(scenario.machine.core.scan_rate, 4U);
  EXPECT_THAT(error_of_text("a: &a [x, x]\nb: &b [*a, *a]\nscales: [*b, *b]\n"), HasSubstr("found a list as item 1"));
}

TEST(ScenarioOverride, ReplacesAndAdds) {
  const Scenario scenario =
      read_text(kSmallScenario, {"machine.mesh.rows=5", "machine.core.lanes=8", "machine.core.lanes=9"});
  EXPECT_EQ(scenario.machine.rows, 5U);
  EXPECT_EQ(scenario.machine.core.lanes, 9U);
}

TEST(ScenarioOverride, MendsAMissingKey) {
  EXPECT_EQ(read_text("network: {file: n}\nstimulus: {images: i}\n", {"scales=2"}).scales, std::vector<double>{2});
}

TEST(ScenarioOverride, FilesAreRelativeToTheCurrentFolder) {
  EXPECT_EQ(read_text(kSmallScenario, {"network.file=nets/a.onnx"}).network.file, "nets/a.onnx");
}

TEST(ScenarioOverride, ErrorsShowTheOverride) {
  EXPECT_EQ(error_of_text(kSmallScenario, {"machine.core.lanes=many"}),
            "--set machine.core.lanes=many: machine.core.lanes: expected an integer of 1 to 4096, found 'many'");
  EXPECT_EQ(error_of_text(kSmallScenario, {"machine.core.lane=4"}),
            "--set machine.core.lane=4: machine.core.lane: unknown key; did you mean 'machine.core.lanes'?");
  EXPECT_EQ(error_of_text(kSmallScenario, {"scales"}), "--set scales: expected KEY=VALUE, as in machine.core.lanes=8");
  EXPECT_EQ(error_of_text(kSmallScenario, {"machine={}"}),
            "--set machine={}: machine: this is a section; set its keys one by one");
  EXPECT_THAT(error_of_text(kSmallScenario, {"scales=[1, 2"}), HasSubstr("scales: the value is not YAML: "));
}

}  // namespace
}  // namespace sigdel::scenarios
