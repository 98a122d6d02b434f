// activity.json: what is written reads back, and everything damaged is refused with its place in the file.
#include "energy/activity_file.hpp"

#include <gmock/gmock.h>

#include "energy/price.hpp"
#include "energy/writers.hpp"
#include "models/base/errors.hpp"
#include "tests/support/energy_sample.hpp"

namespace sigdel::energy {
namespace {

using testing::HasSubstr;

ActivityFile small_file() {
  Work work;
  work[Tally::kPaperAdds] = 7;
  work[Tally::kEvents] = 18446744073709551615U;
  const Activity records{{"core_0_0", "fc1", Action::kAdd, 32, 0, 41},
                         {"core_0_0", "", Action::kStateRead, 64, 1024, 43}};
  const Activity records_8bit{{"core_0_0", "fc1", Action::kWeightRead, 64, 1024, 40}};
  return {"small",
          3,
          250.5,
          {"fc1"},
          {{Mode::kRounding, Engine::kMachine, {work}, records, records_8bit},
           {Mode::kDense, Engine::kExecutor, {work}, {}, {}},
           {Mode::kDense, Engine::kSystolic, {work}, records, {}}}};
}

std::string error_of(const std::string& text) {
  try {
    (void)parse_activity(text, "a.json");
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

std::string replaced(const std::string& from, const std::string& to) {
  std::string text = write_activity(small_file());
  const std::size_t place = text.find(from);
  if (place == std::string::npos) {
    ADD_FAILURE() << "no '" << from << "' in\n" << text;
    return text;
  }
  return text.replace(place, from.size(), to);
}

TEST(ActivityFile, ReadsBackWhatWasWritten) {
  EXPECT_EQ(parse_activity(write_activity(small_file()), "a.json"), small_file());
  const ActivityFile sample = activity_of(test::sample_report());
  EXPECT_EQ(parse_activity(write_activity(sample), "a.json"), sample);
}

TEST(ActivityFile, CanonicalFormSortsAndAddsUp) {
  Report report = test::sample_report();
  report.modes = {report.modes[0]};
  report.modes[0].activity = {{"core_0_1", "fc1", Action::kAdd, 32, 0, 5},
                              {"core_0_0", "fc1", Action::kSubtract, 32, 0, 2},
                              {"core_0_0", "fc1", Action::kAdd, 32, 0, 0},
                              {"core_0_1", "fc1", Action::kAdd, 32, 0, 6}};
  const Activity expected{{"core_0_0", "fc1", Action::kSubtract, 32, 0, 2},
                          {"core_0_1", "fc1", Action::kAdd, 32, 0, 11}};
  EXPECT_EQ(activity_of(report).modes[0].records, expected);
}

struct BadFile {
  const char* name;
  const char* from;
  const char* to;
  const char* message;
};

class ActivityFileRefuses : public testing::TestWithParam<BadFile> {};

TEST_P(ActivityFileRefuses, WithFileAndPath) {
  EXPECT_THAT(error_of(replaced(GetParam().from, GetParam().to)), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, ActivityFileRefuses,
    testing::Values(
        BadFile{"OtherFormat", "sigdel-activity", "sigdel-report", "a.json: not an activity file"},
        BadFile{"OtherVersion", "\"version\": 2", "\"version\": 1",
                "a.json: version: expected 2, found 1; run the scenario again"},
        BadFile{"UnknownKey", "\"scenario\"", "\"scenary\"", "a.json: unknown key 'scenary'; known: format"},
        BadFile{"MissingKey", "\"bits\": 32,", "", "modes[0].records[0]: missing key 'bits'"},
        BadFile{"KeyTwice", "\"bits\": 32,", "\"bits\": 32, \"bits\": 16,", "key 'bits' is given twice"},
        BadFile{"NoFrames", "\"frames\": 3", "\"frames\": 0", "frames: expected at least 1 frame"},
        BadFile{"TextForNumber", "\"frames\": 3", "\"frames\": \"3\"", "frames: expected a whole number"},
        BadFile{"UnknownAction", "\"state_read\"", "\"state_see\"", "modes[0].records[1].action: expected one of add,"},
        BadFile{"UnknownMode", "\"rounding\"", "\"round\"", "modes[0].mode: expected one of dense, zero-skip"},
        BadFile{"UnknownEngine", "\"machine\"", "\"engine\"",
                "modes[0].engine: expected one of machine, executor, systolic"},
        BadFile{"NegativeCount", "\"count\": 41", "\"count\": -41",
                "modes[0].records[0].count: expected a whole number"},
        BadFile{"FractionalCount", "\"count\": 41", "\"count\": 4.5", "modes[0].records[0].count: expected a whole"},
        BadFile{"CountTooLarge", "\"count\": 41", "\"count\": 18446744073709551616", "modes[0].records[0].count:"},
        BadFile{"BitsTooLarge", "\"bits\": 32", "\"bits\": 4294967296", "from 0 to 4294967295, found 4294967296"},
        BadFile{"NegativeTally", "\"paper_adds\": 7", "\"paper_adds\": -7", "modes[0].layers[0].tallies.paper_adds:"},
        BadFile{"UnknownTally", "\"magnitude\"", "\"size\"", "modes[0].layers[0].tallies: unknown key 'size'"},
        BadFile{"RecordTwice", "\"records\": [",
                "\"records\": "
                "[{\"block\":\"core_0_0\",\"layer\":\"fc1\",\"action\":\"add\",\"bits\":32,\"memory_bytes\":0,"
                "\"count\":1},",
                "modes[0].records[1]: a second record of add in block 'core_0_0'"},
        BadFile{"ModeTwice", "\"systolic\"", "\"executor\"", "modes[2].mode: a second 'dense' of engine 'executor'"},
        BadFile{"NegativeClock", "\"clock_mhz\": 250.5", "\"clock_mhz\": -1", "clock_mhz: expected a clock in MHz"},
        BadFile{"TextForClock", "\"clock_mhz\": 250.5", "\"clock_mhz\": \"1\"", "clock_mhz: expected a clock in MHz"},
        BadFile{"No8Bit", "\"records_8bit\"", "\"records_9bit\"", "modes[0]: unknown key 'records_9bit'"},
        BadFile{"OtherLayer", "\"layer\": \"fc1\"", "\"layer\": \"fc2\"", "records[0].layer: 'fc2' is not one of"},
        BadFile{"OtherLayerName", "\"name\": \"fc1\"", "\"name\": \"fc2\"", "modes[0].layers[0].name: expected 'fc1'"},
        BadFile{"LayerMissing", "\"layers\": [\n  \"fc1\"", "\"layers\": [\n  \"fc1\", \"fc2\"",
                "modes[0].layers: 1 layers, 2"},
        BadFile{"LayerTwice", "\"layers\": [\n  \"fc1\"", "\"layers\": [\n  \"fc1\", \"fc1\"",
                "layers[1]: expected a layer's"},
        BadFile{"ListForObject", "\"tallies\": {", "\"tallies\": [], \"x\": {", "modes[0].layers[0]: unknown key 'x'"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(ActivityFile, RefusesEveryTruncation) {
  const std::string text = write_activity(small_file());
  for (std::size_t size = 0; size + 2 < text.size(); ++size) {
    ASSERT_THAT(error_of(text.substr(0, size)), HasSubstr("a.json: damaged or cut off")) << size;
  }
}

TEST(ActivityFile, RefusesOtherJson) {
  for (const char* text : {"null", "[]", "3", "{}", "{\"format\": 3}"}) {
    EXPECT_THAT(error_of(text), HasSubstr("a.json: not an activity file")) << text;
  }
  EXPECT_THROW((void)read_activity("/no/such/activity.json"), InputError);
}

TEST(Price, EqualsTheReportAfterAReadBack) {
  const Table table = test::horowitz();
  const Report report = test::sample_report();
  const ActivityFile saved = parse_activity(write_activity(activity_of(report)), "a.json");
  const std::vector<ModeEnergy> run = price_modes(activity_of(report), table);
  const std::vector<ModeEnergy> again = price_modes(saved, table);
  ASSERT_EQ(run.size(), again.size());
  for (std::size_t i = 0; i < run.size(); ++i) {
    EXPECT_EQ(run[i].paper.full_precision, again[i].paper.full_precision);
    EXPECT_EQ(run[i].paper.matched, again[i].paper.matched);
    EXPECT_EQ(run[i].activity.total, again[i].activity.total);
    EXPECT_EQ(run[i].activity.layers, again[i].activity.layers);
    EXPECT_EQ(run[i].eight_bit, again[i].eight_bit);
    EXPECT_EQ(run[i].eight_bit.has_value(), run[i].complete());
  }
  EXPECT_THAT(write_text(report, table), HasSubstr(energy_table(again, saved.frames)));
  EXPECT_THAT(price_text(saved, table), HasSubstr(energy_table(run, report.frames)));
}

TEST(Price, TextHasTheHandComputedFigures) {
  const Table table = test::horowitz();
  const std::string text = price_text(activity_of(test::sample_report()), table);
  EXPECT_THAT(text, HasSubstr("energy table horowitz-45nm"));
  EXPECT_THAT(text, testing::ContainsRegex("dense +636\\.16 +59\\.64 +636\\.25"));
  EXPECT_THAT(text,
              testing::ContainsRegex("temporal-difference +111\\.04 +10\\.41 +111\\.13 +- +- +- +- +- +- +- +-\n"));
  EXPECT_THAT(text, testing::ContainsRegex("sigma-delta +2\\.03 +2\\.03 +2\\.12"));
  EXPECT_THAT(text, HasSubstr("Assumed coefficients"));
  EXPECT_THAT(text, HasSubstr("\nStatic: lop cells at 320 K, nothing power-gated; % of full: dense "));
  EXPECT_THAT(text, HasSubstr("\nNothing off chip: everything fits.\n"));
}

}  // namespace
}  // namespace sigdel::energy
