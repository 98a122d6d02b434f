#include "traces/stimulus.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/clip_writer.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/npy_bytes.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sigdel::traces {
namespace {

using test::error_of;
using test::random_pictures;
using test::write_clip;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr std::size_t kRows = 6;
constexpr std::size_t kColumns = 8;

/// The picture as a frame of RGB.
std::vector<std::uint8_t> frame_of(const Picture& picture) {
  return FrameMaker({}, 3, picture.rows, picture.columns).frame_from(picture);
}

class Stimulus : public ::testing::Test {
 protected:
  Frames read(const std::vector<Clip>& clips, const PictureRules& rules = {}) {
    Frames frames(shape_);
    FrameSink sink(frames, noise_, "net.onnx",
                   [this](std::size_t done, std::size_t expected) { progress_.emplace_back(done, expected); });
    for (const Clip& clip : clips) {
      read_.push_back(read_clip(clip, rules, sink));
    }
    return frames;
  }
  std::string error(const Clip& clip, const PictureRules& rules = {}) {
    return error_of([&] { read({clip}, rules); });
  }
  std::string clip(const std::string& name, const std::vector<Picture>& pictures) {
    return write_clip(folder_.file(name), "png", pictures);
  }

  network::Shape shape_{3, kRows, kColumns};
  Noise noise_;
  std::vector<ClipRead> read_;
  std::vector<std::pair<std::size_t, std::size_t>> progress_;
  test::TemporaryFolder folder_;
  std::vector<Picture> five_ = random_pictures(5, kRows, kColumns, 1);
  std::vector<Picture> three_ = random_pictures(3, kRows, kColumns, 2);
};

void expect_frames(const Frames& frames, const std::vector<Picture>& pictures) {
  ASSERT_EQ(frames.count, pictures.size());
  for (std::size_t t = 0; t < pictures.size(); ++t) {
    const auto bytes = frames.bytes(t);
    EXPECT_EQ(std::vector(bytes.begin(), bytes.end()), frame_of(pictures[t])) << t;
  }
}

TEST_F(Stimulus, AVideoGivesItsFrames) {
  expect_frames(read({{clip("a.mov", five_)}}), five_);
  EXPECT_EQ(read_.front().frames, 5U);
  EXPECT_EQ(read_.front().available, std::nullopt);
}

TEST_F(Stimulus, AWindowOfAVideoIsRead) {
  const std::string file = clip("a.mov", five_);
  expect_frames(read({{file, 2}}), {five_[2], five_[3], five_[4]});
  expect_frames(read({{file, 1, 2}}), {five_[1], five_[2]});
  expect_frames(read({{file, 0, 0, 2}}), {five_[0], five_[2], five_[4]});
  expect_frames(read({{file, 1, 2, 2}}), {five_[1], five_[3]});
}

TEST_F(Stimulus, SplicedClipsFollowEachOtherUnchanged) {
  const std::string a = clip("a.mov", five_);
  const std::string b = clip("b.avi", three_);
  expect_frames(read({{a, 0, 2}, {b}, {a, 4}}), {five_[0], five_[1], three_[0], three_[1], three_[2], five_[4]});
  EXPECT_THAT(std::vector<std::size_t>({read_[0].frames, read_[1].frames, read_[2].frames}), ElementsAre(2, 3, 1));
}

TEST_F(Stimulus, KindsOfFilesMayBeMixed) {
  const auto bytes = frame_of(three_[0]);
  const std::string npy = folder_.write(
      "n.npy", test::npy_file(test::npy_header("|u1", "(1, 3, 6, 8)"), std::string(bytes.begin(), bytes.end())));
  expect_frames(read({{clip("a.mov", five_)}, {npy}, {clip("p.png", {three_[1]})}}),
                {five_[0], five_[1], five_[2], five_[3], five_[4], three_[0], three_[1]});
  EXPECT_EQ(read_[1].available, 1U);
}

TEST_F(Stimulus, APatternStandsForPicturesInTheOrderOfTheirNames) {
  clip("p10.png", {five_[2]});
  clip("p09.png", {five_[1]});
  clip("p8.png", {five_[3]});
  clip("q8.png", {three_[0]});
  expect_frames(read({{folder_.file("p*.png")}}), {five_[1], five_[2], five_[3]});
  EXPECT_EQ(read_.front().available, 3U);
  expect_frames(read({{folder_.file("p[01]?.png"), 1, 1}}), {five_[2]});
  EXPECT_THAT(error({folder_.file("p*.png"), 0, 4}), HasSubstr("holds 3 frames; 4 from frame 0 on are asked for"));
  EXPECT_THAT(error({folder_.file("x*.png")}), HasSubstr("x*.png: no file matches this pattern"));
}

TEST_F(Stimulus, AFileWhoseNameLooksLikeAPatternIsAFile) {
  clip("a.png", {five_[0]});
  clip("[a].png", {five_[1]});
  expect_frames(read({{folder_.file("[a].png")}}), {five_[1]});
}

TEST_F(Stimulus, FramesBeyondTheLastAreRefused) {
  const std::string file = clip("a.mov", five_);
  EXPECT_THAT(error({file, 5}), HasSubstr("a.mov: holds 5 frames; the first one asked for is 5, counted from 0"));
  EXPECT_THAT(error({file, 1, 5}), HasSubstr("a.mov: holds 5 frames; 5 from frame 1 on are asked for"));
  EXPECT_THAT(error({file, 0, 3, 3}), HasSubstr("holds 5 frames; 3 from frame 0 on, every 3rd, are asked for"));
  EXPECT_THAT(error({clip("a.mkv", five_), 9}), HasSubstr("holds 5 frames; the first one asked for is 9"));
}

TEST_F(Stimulus, ColoursSizeAndCutFollowTheRules) {
  shape_ = {1, 3, 4};
  const PictureRules rules{ChannelOrder::kGrey, Resize::kArea, Crop::kCentre, 3};
  const Frames frames = read({{clip("a.mov", five_)}}, rules);
  EXPECT_EQ(frames.size, 12U);
  const auto bytes = frames.bytes(4);
  EXPECT_EQ(std::vector(bytes.begin(), bytes.end()), FrameMaker(rules, 1, 3, 4).frame_from(five_[4]));
}

/// FFmpeg's area averaging is ours within its rounding where it has no chroma to share.
TEST_F(Stimulus, FfmpegResizesNearlyAsWeDo) {
  shape_ = {3, 3, 4};
  const std::string file = clip("a.mov", five_);
  const Frames ours = read({{file}}, {ChannelOrder::kRgb, Resize::kArea});
  const Frames theirs = read({{file}}, {ChannelOrder::kRgb, Resize::kFfmpeg});
  double sum = 0;
  for (std::size_t t = 0; t < 5; ++t) {
    for (std::size_t i = 0; i < ours.size; ++i) {
      sum += std::abs(ours.bytes(t)[i] - theirs.bytes(t)[i]);
    }
  }
  EXPECT_LT(sum / static_cast<double>(5 * ours.size), 30);
}

TEST_F(Stimulus, AnInputThatIsNoImageTakesNoVideo) {
  const std::string file = clip("a.mov", five_);
  for (const network::Shape& shape : {network::Shape{144}, {2, 6, 8}, {4, 6, 8}, {1, 3, 6, 8}}) {
    shape_ = shape;
    EXPECT_THAT(error({file}), AllOf(HasSubstr("a.mov: a video or picture; it fits an input of 1 or 3 channels"),
                                     HasSubstr(network::to_string(shape))));
  }
}

TEST_F(Stimulus, NoiseGoesByTheFramesOfTheRun) {
  const std::string file = clip("a.mov", five_);
  const Frames clean = read({{file}, {file}});
  noise_ = Noise(3, 7);
  const Frames noisy = read({{file}, {file}});
  const auto bytes_of = [](const Frames& frames, std::size_t t) {
    return std::vector(frames.bytes(t).begin(), frames.bytes(t).end());
  };
  for (const std::size_t t : {std::size_t{0}, std::size_t{3}, std::size_t{8}}) {
    auto expected = bytes_of(clean, t);
    noise_.add_to(expected, t);
    EXPECT_EQ(bytes_of(noisy, t), expected);
  }
  EXPECT_NE(bytes_of(noisy, 0), bytes_of(noisy, 5));
}

TEST_F(Stimulus, ProgressCountsToWhatAFileAnnounces) {
  read({{clip("a.mov", five_)}, {clip("b.mov", three_), 1}});
  EXPECT_THAT(progress_.front(), Pair(0, 5));
  EXPECT_THAT(progress_[5], Pair(5, 5));
  EXPECT_THAT(progress_[6], Pair(5, 7));
  EXPECT_THAT(progress_.back(), Pair(7, 7));
}

TEST_F(Stimulus, MoreThanMemoryMayHoldIsRefusedBeforeItIsRead) {
  Frames frames({3, 1024, 1024});
  FrameSink sink(frames, noise_, "net.onnx");
  const std::size_t most = FrameSink::kMostBytes / frames.size;
  EXPECT_NO_THROW(sink.expect(most, frames.size, "a"));
  EXPECT_THAT(error_of([&] { sink.expect(most + 1, frames.size, "a"); }),
              HasSubstr("a: too many frames of 3145728 values each; all together may take up 4 GiB"));
  EXPECT_THAT(error_of([&] { sink.expect(SIZE_MAX, SIZE_MAX, "a"); }), HasSubstr("too many frames"));
}

TEST_F(Stimulus, FoldersAndMissingFilesAreNamed) {
  EXPECT_THAT(error({folder_.path()}), HasSubstr("this is a folder, a file was expected"));
  EXPECT_THAT(error({folder_.file("none.mov")}), HasSubstr("none.mov: there is no such file"));
  EXPECT_THAT(error({folder_.write("empty", "")}), HasSubstr("empty: the file is empty"));
  std::filesystem::create_directory(folder_.file("d1"));
  EXPECT_THAT(error({folder_.file("d*")}), HasSubstr("d1: this is a folder"));
}

}  // namespace
}  // namespace sigdel::traces
