/// Damaged videos and pictures: pictures or an InputError, never anything else. Runs under the sanitizers in CI.
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>

#include "models/base/errors.hpp"
#include "models/base/random.hpp"
#include "tests/support/clip_writer.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sigdel::traces {
namespace {

using test::content_of;
using test::difference;
using test::read_all;

struct Kind {
  std::string ending;
  std::string codec;
  std::size_t frames = 9;
  bool knows_its_end = true;  ///< a file that was cut off is always found out
  bool has_checksum = false;  ///< so is a changed bit
};

std::ostream& operator<<(std::ostream& stream, const Kind& kind) { return stream << kind.codec << kind.ending; }

class MediaMutations : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    const std::string file = folder_.file("good" + GetParam().ending);
    test::write_clip(file, GetParam().codec, test::moving_edge(GetParam().frames, 48, 64));
    content_ = content_of(file);
    good_ = read_all(file);
  }

  /// Nothing if it was refused.
  std::optional<std::vector<Picture>> read(const std::string& content) {
    std::filesystem::remove(folder_.file("mutated"));  // faster than to write over it
    try {
      return read_all(folder_.write("mutated", content));
    } catch (const InputError&) {
      return std::nullopt;
    }
  }

  bool is_begin_of_good(const std::vector<Picture>& pictures) const {
    bool same = pictures.size() <= good_.size();
    for (std::size_t t = 0; same && t < pictures.size(); ++t) {
      same = difference(pictures[t], good_[t]) == 0;
    }
    return same;
  }

  test::TemporaryFolder folder_;
  std::string content_;
  std::vector<Picture> good_;
};

constexpr std::size_t kMutations = 250;

TEST_P(MediaMutations, ACutLosesNoFrameUnnoticed) {
  ASSERT_EQ(good_.size(), GetParam().frames);
  std::size_t refused = 0;
  for (std::size_t i = 0; i < kMutations; ++i) {
    const std::size_t length = i * content_.size() / kMutations;
    const auto pictures = read(content_.substr(0, length));
    refused += pictures ? 0U : 1U;
    if (pictures && GetParam().knows_its_end) {
      EXPECT_EQ(pictures->size(), good_.size()) << "cut to " << length << " of " << content_.size();
    }
    EXPECT_TRUE(!pictures || is_begin_of_good(*pictures)) << "cut to " << length << " of " << content_.size();
  }
  EXPECT_GT(refused, kMutations * 3 / 4);
}

TEST_P(MediaMutations, ChangedBitsGivePicturesOrAnInputError) {
  Random random(1);
  std::size_t refused = 0;
  for (std::size_t i = 0; i < kMutations; ++i) {
    std::string content = content_;
    for (std::uint64_t bits = random.below(3) + 1; bits > 0; --bits) {
      char& byte = content[random.below(content.size())];
      byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << random.below(8)));
    }
    const auto pictures = read(content);
    refused += pictures ? 0U : 1U;
    EXPECT_TRUE(!pictures || !GetParam().has_checksum || is_begin_of_good(*pictures));
  }
  EXPECT_GT(refused, 0U);
}

INSTANTIATE_TEST_SUITE_P(All, MediaMutations,
                         ::testing::Values(Kind{".mov", "png", 9, true, true}, Kind{".png", "png", 1, true, true},
                                           Kind{".jpg", "mjpeg", 1}, Kind{".avi", "mpeg4"}, Kind{".avi", "ffvhuff"},
                                           Kind{".mp4", "libx264"}, Kind{".mkv", "libx264"}, Kind{".mkv", "ffv1"},
                                           Kind{".m1v", "mpeg1video", 9, false}, Kind{".gif", "gif", 9, false},
                                           Kind{".tiff", "tiff", 1}, Kind{".webm", "libvpx"}));

}  // namespace
}  // namespace sigdel::traces
