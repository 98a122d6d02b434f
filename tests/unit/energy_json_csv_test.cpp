// report.json and layers.csv: exact, complete, the same on every run, and documented to the last key.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "energy/price.hpp"
#include "energy/writers.hpp"
#include "tests/support/energy_sample.hpp"

namespace sigdel::energy {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

using test::horowitz;

Json sample_json() { return Json::parse(write_json(test::sample_report(), horowitz())); }

std::string document(const std::string& name) {
  std::ifstream stream(std::string(SIGDEL_SOURCE_DIR "/docs/") + name);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// Rows of cells, by RFC 4180.
std::vector<std::vector<std::string>> parse_csv(const std::string& text) {
  std::vector<std::vector<std::string>> rows{{""}};
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      const bool doubled = quoted && i + 1 < text.size() && text[i + 1] == '"';
      doubled ? (void)(rows.back().back() += text[i++]) : (void)(quoted = !quoted);
    } else if (!quoted && text[i] == ',') {
      rows.back().emplace_back();
    } else if (!quoted && text.compare(i, 2, "\r\n") == 0) {
      rows.push_back({""});
      ++i;
    } else {
      rows.back().back() += text[i];
    }
  }
  rows.pop_back();
  return rows;
}

void collect_keys(const Json& json, std::set<std::string>& keys) {
  for (const auto& entry : json.items()) {
    if (json.is_object()) {
      keys.insert(entry.key());
    }
    if (entry.value().is_structured()) {
      collect_keys(entry.value(), keys);
    }
  }
}

TEST(WriteJson, NamesItsFormatAndTheRun) {
  const Json json = sample_json();
  EXPECT_EQ(json["format"], "sigdel-report");
  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["scenario"], "sample");
  EXPECT_EQ(json["frames"], 10);
  EXPECT_EQ(json["mesh"],
            (Json{{"columns", 2}, {"rows", 2}, {"encoding", "unary"}, {"scan", "touched"}, {"discipline", "barrier"}}));
  EXPECT_EQ(json["semantics"], "step");
  EXPECT_EQ(json["modes"][0]["layers"][2]["machine"]["bottleneck"], (Json{{"resource", "lanes"}, {"layer", "fc1"}}));
  EXPECT_EQ(json["network"]["layers"][2]["name"], "fc3, \"out\"");
  EXPECT_EQ(json["network"]["layers"][0]["bound"], 1234567);
  EXPECT_EQ(json["resolved"], test::sample_report().resolved);
}

TEST(WriteJson, CountsAreIntegersTotalsAndFirstFrame) {
  const Json dense = sample_json()["modes"][0];
  EXPECT_EQ(dense["mode"], "dense");
  EXPECT_TRUE(dense["tallies"]["paper_adds"].is_number_unsigned());
  EXPECT_EQ(dense["tallies"]["paper_adds"], 1988000);
  EXPECT_EQ(dense["first_frame"]["paper_adds"], 198800);
  EXPECT_EQ(dense["layers"][1]["tallies"]["updates"], 400000);
  EXPECT_EQ(dense["layers"][1]["first_frame"]["updates"], 40000);
  EXPECT_EQ(dense["input_saturations"], 5);
  EXPECT_EQ(dense["outputs_hash"], "00000000000000ff");
  EXPECT_EQ(dense["per_frame"]["paper_operations"], 397600);
  EXPECT_NEAR(dense["per_frame"]["paper_nj"].get<double>(), 636.16, 1e-9);
  EXPECT_NEAR(dense["per_frame"]["paper_8bit_nj"].get<double>(), 59.64, 1e-9);
  EXPECT_EQ(dense["machine"]["activity_hash"], "0123456789abcdef");
  EXPECT_EQ(dense["machine"]["total_cycles"], 80000);
  EXPECT_EQ(dense["machine"]["powered_cycles"], 80000);
  EXPECT_EQ(dense["layers"][2]["machine"]["engine_cycles"], 5000);
  EXPECT_EQ(dense["layers"][2]["machine"]["engine_utilisation"], 0.0625);
  EXPECT_EQ(dense["layers"][2]["machine"]["scan_utilisation"], 0.025);
  EXPECT_EQ(dense["layers"][2]["machine"]["stalled_utilisation"], 0.005);
  EXPECT_EQ(dense["machine"]["scan_utilisation"], 0.01875);
  EXPECT_EQ(dense["machine"]["packets"], 11840);
  EXPECT_EQ(dense["machine"]["cores"][3]["name"], "core_1_1");
}

TEST(WriteJson, DoublesReadBackExactly) {
  const std::vector<ModeEnergy> modes = price_modes(activity_of(test::sample_report()), horowitz());
  const Json json = sample_json();
  for (std::size_t m = 0; m < modes.size(); ++m) {
    const Json& energy = json["modes"][m]["energy"];
    EXPECT_EQ(energy["paper_pj"].get<double>(), modes[m].paper.full_precision.value);
    EXPECT_EQ(energy["scaled_pj"].get<double>(), modes[m].activity.scaled.value);
    EXPECT_EQ(energy["assumed_pj"].get<double>(), modes[m].activity.assumed.value);
    if (modes[m].complete()) {
      EXPECT_EQ(energy["full_pj"].get<double>(), modes[m].activity.total.total().value);
      EXPECT_EQ(energy["full_8bit_pj"].get<double>(), modes[m].eight_bit.value().total().value);
      EXPECT_EQ(energy["categories_pj"]["network"].get<double>(), modes[m].activity.total[Category::kNetwork].value);
    }
  }
}

TEST(WriteJson, LayersSumToTheMode) {
  const Json json = sample_json();
  for (const Json& mode : json["modes"]) {
    if (mode["engine"] != "machine") {
      continue;
    }
    double sum = mode["energy"]["unassigned_pj"].get<double>();
    for (const Json& layer : mode["layers"]) {
      sum += layer["energy"]["dynamic_pj"].get<double>();
      EXPECT_FALSE(layer["energy"]["categories_pj"].contains("static"));
    }
    EXPECT_NEAR(sum, mode["energy"]["full_pj"].get<double>(), 1e-9 * sum);
    const double dynamic = mode["energy"]["dynamic_pj"].get<double>();
    EXPECT_NEAR(dynamic + mode["energy"]["categories_pj"]["static"].get<double>(), sum, 1e-9 * sum);
  }
}

TEST(WriteJson, WhatWasNotCountedIsNullNotZero) {
  const Json mode = sample_json()["modes"][1];
  EXPECT_EQ(mode["engine"], "executor");
  EXPECT_TRUE(mode["machine"].is_null());
  for (const char* key : {"full_pj", "full_8bit_pj", "dynamic_pj", "unassigned_pj"}) {
    EXPECT_TRUE(mode["energy"][key].is_null()) << key;
  }
  EXPECT_TRUE(mode["energy"]["categories_pj"]["static"].is_null());
  EXPECT_TRUE(mode["energy"]["categories_pj"]["queues"].is_null());
  EXPECT_GT(mode["energy"]["categories_pj"]["arithmetic"].get<double>(), 0);
  Report report = test::sample_report();
  report.modes[0].class_error.reset();
  report.modes.erase(report.modes.begin() + 1, report.modes.end());
  report.modes[0].mode = Mode::kRounding;
  const Json unlabelled = Json::parse(write_json(report, horowitz()))["modes"][0];
  EXPECT_TRUE(unlabelled["class_error"].is_null());
  EXPECT_TRUE(unlabelled["operations_of_dense"].is_null());
}

TEST(WriteJson, ChecksPassedOrFailed) {
  Report report = test::sample_report();
  EXPECT_EQ(sample_json()["all_checks_passed"], true);
  report.checks[0].passed = false;
  const Json json = Json::parse(write_json(report, horowitz()));
  EXPECT_EQ(json["checks"][0]["result"], "failed");
  EXPECT_EQ(json["checks"][1]["result"], "passed");
  EXPECT_EQ(json["all_checks_passed"], false);
}

TEST(WriteJson, EveryPriceHasSourceAndKind) {
  const Json prices = sample_json()["energy_table"]["prices"];
  EXPECT_EQ(prices.size(), 26U);
  for (const Json& price : prices) {
    EXPECT_FALSE(price["source"].get<std::string>().empty());
    EXPECT_TRUE(from_name<Kind>(price["kind"].get<std::string>()).has_value());
  }
}

TEST(WriteJson, HostTimesStandInTimingOnly) {
  Report slow = test::sample_report();
  for (ModeResult& mode : slow.modes) {
    mode.executor_seconds *= 3;
    if (mode.machine) {
      mode.machine->cpu_seconds *= 7;
    }
  }
  const std::string before = write_json(test::sample_report(), horowitz());
  const std::string after = write_json(slow, horowitz());
  EXPECT_NE(before, after);
  const auto fixed_part = [](const std::string& text) { return text.substr(0, text.find("\n  \"timing\"")); };
  EXPECT_EQ(fixed_part(before), fixed_part(after));
  EXPECT_EQ(Json::parse(after)["timing"]["modes"][0]["machine_cpu_seconds"], 0.875);
  EXPECT_EQ(write_csv(test::sample_report(), horowitz()), write_csv(slow, horowitz()));
}

TEST(WriteJson, OrderOfActivityRecordsDoesNotMatter) {
  Report report = test::sample_report();
  std::reverse(report.modes[0].activity.begin(), report.modes[0].activity.end());
  EXPECT_EQ(write_json(report, horowitz()), write_json(test::sample_report(), horowitz()));
  EXPECT_EQ(write_activity(activity_of(report)), write_activity(activity_of(test::sample_report())));
}

TEST(WriteCsv, RowPerModeAndLayerWithQuotedNames) {
  const auto rows = parse_csv(write_csv(test::sample_report(), horowitz()));
  ASSERT_EQ(rows.size(), 1U + 3 * 3);
  for (const auto& row : rows) {
    EXPECT_EQ(row.size(), rows[0].size());
  }
  EXPECT_EQ(rows[3][1], "fc3, \"out\"");
  EXPECT_THAT(write_csv(test::sample_report(), horowitz()), HasSubstr("dense,\"fc3, \"\"out\"\"\",machine,10,200,10,"));
}

TEST(WriteCsv, FiguresAreTheReports) {
  const auto rows = parse_csv(write_csv(test::sample_report(), horowitz()));
  const auto cell = [&](std::size_t row, const std::string& column) {
    const auto found = std::find(rows[0].begin(), rows[0].end(), column);
    EXPECT_NE(found, rows[0].end()) << column;
    return rows[row][static_cast<std::size_t>(found - rows[0].begin())];
  };
  const Json json = sample_json();
  EXPECT_EQ(cell(1, "paper_adds"), "1568000");
  EXPECT_EQ(cell(1, "first_frame_paper_adds"), "156800");
  EXPECT_EQ(std::stod(cell(9, "dynamic_pj")), json["modes"][2]["layers"][2]["energy"]["dynamic_pj"].get<double>());
  EXPECT_EQ(cell(4, "dynamic_pj"), "");
  EXPECT_EQ(cell(4, "cores"), "");
  EXPECT_EQ(cell(2, "engine_cycles"), "10000");
  EXPECT_EQ(cell(2, "scan_utilisation"), "0.025");
  EXPECT_EQ(cell(2, "stalled_utilisation"), "0.005");
  EXPECT_EQ(cell(4, "scan_utilisation"), "");
  EXPECT_EQ(cell(2, "scale"), "4096.5");
  EXPECT_EQ(cell(8, "scale"), "1.5");
}

TEST(Docs, EveryKeyOfTheReportIsDescribed) {
  std::set<std::string> keys;
  collect_keys(sample_json(), keys);
  const std::string text = document("formats/report.md");
  for (const std::string& key : keys) {
    EXPECT_THAT(text, HasSubstr("`" + key + "`"));
  }
}

TEST(Docs, EveryColumnOfTheCsvIsDescribed) {
  const std::string text = document("formats/layers-csv.md");
  const auto rows = parse_csv(write_csv(test::sample_report(), horowitz()));
  for (const std::string& column : rows[0]) {
    EXPECT_THAT(text, HasSubstr("`" + column + "`"));
  }
}

TEST(Docs, EveryKeyOfTheActivityFileIsDescribed) {
  std::set<std::string> keys;
  collect_keys(Json::parse(write_activity(activity_of(test::sample_report()))), keys);
  const std::string text = document("formats/activity.md") + document("counting.md");
  for (const std::string& key : keys) {
    EXPECT_THAT(text, testing::ContainsRegex("[`.]" + key + "`"));
  }
}

TEST(Docs, EveryActionTallyKindAndTableKeyIsDescribed) {
  const std::string counting = document("counting.md");
  for (const Action action : all_of<Action>()) {
    EXPECT_THAT(counting, HasSubstr(fmt::format("`{}`", name_of(action))));
  }
  for (const Tally tally : all_of<Tally>()) {
    EXPECT_THAT(counting, HasSubstr(fmt::format("`{}`", name_of(tally))));
  }
  const std::string table = document("formats/energy-table.md");
  for (const Kind kind : all_of<Kind>()) {
    EXPECT_THAT(table, HasSubstr(fmt::format("`{}`", name_of(kind))));
  }
  for (const char* key :
       {"format",       "version",  "name",  "description",   "technology_nm", "voltage_v", "sources",
        "coefficients", "areas",    "part",  "area_um2",      "action",        "bits",      "memory_bytes",
        "energy_pj",    "power_uw", "cells", "temperature_k", "kind",          "source",    "note"}) {
    EXPECT_THAT(table, HasSubstr(fmt::format("`{}`", key)));
  }
}

}  // namespace
}  // namespace sigdel::energy
