#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/base/errors.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/temporary_folder.hpp"
#include "traces/idx.hpp"

namespace sigdel::traces {
namespace {

using test::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string words(const std::vector<std::uint32_t>& values) {
  std::string bytes;
  for (const std::uint32_t value : values) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
      bytes.push_back(static_cast<char>(value >> shift & 0xFFU));
    }
  }
  return bytes;
}

/// Three images of 1 x 2 pixels: (0, 51), (102, 153), (204, 255); labels 7, 8, 9.
std::string three_images() { return words({0x803, 3, 1, 2}) + std::string("\x00\x33\x66\x99\xCC\xFF", 6); }
std::string three_labels() { return words({0x801, 3}) + "\x07\x08\x09"; }

class Idx : public ::testing::Test {
 protected:
  Frames read(const std::string& images, const std::string& labels, std::size_t first = 0, std::size_t count = 0,
              std::size_t stride = 1) {
    Frames frames({kPixels});
    const Noise noise;
    FrameSink sink(frames, noise, "net.onnx");
    const Clip clip{folder_.write("images", images), first, count, stride};
    const std::size_t available = read_idx(clip, sink);
    if (!labels.empty()) {
      frames.labels = read_labels(folder_.write("labels", labels), clip, frames.count, available);
    }
    return frames;
  }
  std::string error(const std::string& images, const std::string& labels = "", std::size_t first = 0,
                    std::size_t frames = 0) {
    return test::error_of([&] { read(images, labels, first, frames); });
  }

  static constexpr std::int64_t kPixels = 2;
  TemporaryFolder folder_;
};

TEST_F(Idx, PixelsAreSharesOf255InFloat) {
  const Frames frames = read(three_images(), three_labels());
  EXPECT_EQ(frames.count, 3U);
  EXPECT_EQ(frames.size, 2U);
  EXPECT_THAT(all_values(frames), ElementsAre(0.0F, 0.2F, 0.4F, 0.6F, 0.8F, 1.0F));
  EXPECT_THAT(frames.labels, ElementsAre(7U, 8U, 9U));
}

TEST_F(Idx, AWindowOfImagesTakesItsLabelsAlong) {
  const Frames frames = read(three_images(), three_labels(), 1, 1);
  EXPECT_THAT(all_values(frames), ElementsAre(0.4F, 0.6F));
  EXPECT_THAT(frames.labels, ElementsAre(8U));
  EXPECT_EQ(read(three_images(), "", 1, 0).count, 2U);
  EXPECT_EQ(read(three_images(), "", 1, 2).count, 2U);
}

TEST_F(Idx, AStrideTakesItsLabelsAlong) {
  const Frames frames = read(three_images(), three_labels(), 0, 0, 2);
  EXPECT_THAT(all_values(frames), ElementsAre(0.0F, 0.2F, 0.8F, 1.0F));
  EXPECT_THAT(frames.labels, ElementsAre(7U, 9U));
  EXPECT_EQ(read(three_images(), "", 0, 2, 2).count, 2U);
  EXPECT_THAT(test::error_of([&] { read(three_images(), "", 0, 3, 2); }),
              HasSubstr("holds 3 frames; 3 from frame 0 on, every 2nd, are asked for"));
  EXPECT_THAT(test::error_of([&] { read(three_images(), "", 1, 3, SIZE_MAX); }), HasSubstr("holds 3 frames"));
}

TEST_F(Idx, WithoutLabelsThereAreNone) { EXPECT_TRUE(read(three_images(), "").labels.empty()); }

TEST_F(Idx, AWindowBeyondTheEndIsRefused) {
  EXPECT_THAT(error(three_images(), "", 3, 0), HasSubstr("images: holds 3 frames; the first one asked for is 3"));
  EXPECT_THAT(error(three_images(), "", 1, 3), HasSubstr("holds 3 frames; 3 from frame 1 on are asked for"));
  EXPECT_THAT(error(three_images(), "", 0, 4), HasSubstr("4 from frame 0"));
  EXPECT_THAT(error(three_images(), "", SIZE_MAX, 1), HasSubstr("holds 3 frames"));
  EXPECT_THAT(error(three_images(), "", 1, SIZE_MAX), HasSubstr("holds 3 frames"));
}

TEST_F(Idx, EveryLengthButTheRightOneIsRefused) {
  const std::string whole = three_images();
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_THAT(error(whole.substr(0, length)), HasSubstr("images: truncated")) << length;
  }
  EXPECT_THAT(error(whole + "x"), HasSubstr("1 bytes more than its header promises"));
}

TEST_F(Idx, SizesThatOverflowAreTruncation) {
  EXPECT_THAT(error(words({0x803, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}) + "abc"), HasSubstr("promises far more"));
  EXPECT_THAT(error(words({0x803, 0x80000000, 0x80000000, 4}) + "abc"), HasSubstr("promises far more"));
  EXPECT_THAT(error(words({0x803, 0x80000000, 0x80000000, 1}) + "abc"), HasSubstr("truncated"));
}

TEST_F(Idx, OtherKindsOfFilesAreNamed) {
  EXPECT_THAT(error(three_labels()), HasSubstr("no IDX file of images: expected the magic number 0x00000803"));
  EXPECT_THAT(error(three_images(), three_images()), HasSubstr("no IDX file of labels"));
  EXPECT_THAT(error("\x1F\x8B\x08\x08 and so on"), HasSubstr("unpack it with gunzip"));
  EXPECT_THAT(error(words({0x803, 0, 1, 2})), HasSubstr("holds nothing"));
  EXPECT_THAT(error(words({0x803, 3, 0, 2})), HasSubstr("holds nothing"));
}

TEST_F(Idx, ANumberOfLabelsOtherThanOfImagesIsRefused) {
  EXPECT_THAT(error(three_images(), words({0x801, 2}) + "\x01\x02"), HasSubstr("2 labels, but"));
}

TEST_F(Idx, ImagesOfAnotherSizeAreRefused) {
  EXPECT_THAT(error(words({0x803, 1, 1, 3}) + "abc"),
              HasSubstr("images: a frame has 3 values; the input of net.onnx has 2"));
}

TEST_F(Idx, LabelsOfAFileWhoseFramesAreNotCountedMustOnlySuffice) {
  const std::string labels = folder_.write("labels", three_labels());
  EXPECT_THAT(read_labels(labels, {"video", 1, 0, 1}, 2, std::nullopt), ElementsAre(8U, 9U));
  EXPECT_THAT(read_labels(labels, {"video", 0, 0, 2}, 2, std::nullopt), ElementsAre(7U, 9U));
  EXPECT_THAT(test::error_of([&] {
                read_labels(labels, {"video", 1, 0, 1}, 3, std::nullopt);
              }),
              HasSubstr("labels: 3 labels; frame 3 of video needs one, too"));
}

TEST_F(Idx, MissingFilesAndFoldersAreNamed) {
  Frames frames({kPixels});
  const Noise noise;
  FrameSink sink(frames, noise, "net.onnx");
  EXPECT_THROW(read_idx({folder_.file("none"), 0, 0, 1}, sink), InputError);
  EXPECT_THROW(read_idx({folder_.path(), 0, 0, 1}, sink), InputError);
  EXPECT_THROW(read_labels(folder_.file("none"), {"images", 0, 0, 1}, 3, 3), InputError);
}

}  // namespace
}  // namespace sigdel::traces
