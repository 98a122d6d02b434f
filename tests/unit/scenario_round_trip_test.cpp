// A scenario that is written out and read back is the same scenario.
#include <gtest/gtest.h>

#include <algorithm>

#include "models/base/random.hpp"
#include "scenarios/keys.hpp"
#include "tests/support/scenario_text.hpp"

namespace sigdel::scenarios {
namespace {

using test::TemporaryFolder;

const std::vector<std::string>& awkward_texts() {
  static const std::vector<std::string> kTexts{
      "plain",   "with space", "a: b", "#hash", "- dash",   "'single'", "\"double\"", "tab\tand\nline",
      "[list]",  "{map}",      "null", "~",     "true",     "12",       "1e3",        "*star",
      "&anchor", "!tag",       "%",    "@at",   "back\\sl", "ümlaut",   "a,b",        " lead",
      "trail ",  "?",          "|",    ">",     "core_*",   "---"};
  return kTexts;
}

/// A value that the key accepts.
Scalar random_item(const Key& key, const std::string& folder, Random& random) {
  const auto& texts = awkward_texts();
  const std::string text = texts[random.below(texts.size())];
  const double fraction = std::max(random.unit(), 1e-9);
  switch (key.item) {
    case Item::kBoolean:
      return random.below(2) == 1;
    case Item::kInteger:
      if (!key.choices.empty()) {
        return std::int64_t{std::stoi(std::string(key.choices[random.below(key.choices.size())]))};
      }
      return random.between(static_cast<std::int64_t>(key.limits.low), static_cast<std::int64_t>(key.limits.high));
    case Item::kReal:
      return std::max(key.limits.low, key.limits.high * fraction * fraction * fraction);
    case Item::kName:
      return text == "tab\tand\nline" ? "name" : text;
    case Item::kFile:
      return folder + "/files/" + text;
    case Item::kTable:
      return random.below(2) == 1 ? "some-table" : folder + "/" + text;
    case Item::kPort:
      return to_text({all_of<sim::Edge>()[random.below(4)], static_cast<std::uint32_t>(random.below(64))});
    case Item::kChoice:
      return std::string(key.choices[random.below(key.choices.size())]);
    default:
      return text;
  }
}

Value random_value(const Key& key, const std::string& folder, Random& random) {
  const std::size_t most = std::min<std::size_t>(key.list.most, 6);
  const std::size_t size = key.is_list() ? key.list.least + random.below(most - key.list.least + 1) : std::size_t{1};
  Value value;
  while (value.size() < size) {
    const Scalar item = random_item(key, folder, random);
    if ((key.item != Item::kChoice && key.item != Item::kPort) ||
        std::find(value.begin(), value.end(), item) == value.end()) {
      value.push_back(item);
    }
  }
  return value;
}

Scenario random_scenario(const std::string& folder, Random& random) {
  Scenario scenario;
  const bool machine = random.below(4) != 0;
  for (const Key& key : keys()) {
    const bool is_machine = key.path.starts_with("machine.");
    const bool is_of_no_experiment = key.path.starts_with("experiment.") && key.path != "experiment.kind" &&
                                     scenario.experiment.kind == Experiment::kNone;
    if ((!is_machine || machine) && !is_of_no_experiment) {
      key.field.set(scenario, random_value(key, folder, random));
    }
  }
  return scenario;
}

TEST(ScenarioKeys, HoldTheirOwnValues) {
  Random random(1);
  Scenario scenario;
  std::vector<Value> values;
  for (const Key& key : keys()) {
    values.push_back(random_value(key, "/data", random));
    key.field.set(scenario, values.back());
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(keys()[i].field.get(scenario), values[i]) << keys()[i].path;
  }
}

void expect_same(const Scenario& written, const Scenario& read, const std::string& text) {
  for (const Key& key : keys()) {
    EXPECT_EQ(key.field.get(written), key.field.get(read)) << key.path << " in\n" << text;
  }
}

class RoundTrip : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(RoundTrip, GivesTheSameScenario) {
  const TemporaryFolder folder;
  Random random(GetParam());
  for (int i = 0; i < 25; ++i) {
    const Scenario scenario = random_scenario(folder.path(), random);
    const std::string text = to_yaml(scenario, folder.path());
    expect_same(scenario, read_scenario(folder.write("s.yaml", text), {}), text);
  }
}
INSTANTIATE_TEST_SUITE_P(Seeds, RoundTrip, ::testing::Range<std::uint64_t>(0, 20));

TEST(RoundTrip, OfWhatAFileLeftOut) {
  const TemporaryFolder folder;
  const Scenario scenario = read_scenario(folder.write("first.yaml", test::kSmallScenario), {});
  const std::string text = to_yaml(scenario, folder.path());
  expect_same(scenario, read_scenario(folder.write("second.yaml", text), {}), text);
}

TEST(RoundTrip, FilesAreSeenFromTheNewFolder) {
  Scenario scenario = test::read_text(test::kSmallScenario);
  scenario.network.file = "models/net.onnx";
  EXPECT_NE(to_yaml(scenario, ".").find("file: models/net.onnx\n"), std::string::npos);
  EXPECT_NE(to_yaml(scenario, "out/run").find("file: ../../models/net.onnx\n"), std::string::npos);
}

TEST(RoundTrip, SectionsAreOpenedOnce) {
  const std::string text = to_yaml(test::read_text(test::kSmallScenario), ".");
  EXPECT_NE(text.find("  mesh:\n    columns: 3\n    rows: 2\n  discipline: wavefront\n  sync_cycles: 0\n  host_ports: "
                      "[west_0]\n  encoding: unary\n  router:\n    queue_depth: 4\n"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace sigdel::scenarios
