#include "traces/npy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <limits>
#include <map>

#include "models/base/errors.hpp"
#include "models/base/random.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/npy_bytes.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sigdel::traces {
namespace {

using test::bytes_of;
using test::error_of;
using test::npy_file;
using test::npy_header;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Three frames of 1 x 1 x 2 values.
const std::string kThreeFrames = npy_file(npy_header("|u1", "(3, 1, 1, 2)"), "\x01\x02\x03\x04\x05\x06");

class Npy : public ::testing::Test {
 protected:
  Frames read(const std::string& content, const Clip& window = {}, const network::Shape& shape = {1, 1, 2}) {
    Frames frames(shape, {{}, {1}, Standardise::kNone});
    FrameSink sink(frames, noise_, "net.onnx");
    Clip clip = window;
    std::filesystem::remove(folder_.file("frames.npy"));  // faster than to write over it
    clip.file = folder_.write("frames.npy", content);
    available_ = read_npy(clip, sink, axes_);
    return frames;
  }
  std::string error(const std::string& content, const Clip& window = {}) {
    return error_of([&] { read(content, window); });
  }
  /// Of a file with that header, which is not what it should be.
  std::string header_error(const std::string& header) { return error(npy_file(header, "\x01\x02\x03\x04\x05\x06")); }

  Noise noise_;
  NpyAxes axes_ = NpyAxes::kFrameFirst;
  std::size_t available_ = 0;
  test::TemporaryFolder folder_;
};

TEST_F(Npy, BytesStayBytes) {
  const Frames frames = read(kThreeFrames);
  EXPECT_EQ(available_, 3U);
  EXPECT_THAT(all_values(frames), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(frames.bytes(1), ElementsAre(3, 4));
}

TEST_F(Npy, BothVersionsAndBothWidthsOfFloatsAreRead) {
  const std::vector<float> values{0.5F, -1e-30F, 3e38F, 4};
  EXPECT_THAT(all_values(read(npy_file(npy_header("<f4", "(2, 1, 1, 2)"), bytes_of(values), 2))),
              ElementsAre(0.5F, -1e-30F, 3e38F, 4));
  EXPECT_THAT(all_values(read(npy_file(npy_header("<f8", "(1, 1, 1, 2)"), bytes_of<double>({0.1, -7})))),
              ElementsAre(0.1F, -7));
}

TEST_F(Npy, AFrameMayBeFlat) {
  const std::string flat = npy_file(npy_header("|u1", "(3, 2)"), "\x01\x02\x03\x04\x05\x06");
  EXPECT_EQ(read(flat).count, 3U);
  EXPECT_EQ(read(flat, {}, {2}).count, 3U);
}

TEST_F(Npy, AWindowWithAStrideIsRead) {
  EXPECT_THAT(all_values(read(kThreeFrames, {"", 1, 1, 1})), ElementsAre(3, 4));
  EXPECT_THAT(all_values(read(kThreeFrames, {"", 0, 0, 2})), ElementsAre(1, 2, 5, 6));
  EXPECT_EQ(available_, 3U);
  EXPECT_THAT(error(kThreeFrames, {"", 3, 0, 1}), HasSubstr("holds 3 frames; the first one asked for is 3"));
  EXPECT_THAT(error(kThreeFrames, {"", 1, 3, 1}), HasSubstr("holds 3 frames; 3 from frame 1 on are asked for"));
}

TEST_F(Npy, AnyOrderOfKeysAndBothKindsOfQuotesAreRead) {
  EXPECT_EQ(read(npy_file(R"({"shape":(3,1,1,2),"fortran_order":False,"descr":"|u1"})", "abcdef")).count, 3U);
}

/// Columns, rows, channels, frames.
TEST_F(Npy, LavasAxesAreTurned) {
  axes_ = NpyAxes::kLava;
  std::string values;
  for (int i = 0; i < 2 * 3 * 1 * 2; ++i) {
    values.push_back(static_cast<char>(i - 4));
  }
  const Frames frames = read(npy_file(npy_header("|i1", "(2, 3, 1, 2)"), values), {}, {1, 3, 2});
  EXPECT_EQ(available_, 2U);
  EXPECT_THAT(frames.frame(0), ElementsAre(-4, 2, -2, 4, 0, 6));
  EXPECT_THAT(frames.frame(1), ElementsAre(-3, 3, -1, 5, 1, 7));
  EXPECT_THAT(error(npy_file(npy_header("|i1", "(3, 2, 1, 2)"), values)), HasSubstr("columns, rows, channels"));
}

TEST_F(Npy, IntegersOf32BitsAreRead) {
  const std::vector<std::int32_t> values{-3, 70000};
  EXPECT_THAT(all_values(read(npy_file(npy_header("<i4", "(1, 2)"), bytes_of(values)))), ElementsAre(-3, 70000));
}

TEST_F(Npy, OtherShapesAreRefused) {
  for (const auto& [shape, found] : std::map<std::string, std::string>{{"(3, 1, 2, 1)", "1x2x1"},
                                                                       {"(1, 2, 3)", "2x3"},
                                                                       {"(3, 1, 1, 1, 2)", "1x1x1x2"},
                                                                       {"(6,)", "1"},
                                                                       {"(2, 3)", "3"},
                                                                       {"(6, 1)", "1"}}) {
    EXPECT_THAT(header_error(npy_header("|u1", shape)), AllOf(HasSubstr("a frame has " + found + " value"),
                                                              HasSubstr("; the input of net.onnx has 2 (1x1x2)")));
  }
  EXPECT_THAT(error(npy_file(npy_header("|u1", "()"), "x")), HasSubstr("holds no frame: its shape is ()"));
  EXPECT_THAT(error(npy_file(npy_header("|u1", "(0, 1, 1, 2)"), "")), HasSubstr("holds no frame"));
}

TEST_F(Npy, OtherTypesAndOrdersAreRefused) {
  for (const char* type : {">f4", "<f2", "|b1", "|O", "<U3", "f4", "<c8"}) {
    EXPECT_THAT(header_error(npy_header(type, "(3, 1, 1, 2)")),
                AllOf(HasSubstr(std::string("its values are of type '") + type),
                      HasSubstr("|u1, |i1, <i4, <f4 and <f8 are read")));
  }
  EXPECT_THAT(header_error("{'descr': '|u1', 'fortran_order': True, 'shape': (3, 1, 1, 2), }"),
              HasSubstr("it is in Fortran order"));
}

TEST_F(Npy, HeadersThatNumPyDoesNotWriteAreRefused) {
  const std::string start = "{'descr': '|u1', 'fortran_order': False, ";
  for (const std::string& header : {
           std::string(),
           std::string("{}"),
           start + "}",
           start + "'shape': (3, 1, 1, 2)",
           start + "'shape': (3, 1, 1, 2)} x",
           start + "'shape': (3, 1, -1, 2)}",
           start + "'shape': (3, 1, 1.0, 2)}",
           start + "'shape': (3 1 1 2)}",
           start + "'shape': [3, 1, 1, 2]}",
           start + "'shape': 6}",
           start + "'shape': (6)}",
           start + "'shape': (99999999999999999999, 2)}",
           start + "'shape': (3, 1, 1, 2), 'shape': (3, 1, 1, 2)}",
           start + "'shape': (3, 1, 1, 2), 'more': 1}",
           start + "shape: (3, 1, 1, 2)}",
           std::string("{'descr': [('a', '|u1')], 'fortran_order': False, 'shape': (3, 2)}"),
           std::string("{'descr': '|u1', 'fortran_order': 0, 'shape': (3, 2)}"),
           std::string("{'descr: |u1"),
       }) {
    EXPECT_THAT(header_error(header), HasSubstr("frames.npy: damaged: its header: ")) << header;
  }
  std::string axes = "(";
  for (int i = 0; i < 40; ++i) {
    axes += "1, ";
  }
  EXPECT_THAT(header_error(npy_header("|u1", axes + ")")), HasSubstr("too many axes"));
}

TEST_F(Npy, OtherVersionsAreRefused) {
  std::string content = kThreeFrames;
  content[6] = 3;
  EXPECT_THAT(error(content), HasSubstr("version 3.0; 1.0 and 2.0 are read"));
  content[6] = 1;
  content[7] = 1;
  EXPECT_THAT(error(content), HasSubstr("version 1.1"));
}

TEST_F(Npy, EveryOtherLengthIsRefused) {
  for (std::size_t length = 0; length < kThreeFrames.size(); ++length) {
    EXPECT_THAT(error(kThreeFrames.substr(0, length)), HasSubstr("frames.npy: truncated: ")) << length;
  }
  EXPECT_THAT(error(kThreeFrames + "x"), HasSubstr("1 bytes more than its shape (3, 1, 1, 2) promises"));
  EXPECT_THAT(header_error(npy_header("|u1", "(4294967296, 4294967296, 4294967296)")),
              HasSubstr("6 bytes of values, its shape (4294967296, 4294967296, 4294967296) promises far more"));
}

TEST_F(Npy, ValuesThatAreNotFiniteAreNamed) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(error(npy_file(npy_header("<f4", "(2, 1, 1, 2)"), bytes_of<float>({1, 2, 3, nan}))),
              HasSubstr("value 1 of frame 1 is not finite"));
  const double infinite = std::numeric_limits<double>::infinity();
  for (const double odd : {infinite, -infinite, 1e300}) {
    EXPECT_THAT(error(npy_file(npy_header("<f8", "(1, 1, 1, 2)"), bytes_of<double>({odd, 0}))),
                HasSubstr("value 0 of frame 0 is not finite, or not as float32"));
  }
}

TEST_F(Npy, FloatsTakeNoNoise) {
  noise_ = Noise(1, 1);
  EXPECT_THAT(error(npy_file(npy_header("<f4", "(1, 1, 1, 2)"), bytes_of<float>({1, 2}))),
              HasSubstr("its values are no bytes, and noise is in grey levels of bytes"));
  EXPECT_NO_THROW(read(kThreeFrames));
}

TEST_F(Npy, ChangedBytesGiveFramesOrAnInputError) {
  Random random(1);
  int refused = 0;
  constexpr int kMutations = 4000;
  for (int i = 0; i < kMutations; ++i) {
    std::string content = kThreeFrames;
    const std::uint64_t most = random.below(2) == 0 ? content.size() : 80;  // half of them in the header's text
    for (std::uint64_t bytes = random.below(3) + 1; bytes > 0; --bytes) {
      content[random.below(most)] = static_cast<char>(random.below(256));
    }
    try {
      EXPECT_EQ(read(content).count, 3U);
    } catch (const InputError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, kMutations / 2);
  EXPECT_LT(refused, kMutations);
}

}  // namespace
}  // namespace sigdel::traces
