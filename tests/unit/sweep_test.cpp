// Axes, expressions, points and fingerprints of sweeps. Whole sweeps: tests/system/test_sweep_results.py.
#include <gtest/gtest.h>

#include <cmath>

#include "scenarios/sweep/axis.hpp"
#include "scenarios/sweep/expression.hpp"
#include "scenarios/sweep/fingerprint.hpp"
#include "scenarios/sweep/points.hpp"
#include "tests/support/scenario_text.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sigdel::scenarios {
namespace {

using test::error_of;
using test::TemporaryFolder;

void put(const TemporaryFolder& folder, const char* name, const std::string& text) {
  ASSERT_FALSE(folder.write(name, text).empty());
}

std::vector<Value> values(const char* key, const std::string& yaml) {
  return axis_values(*find_key(key), YAML::Load(yaml), "folder");
}

std::vector<std::int64_t> integers(const std::string& yaml) {
  std::vector<std::int64_t> result;
  for (const Value& value : values("machine.core.lanes", yaml)) {
    result.push_back(std::get<std::int64_t>(value.front()));
  }
  return result;
}

TEST(SweepAxis, StepsReachTheEndOnlyIfTheyMeetIt) {
  EXPECT_EQ(integers("{from: 1, to: 7, step: 3}"), (std::vector<std::int64_t>{1, 4, 7}));
  EXPECT_EQ(integers("{from: 1, to: 6, step: 3}"), (std::vector<std::int64_t>{1, 4}));
  EXPECT_EQ(integers("{from: 7, to: 1, step: -3}"), (std::vector<std::int64_t>{7, 4, 1}));
  EXPECT_EQ(integers("{from: 5, to: 5, step: 1}"), (std::vector<std::int64_t>{5}));
}

TEST(SweepAxis, RealStepsAreDecimal) {
  const auto steps = values("machine.clock_mhz", "{from: 0.1, to: 1, step: 0.1}");
  ASSERT_EQ(steps.size(), 10U);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    EXPECT_EQ(std::get<double>(steps[i].front()), static_cast<double>(i + 1) / 10) << i;
  }
}

TEST(SweepAxis, LogarithmicStepsHaveOneFactorAndBothEnds) {
  const auto steps = values("machine.clock_mhz", "{from: 3, to: 700, points: 9}");
  ASSERT_EQ(steps.size(), 9U);
  EXPECT_EQ(std::get<double>(steps.front().front()), 3);
  EXPECT_EQ(std::get<double>(steps.back().front()), 700);
  for (std::size_t i = 1; i < steps.size(); ++i) {
    const double factor = std::get<double>(steps[i].front()) / std::get<double>(steps[i - 1].front());
    EXPECT_NEAR(factor, std::pow(700.0 / 3, 1.0 / 8), 1e-9);
  }
}

TEST(SweepAxis, RoundedIntegersStandOnce) {
  EXPECT_EQ(integers("{from: 1, to: 4, points: 9}"), (std::vector<std::int64_t>{1, 2, 3, 4}));
}

TEST(SweepAxis, FilesAreSeenFromTheFolder) {
  const auto tables = values("energy.table", "[horowitz-45nm, own.yaml]");
  EXPECT_EQ(std::get<std::string>(tables[0].front()), "horowitz-45nm");
  EXPECT_EQ(std::get<std::string>(tables[1].front()), "folder/own.yaml");
}

TEST(SweepAxis, AListKeyTakesLists) {
  const auto scales = values("scales", "[[1.0, 2.0], [3.0]]");
  ASSERT_EQ(scales.size(), 2U);
  EXPECT_EQ(scales[0].size(), 2U);
}

TEST(SweepExpression, HasRemainderAndRounding) {
  const std::map<std::string, double> names{{"a", 17}, {"b", 5}};
  const auto value = [&](const char* text) { return Expression(text, names).value(names); };
  EXPECT_EQ(value("a % b"), 2);
  EXPECT_EQ(value("a + b % 3 * 2"), 21);
  EXPECT_EQ(value("floor(a / b) * b + a % b == a"), 1);
  EXPECT_EQ(value("ceil(a / b)"), 4);
  EXPECT_EQ(value("a > b && b > a"), 0);
  EXPECT_TRUE(Expression("a + 1", names).uses("a"));
  EXPECT_FALSE(Expression("a + 1", names).uses("b"));
}

TEST(SweepExpression, SaysWhatItCannotRead) {
  EXPECT_NE(error_of([] { const Expression bad("1 +", {}); }).find("cannot be read"), std::string::npos);
  EXPECT_NE(error_of([] {
              const Expression bad("c", {{"a", 1}});
            }).find("'c' is no name here; known: a"),
            std::string::npos);
  Expression division("1 / a", {{"a", 1}});
  EXPECT_NE(error_of([&] {
              static_cast<void>(division.value({{"a", 0}}));
            }).find("no finite number"),
            std::string::npos);
}

Sweep sweep_of(const TemporaryFolder& folder, const std::string& text) {
  put(folder, "base.yaml", test::kSmallScenario);
  return read_sweep(folder.write("sweep.yaml", "base: base.yaml\n" + text));
}

TEST(SweepPoints, TheFirstAxisIsTheSlowest) {
  const TemporaryFolder folder;
  const Sweep sweep = sweep_of(folder, "axes: {machine.core.lanes: [8, 4], machine.core.scan_rate: [1, 2, 3]}\n");
  const auto points = points_of(sweep);
  ASSERT_EQ(points.size(), 6U);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Scenario scenario = scenario_of(sweep, points[i]);
    EXPECT_EQ(scenario.machine.core.lanes, i < 3 ? 8U : 4U);
    EXPECT_EQ(scenario.machine.core.scan_rate, i % 3 + 1);
    EXPECT_EQ(scenario.machine.columns, 3U) << "the base's";
  }
}

TEST(SweepPoints, DerivedKeysFollowAndConstraintsSeeThem) {
  const TemporaryFolder folder;
  const Sweep sweep =
      sweep_of(folder,
               "axes: {machine.core.lanes: [4, 8, 16]}\nlet: {columns: machine.mesh.columns}\n"
               "derived: {machine.core.scan_rate: lanes / 4 * columns}\nconstraints: [scan_rate < 12]\n");
  const auto points = points_of(sweep);
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(scenario_of(sweep, points[1]).machine.core.scan_rate, 6U);
}

/// Random constraints against the same condition in C++.
TEST(SweepPoints, AreThoseOfTheConstraint) {
  const TemporaryFolder folder;
  for (int product = 1; product <= 40; product += 3) {
    const std::string text = fmt::format(
        "axes: {{machine.core.lanes: {{from: 1, to: 9, step: 1}}, machine.mesh.columns: {{from: 1, to: 9, step: 1}}}}\n"
        "constraints: ['lanes * columns % 7 < 5', 'lanes * columns >= {}']\n",
        product);
    const Sweep sweep = sweep_of(folder, text);
    std::size_t expected = 0;
    for (int lanes = 1; lanes <= 9; ++lanes) {
      for (int columns = 1; columns <= 9; ++columns) {
        expected += lanes * columns % 7 < 5 && lanes * columns >= product ? 1U : 0U;
      }
    }
    EXPECT_EQ(points_of(sweep).size(), expected) << product;
  }
}

TEST(SweepBreakEven, SaysWhatIsWrong) {
  const TemporaryFolder folder;
  const auto read = [&](const std::string& map) {
    return sweep_of(folder, "axes: {machine.core.lanes: [4, 8], machine.mesh.rows: [3, 4]}\nbreak_even: " + map + "\n");
  };
  const auto says = [&](const std::string& map, const std::string& text) {
    const std::string message = error_of([&] { read(map); });
    EXPECT_NE(message.find("sweep.yaml:3: break_even: " + text), std::string::npos) << map << ": " << message;
  };
  const std::string y = "y: machine.mesh.rows, figure: cycles}";
  says("{" + y, "x is missing; expected x and y, the names of axes, and figure");
  says("{x: machine.core.lanes, y: machine.mesh.rows}", "figure is missing");
  says("{x: lanes, " + y, "x: 'lanes' is no axis of this sweep");
  says("{x: machine.mesh.rows, " + y, "x and y are the same");
  says("{x: machine.core.lanes, z: 1, " + y, "expected x and y, the names of axes, and figure, as full_nj_per_frame");
  says("machine.core.lanes", "expected keys with values");
  EXPECT_EQ(read("{x: machine.core.lanes, " + y).break_even->x, "machine.core.lanes");
}

Fingerprint fingerprint_of(const TemporaryFolder& folder, const std::vector<std::string>& overrides) {
  Fingerprints fingerprints("program", SIGDEL_SOURCE_DIR "/energy/tables");
  return fingerprints.of(read_scenario(folder.write("s.yaml", test::kSmallScenario), overrides));
}

TEST(SweepFingerprint, EachKeyChangesItsPartAndThoseBehind) {
  const TemporaryFolder folder;
  put(folder, "net.onnx", "a network");
  put(folder, "images.idx3", "frames");
  const Fingerprint base = fingerprint_of(folder, {});
  const Fingerprint price = fingerprint_of(folder, {"energy.temperature_k=360"});
  EXPECT_EQ(price.activity, base.activity);
  EXPECT_NE(price.plan, base.plan);
  const Fingerprint machine = fingerprint_of(folder, {"machine.core.lanes=7"});
  EXPECT_EQ(machine.arithmetic, base.arithmetic);
  EXPECT_NE(machine.activity, base.activity);
  const Fingerprint scales = fingerprint_of(folder, {"scales=[2.0, 3.0]"});
  EXPECT_NE(scales.arithmetic, base.arithmetic);
  const Fingerprint name = fingerprint_of(folder, {"name=other", "output.folder=elsewhere"});
  EXPECT_EQ(name.plan, base.plan);
}

TEST(SweepFingerprint, GoesByTheContentsOfFiles) {
  const TemporaryFolder folder;
  put(folder, "net.onnx", "a network");
  put(folder, "images.idx3", "frames");
  const Fingerprint before = fingerprint_of(folder, {});
  EXPECT_EQ(fingerprint_of(folder, {}).plan, before.plan);
  put(folder, "images.idx3", "framed");
  EXPECT_NE(fingerprint_of(folder, {}).arithmetic, before.arithmetic);
  EXPECT_NE(error_of([&] { fingerprint_of(folder, {"network.file=gone.onnx"}); }).find("gone.onnx: No such file"),
            std::string::npos);
}

TEST(SweepFingerprint, EveryKeyThatMattersIsInIt) {
  const TemporaryFolder folder;
  put(folder, "net.onnx", "a network");
  put(folder, "images.idx3", "frames");
  const Fingerprint fingerprint = fingerprint_of(folder, {});
  for (const Key& key : keys()) {
    const bool is_free = key.path == "name" || key.path == "execution" || key.path.starts_with("output.") ||
                         key.path.starts_with("recording.") || key.path.starts_with("trace.") ||
                         key.path.starts_with("tune.") || key.path.starts_with("experiment.");
    const bool is_there = fingerprint.plan.find("\n" + std::string(key.path) + ": ") != std::string::npos;
    const bool has_value = !key.field.get(read_scenario(folder.path() + "/s.yaml", {})).empty();
    EXPECT_EQ(is_there, !is_free && has_value && !key.path.starts_with("machine.systolic.")) << key.path;
  }
}

}  // namespace
}  // namespace sigdel::scenarios
