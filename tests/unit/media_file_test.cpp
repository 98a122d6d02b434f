/// Videos and pictures that FFmpeg's encoders wrote, read back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/base/errors.hpp"
#include "tests/support/clip_writer.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/temporary_folder.hpp"
#include "traces/media_file.hpp"

namespace sigdel::traces {
namespace {

using test::content_of;
using test::difference;
using test::error_of;
using test::moving_edge;
using test::random_pictures;
using test::read_all;
using test::TemporaryFolder;
using test::write_clip;
using ::testing::HasSubstr;

struct KindOfFile {
  std::string ending;
  std::string codec;
  bool exact = false;
  std::size_t frames = 9;
};

std::ostream& operator<<(std::ostream& stream, const KindOfFile& kind) { return stream << kind.codec << kind.ending; }

class MediaKind : public ::testing::TestWithParam<KindOfFile> {};

TEST_P(MediaKind, GivesBackWhatWasWritten) {
  const TemporaryFolder folder;
  const KindOfFile& kind = GetParam();
  const auto written = kind.exact ? random_pictures(kind.frames, 21, 35, 1) : moving_edge(kind.frames, 48, 64);
  const auto read = read_all(write_clip(folder.file("clip" + kind.ending), kind.codec, written));
  ASSERT_EQ(read.size(), written.size());
  for (std::size_t t = 0; t < read.size(); ++t) {
    EXPECT_LE(difference(read[t], written[t]), kind.exact ? 0 : kind.codec == "gif" ? 24 : 4) << "frame " << t;
  }
}

INSTANTIATE_TEST_SUITE_P(All, MediaKind,
                         ::testing::Values(KindOfFile{".mov", "png", true}, KindOfFile{".avi", "ffvhuff", true},
                                           KindOfFile{".avi", "rawvideo", true}, KindOfFile{".png", "png", true, 1},
                                           KindOfFile{".bmp", "bmp", true, 1}, KindOfFile{".ppm", "ppm", true, 1},
                                           KindOfFile{".tiff", "tiff", true, 1}, KindOfFile{".jpg", "mjpeg", false, 1},
                                           KindOfFile{".avi", "mpeg4"}, KindOfFile{".avi", "msmpeg4"},
                                           KindOfFile{".avi", "mjpeg"}, KindOfFile{".mp4", "mpeg4"},
                                           KindOfFile{".m1v", "mpeg1video"}, KindOfFile{".mpg", "mpeg2video"},
                                           KindOfFile{".mp4", "libx264"}, KindOfFile{".mkv", "libx264"},
                                           KindOfFile{".webm", "libvpx"}, KindOfFile{".gif", "gif"}));

TEST(MediaFile, TellsHowManyFramesAVideoAnnounces) {
  const TemporaryFolder folder;
  EXPECT_EQ(MediaFile(write_clip(folder.file("a.mov"), "png", random_pictures(5, 8, 8, 1))).announced(), 5U);
  EXPECT_EQ(MediaFile(write_clip(folder.file("a.mkv"), "png", random_pictures(5, 8, 8, 1))).announced(), std::nullopt);
}

TEST(MediaFile, AnEndingSaysNothing) {
  const TemporaryFolder folder;
  write_clip(folder.file("a.mov"), "png", random_pictures(2, 8, 8, 1));
  EXPECT_EQ(read_all(folder.write("picture.yaml", content_of(folder.file("a.mov")))).size(), 2U);
}

TEST(MediaFile, APictureOfAnotherSizeIsRefusedWithItsNumber) {
  const TemporaryFolder folder;
  const auto both = [&](const std::string& ending, const std::string& codec, std::size_t frames) {
    const std::string a = write_clip(folder.file("a" + ending), codec, moving_edge(frames, 16, 32));
    const std::string b = write_clip(folder.file("b" + ending), codec, moving_edge(frames, 32, 32));
    return folder.write("both", content_of(a) + content_of(b));
  };
  EXPECT_THAT(error_of([&] { read_all(both(".png", "png", 1)); }),
              HasSubstr("both: frame 1, counted from 0, has 32 x 32 pixels, those before have 32 x 16"));
  EXPECT_THAT(error_of([&] { read_all(both(".h264", "libx264", 3)); }),
              HasSubstr("both: frame 3, counted from 0, has 32 x 32 pixels, those before have 32 x 16"));
}

TEST(MediaFile, WhatIsNoVideoIsNamed) {
  const TemporaryFolder folder;
  EXPECT_THAT(error_of([&] { MediaFile(folder.file("none")); }), HasSubstr("none: there is no such file"));
  EXPECT_THAT(error_of([&] { MediaFile(folder.path()); }), HasSubstr("this is a folder"));
  EXPECT_THAT(error_of([&] { MediaFile(folder.write("empty", "")); }), HasSubstr("empty: the file is empty"));
  EXPECT_THAT(error_of([&] { read_all(folder.write("text", "network:\n  file: net.onnx\nscales: 2\n")); }),
              HasSubstr("text: no video and no picture that FFmpeg can read"));
  EXPECT_THAT(error_of([&] { read_all(folder.write("zeros", std::string(100000, '\0'))); }),
              HasSubstr("zeros: no video"));
}

/// Files that name others, which must not be opened: a playlist, a list of files to join, a numbered series.
TEST(MediaFile, OpensNothingButTheFile) {
  const TemporaryFolder folder;
  const std::string other = write_clip(folder.file("other.png"), "png", random_pictures(1, 8, 8, 1));
  const std::string list = "ffconcat version 1.0\nfile other.png\nfile '" + other + "'\n";
  EXPECT_THROW(read_all(folder.write("list.ffconcat", list)), InputError);
  const std::string playlist =
      "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n" + other + "\n#EXT-X-ENDLIST\n";
  EXPECT_THROW(read_all(folder.write("list.m3u8", playlist)), InputError);
  EXPECT_THROW(read_all(folder.file("%05d.png")), InputError);
}

}  // namespace
}  // namespace sigdel::traces
