// The stimulus keys: against each other, against the network, and what becomes of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/describe.hpp"
#include "scenarios/resolve.hpp"
#include "tests/support/clip_writer.hpp"
#include "tests/support/npy_bytes.hpp"
#include "tests/support/onnx_builder.hpp"
#include "tests/support/quickstart.hpp"
#include "tests/support/scenario_text.hpp"

namespace sigdel::scenarios {
namespace {

using test::error_of;
using test::OnnxBuilder;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A linear layer behind an image of 3 x 4 x 5 values.
std::string image_network() {
  OnnxBuilder builder;
  builder.input("image", {test::kNamedAxis, 3, 4, 5}).output("y", {test::kNamedAxis, 2});
  builder.floats("fc.weight", {2, 60}, std::vector<float>(120, 0.5F));
  builder.node("Flatten", {"image"}, {"flat"})
      .node("Gemm", {"flat", "fc.weight"}, {"y"}, "fc", {{"transB", std::int64_t{1}}});
  return builder.bytes();
}

class StimulusKeysTest : public ::testing::Test {
 protected:
  void SetUp() override {
    write("net.onnx", image_network());
    test::write_clip(folder_.file("a.mov"), "png", test::random_pictures(4, 8, 10, 1));
    test::write_clip(folder_.file("b.mov"), "png", test::random_pictures(3, 4, 5, 2));
    labels("a.idx", {1, 0, 1, 0});
    labels("b.idx", {0, 0, 1});
  }
  void write(const std::string& name, const std::string& content) { static_cast<void>(folder_.write(name, content)); }
  void labels(const std::string& name, const std::vector<char>& classes) {
    const char header[] = {0, 0, 8, 1, 0, 0, 0, static_cast<char>(classes.size())};
    write(name, std::string(header, sizeof header) + std::string(classes.begin(), classes.end()));
  }
  Plan plan(const std::string& stimulus, const std::vector<std::string>& overrides = {}) {
    const std::string file = folder_.write("s.yaml", "network: {file: net.onnx}\nscales: 1\nstimulus:\n" + stimulus);
    return resolve(read_scenario(file, overrides), test::kTables);
  }
  std::string error(const std::string& stimulus) {
    std::string message = error_of([&] { plan(stimulus); });
    const std::string prefix = folder_.path() + "/";
    for (std::size_t at = message.find(prefix); at != std::string::npos; at = message.find(prefix)) {
      message.erase(at, prefix.size());
    }
    return message;
  }

  test::TemporaryFolder folder_;
};

TEST_F(StimulusKeysTest, ClipsHaveListsOfTheirOwn) {
  const Plan two =
      plan("  images: [a.mov, b.mov, a.mov]\n  first: [1, 0, 3]\n  frames: [2, 0, 1]\n  stride: [2, 1, 1]\n");
  EXPECT_EQ(two.frames.count, 6U);
  EXPECT_EQ(plan("  images: [a.mov, b.mov]\n  first: 1\n").frames.count, 5U);
  EXPECT_EQ(plan("  images: b.mov\n  first: [1]\n").frames.count, 2U);
  EXPECT_THAT(describe(two), HasSubstr("Frames: 6 of 60 values each (from 3 clips), no labels"));
  EXPECT_THAT(describe(plan("  images: a.mov\n  first: 1\n")), HasSubstr("(images 1 to 3)"));
}

TEST_F(StimulusKeysTest, EveryClipHasItsLabels) {
  EXPECT_THAT(
      plan("  images: [a.mov, b.mov]\n  labels: [a.idx, b.idx]\n  first: [0, 1]\n  stride: [2, 1]\n").frames.labels,
      ElementsAre(1, 1, 0, 1));
  EXPECT_THAT(error("  images: [a.mov, b.mov]\n  labels: a.idx\n"),
              HasSubstr("s.yaml:5: stimulus.labels: 1 given for 2 clips of stimulus.images; write one for each"));
  labels("b.idx", {2, 2, 2});
  EXPECT_THAT(error("  images: b.mov\n  labels: b.idx\n"), HasSubstr("the label of frame 0 is 2; net.onnx has 2"));
  labels("b.idx", {1, 1});
  EXPECT_THAT(error("  images: b.mov\n  labels: b.idx\n"),
              HasSubstr("s.yaml:5: stimulus.labels: b.idx: 2 labels; frame 2 of b.mov needs one, too"));
}

TEST_F(StimulusKeysTest, ListsMustBeAsLongAsTheClips) {
  for (const char* key : {"first", "frames", "stride"}) {
    EXPECT_THAT(error(fmt::format("  images: [a.mov, b.mov, b.mov]\n  {}: [1, 1]\n", key)),
                HasSubstr(fmt::format("s.yaml:5: stimulus.{}: 2 given for 3 clips of stimulus.images; write one for "
                                      "each, or one for all",
                                      key)));
  }
}

TEST_F(StimulusKeysTest, ValuesFollowMeanAndDivisor) {
  const auto first = [](const Plan& plan) { return plan.frames.frame(0).front(); };
  const Plan bytes = plan("  images: b.mov\n");
  const float byte = bytes.frames.bytes(0).front();
  EXPECT_EQ(first(bytes), static_cast<float>(static_cast<double>(byte) / 255));
  EXPECT_EQ(first(plan("  images: b.mov\n  divide: 1\n")), byte);
  EXPECT_EQ(first(plan("  images: b.mov\n  mean: [104, 117, 123]\n  divide: 1\n")), byte - 104);
  EXPECT_EQ(first(plan("  images: b.mov\n  mean: 7\n  divide: [2, 4, 8]\n")), (byte - 7) / 2);
  EXPECT_EQ(first(plan("  images: b.mov\n  channel_order: bgr\n  divide: 1\n")),
            static_cast<float>(bytes.frames.bytes(0)[40]));
}

TEST_F(StimulusKeysTest, ListsForChannelsMustFit) {
  EXPECT_THAT(error("  images: b.mov\n  mean: [1, 2]\n  divide: 1\n"),
              AllOf(HasSubstr("s.yaml:5: stimulus.mean: 2 numbers; the input of net.onnx has 3 channels"),
                    HasSubstr("write one for each, or one for all")));
  EXPECT_THAT(error("  images: b.mov\n  divide: [1, 2, 3, 4]\n"), HasSubstr("s.yaml:5: stimulus.divide: 4 numbers"));
  EXPECT_THAT(
      error("  images: b.mov\n  divide: 0\n"),
      HasSubstr("s.yaml:5: stimulus.divide: expected a number of 1e-06 to 1000000, or a list of such, found '0'"));
}

TEST_F(StimulusKeysTest, AMeanWithoutADivisorIsRefused) {
  EXPECT_THAT(
      error("  images: b.mov\n  mean: 104\n"),
      HasSubstr("s.yaml:5: stimulus.mean: needs stimulus.divide too; write divide: 1 for a network that takes"));
}

TEST_F(StimulusKeysTest, AShorterSideNeedsACut) {
  EXPECT_THAT(error("  images: a.mov\n  shorter_side: 6\n"),
              HasSubstr("s.yaml:5: stimulus.shorter_side: only a picture that is cut has one; write stimulus.crop"));
  EXPECT_EQ(plan("  images: a.mov\n  shorter_side: 6\n  crop: centre\n").frames.count, 4U);
  EXPECT_THAT(
      error("  images: a.mov\n  shorter_side: 3\n  crop: centre\n"),
      HasSubstr("s.yaml:4: stimulus.images: a.mov: a picture of 10 x 8 pixels is resized to 4 x 3, which is less"));
}

TEST_F(StimulusKeysTest, TheOrderOfChannelsMustFit) {
  EXPECT_THAT(
      error("  images: a.mov\n  channel_order: grey\n"),
      HasSubstr("s.yaml:5: stimulus.channel_order: grey makes frames of 1 channels, rows and columns; the input of "
                "net.onnx is 3x4x5"));
  EXPECT_THAT(error_of([] { test::plan_of({"stimulus.channel_order=rgb"}); }),
              HasSubstr("--set stimulus.channel_order=rgb: stimulus.channel_order: rgb makes frames of 3 channels"));
}

TEST_F(StimulusKeysTest, NoiseIsForBytes) {
  EXPECT_NE(plan("  images: b.mov\n  noise: {sigma: 5}\n").frames.frame(0), plan("  images: b.mov\n").frames.frame(0));
  EXPECT_NE(plan("  images: b.mov\n  noise: {sigma: 5}\n").frames.frame(0),
            plan("  images: b.mov\n  noise: {sigma: 5, seed: 2}\n").frames.frame(0));
  write("f.npy", test::npy_file(test::npy_header("<f4", "(1, 60)"), std::string(240, '\0')));
  EXPECT_THAT(error("  images: f.npy\n  noise: {sigma: 5}\n"),
              HasSubstr("s.yaml:4: stimulus.images: f.npy: its values are no bytes, and noise is in grey levels"));
}

TEST_F(StimulusKeysTest, EveryFileIsBlamedWithTheLine) {
  EXPECT_THAT(error("  images: [b.mov, none.mov]\n"),
              HasSubstr("s.yaml:4: stimulus.images: none.mov: there is no such file"));
  EXPECT_THAT(error("  images: [b.mov, a.idx]\n"), HasSubstr("stimulus.images: a.idx: no IDX file of images"));
}

/// What `check` prints and a run's folder keeps reads back as the same scenario.
TEST_F(StimulusKeysTest, AreWrittenAsTheyAreRead) {
  const std::string file =
      folder_.write("s.yaml",
                    "network: {file: net.onnx}\nscales: 1\nstimulus:\n  images: [a.mov, 'b c.mov']\n"
                    "  frames: [2, 3]\n  mean: [1, 2, 3]\n  divide: 4\n  crop: centre\n");
  const std::string text = to_yaml(read_scenario(file, {}), folder_.path());
  EXPECT_THAT(text,
              HasSubstr("stimulus:\n  images: [a.mov, \"b c.mov\"]\n  first: 0\n  frames: [2, 3]\n  stride: 1\n"));
  EXPECT_THAT(text, HasSubstr("  mean: [1, 2, 3]\n  divide: 4\n  steps: 0\n  standardise: none\n"));
  EXPECT_EQ(to_yaml(read_scenario(folder_.write("t.yaml", text), {}), folder_.path()).substr(7), text.substr(7));
}

}  // namespace
}  // namespace sigdel::scenarios
