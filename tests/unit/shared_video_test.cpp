/// Real clips, and frames that `ffmpeg` scaled for three networks. They are not part of the project: SIGDEL_DATA names
/// a folder that holds video/ and nets/, by default shared/data beside the checkout.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "tests/support/npy.hpp"
#include "traces/stimulus.hpp"

namespace sigdel::traces {
namespace {

std::string data_folder() {
  const char* data = std::getenv("SIGDEL_DATA");
  return data != nullptr ? data : SIGDEL_SOURCE_DIR "/../shared/data";
}

Frames read(const Clip& clip, const network::Shape& shape, const PictureRules& rules) {
  Frames frames(shape, {{}, {1}, Standardise::kNone});
  const Noise noise;
  FrameSink sink(frames, noise, "net.onnx");
  read_clip({data_folder() + "/video/" + clip.file, clip.first, clip.frames, clip.stride}, rules, sink);
  return frames;
}

/// Mean and largest absolute difference in grey levels.
struct Difference {
  double mean = 0;
  double largest = 0;
};

/// Frames `first` to `first` + 3 of a file, and how near averaging over areas must come to them.
struct Golden {
  std::string tag;
  std::string file;
  std::size_t first = 0;
  network::Shape shape;
  ChannelOrder order = ChannelOrder::kBgr;
  Difference with_area;
};

std::ostream& operator<<(std::ostream& stream, const Golden& golden) { return stream << golden.tag; }

template <class Parameter>
class WithData : public ::testing::TestWithParam<Parameter> {
 protected:
  void SetUp() override {
    if (!std::filesystem::is_directory(data_folder() + "/video")) {
      GTEST_SKIP() << "no folder " << data_folder() << "/video: set SIGDEL_DATA to one that holds video/";
    }
  }
};

class GoldenFrames : public WithData<Golden> {
 protected:
  static Difference difference(Resize resize) {
    const auto golden = test::read_npy(data_folder() + "/nets/" + GetParam().tag + "_input_u8.npy");
    const auto values =
        all_values(read({GetParam().file, GetParam().first, 4}, GetParam().shape, {GetParam().order, resize}));
    EXPECT_EQ(values.size(), golden.size());
    Difference result;
    for (std::size_t i = 0; i < golden.size(); ++i) {
      const double distance = std::abs(values[i] - golden[i]);
      result.mean += distance / static_cast<double>(golden.size());
      result.largest = std::max(result.largest, distance);
    }
    return result;
  }
};

TEST_P(GoldenFrames, AreMetExactlyAsFfmpegScales) { EXPECT_EQ(difference(Resize::kFfmpeg).largest, 0); }

TEST_P(GoldenFrames, AreMetNearlyByAveragingOverAreas) {
  const Difference measured = difference(Resize::kArea);
  EXPECT_LE(measured.mean, GetParam().with_area.mean);
  EXPECT_LE(measured.largest, GetParam().with_area.largest);
  EXPECT_GT(measured.mean, GetParam().with_area.mean / 2) << "the tolerance could be smaller";
}

// What is measured: 0.110 and 7, 0.122 and 11, 0.880 and 36, 1.528 and 23. At 227 columns FFmpeg keeps full colours; at
// 224 and 160 it gives two neighbours one colour.
INSTANTIATE_TEST_SUITE_P(
    All, GoldenFrames,
    ::testing::Values(
        Golden{"squeezenet_driving", "solidWhiteRight.mp4", 100, {3, 227, 227}, ChannelOrder::kBgr, {0.12, 8}},
        Golden{"squeezenet_bottle", "intel_bottle-detection.mp4", 522, {3, 227, 227}, ChannelOrder::kBgr, {0.13, 12}},
        Golden{"vgg19_driving", "solidWhiteRight.mp4", 100, {3, 224, 224}, ChannelOrder::kBgr, {0.9, 37}},
        Golden{"lanenet_driving", "solidWhiteRight.mp4", 100, {3, 80, 160}, ChannelOrder::kRgb, {1.6, 24}}));

/// What video/README.md says: frames; rows and columns; and of the first 300 frames how neighbours differ, the mean in
/// percent of full scale, the percentage of samples that are equal, and of those that change by more than 2 %; in the
/// clip's size and at 224 x 224.
struct RealClip {
  std::string file;
  std::size_t frames = 0;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::array<double, 3> native;
  std::array<double, 2> resized;
};

std::ostream& operator<<(std::ostream& stream, const RealClip& clip) { return stream << clip.file; }

/// Of the frames, 3 x rows x columns samples each: the three numbers of RealClip::native.
std::array<double, 3> changes(const RealClip& clip, std::int64_t rows, std::int64_t columns) {
  constexpr std::size_t kFrames = 300;
  const Frames frames = read({clip.file, 0, std::min(kFrames, clip.frames)}, {3, rows, columns}, {});
  std::array<std::uint64_t, 3> counts{};
  for (std::size_t t = 1; t < frames.count; ++t) {
    const auto before = frames.bytes(t - 1);
    const auto now = frames.bytes(t);
    for (std::size_t i = 0; i < now.size(); ++i) {
      const int change = std::abs(now[i] - before[i]);
      counts[0] += static_cast<std::uint64_t>(change);
      counts[1] += change == 0 ? 1U : 0U;
      counts[2] += change > 5 ? 1U : 0U;  // 2 % of 255 is 5.1
    }
  }
  const double samples = static_cast<double>(frames.count - 1) * static_cast<double>(frames.size);
  return {100 * static_cast<double>(counts[0]) / samples / 255, 100 * static_cast<double>(counts[1]) / samples,
          100 * static_cast<double>(counts[2]) / samples};
}

class RealClipLong : public WithData<RealClip> {};

TEST_P(RealClipLong, HasAsManyFramesAsDocumented) {
  EXPECT_EQ(read({GetParam().file}, {1, 4, 4}, {}).count, GetParam().frames);
}

/// Another decoder's conversion of colours rounds differently: 0.8 percentage points of equal samples at most (1.3 for
/// the driving clip), 0.03 of the mean, 0.4 of large changes.
TEST_P(RealClipLong, ChangesFromFrameToFrameAsDocumented) {
  const auto native = changes(GetParam(), GetParam().rows, GetParam().columns);
  EXPECT_NEAR(native[0], GetParam().native[0], 0.01);
  EXPECT_NEAR(native[1], GetParam().native[1], 1.3);
  EXPECT_NEAR(native[2], GetParam().native[2], 0.15);
  const auto resized = changes(GetParam(), 224, 224);
  EXPECT_NEAR(resized[0], GetParam().resized[0], 0.03);
  EXPECT_NEAR(resized[2], GetParam().resized[1], 0.4);
}

INSTANTIATE_TEST_SUITE_P(
    All, RealClipLong,
    ::testing::Values(RealClip{"vtest.avi", 795, 576, 768, {0.78, 71.7, 3.7}, {0.62, 2.6}},
                      RealClip{"intel_bottle-detection.mp4", 1189, 360, 640, {0.14, 81.9, 0.6}, {0.14, 0.6}},
                      RealClip{"intel_one-by-one-person-detection.mp4", 1394, 432, 768, {0.52, 79.4, 3.2}, {0.48, 2.6}},
                      RealClip{"solidWhiteRight.mp4", 221, 540, 960, {1.31, 32.8, 13.0}, {1.13, 11.6}}));

}  // namespace
}  // namespace sigdel::traces
