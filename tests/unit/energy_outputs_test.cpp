// outputs.csv and tensors.csv, and the figures of a mode's answers: by hand, from the sample report.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "energy/answers.hpp"
#include "energy/writers.hpp"
#include "tests/support/energy_sample.hpp"

namespace sigdel::energy {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::Optional;
using testing::StartsWith;

std::string document(const std::string& name) {
  std::ifstream stream(std::string(SIGDEL_SOURCE_DIR "/docs/formats/") + name);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

// Ranks 0, 2, 5; distances 0.5, 1.5, 0.25 to float outputs whose magnitudes sum to 8, 4, 0; a fourth is not answered.

TEST(Answers, ShareWithinSoManyRanks) {
  const ModeResult mode = test::sample_report().modes[0];
  EXPECT_DOUBLE_EQ(share_within(mode, 1), 1.0 / 3);
  EXPECT_DOUBLE_EQ(share_within(mode, 5), 2.0 / 3);
  EXPECT_DOUBLE_EQ(share_within(mode, 6), 1);
  EXPECT_DOUBLE_EQ(share_within(ModeResult{}, 5), 1);
}

TEST(Answers, RelativeErrors) {
  Report report = test::sample_report();
  EXPECT_THAT(relative_error(report.modes[0], report), Optional(2.25 / 12));
  EXPECT_THAT(worst_relative_error(report.modes[0], report), Optional(1.5 / 4));
  report.float_answers.assign(4, FloatAnswer{});
  EXPECT_FALSE(relative_error(report.modes[0], report).has_value());
  EXPECT_FALSE(worst_relative_error(report.modes[0], report).has_value());
}

TEST(Answers, StandInTheReport) {
  const auto mode = nlohmann::json::parse(write_json(test::sample_report(), test::horowitz()))["modes"][0];
  EXPECT_EQ(mode["top_5_agreement"], 2.0 / 3);
  EXPECT_EQ(mode["relative_error"], 2.25 / 12);
  EXPECT_EQ(mode["worst_relative_error"], 0.375);
}

TEST(OutputsCsv, RowPerModeAndAnsweredFrame) {
  const std::string csv = write_outputs_csv(test::sample_report());
  EXPECT_THAT(csv, StartsWith("mode,frame,label,class,float_class,rank,relative_error\r\n"
                              "dense,0,3,3,3,0,0.0625\r\n"
                              "dense,1,4,4,1,2,0.375\r\n"
                              "dense,2,9,9,5,5,\r\n"
                              "temporal-difference,0,"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 3 * 3);
}

TEST(OutputsCsv, NoLabelsNoCells) {
  Report report = test::sample_report();
  report.labels.clear();
  EXPECT_THAT(write_outputs_csv(report), HasSubstr("\r\ndense,1,,4,1,2,0.375\r\n"));
}

TEST(OutputsCsv, LeavesOutTheArraysEntries) {
  Report report = test::sample_report();
  report.modes[0].systolic.emplace();
  EXPECT_THAT(write_outputs_csv(report), Not(HasSubstr("dense")));
}

TEST(TensorsCsv, RowPerFrameAndTensor) {
  EXPECT_EQ(write_tensors_csv(test::sample_report()),
            "frame,tensor,l1,l1_distance,cosine_distance\r\n"
            "0,image,10,,\r\n"
            "0,\"edge, \"\"first\"\"\",4,,\r\n"
            "1,image,12,2.5,0.125\r\n"
            "1,\"edge, \"\"first\"\"\",0,4,1\r\n");
}

TEST(Docs, EveryColumnOfOutputsAndTensorsIsDescribed) {
  const Report report = test::sample_report();
  for (const auto& [csv, page] : {std::pair(write_outputs_csv(report), "outputs-csv.md"),
                                  std::pair(write_tensors_csv(report), "tensors-csv.md")}) {
    std::istringstream heading(csv.substr(0, csv.find('\r')));
    for (std::string column; std::getline(heading, column, ',');) {
      EXPECT_THAT(document(page), HasSubstr("| `" + column + "` |"));
    }
  }
}

}  // namespace
}  // namespace sigdel::energy
