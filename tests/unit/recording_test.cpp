/// Recordings hold what was sent, and nothing that is damaged or of another network gets through.
#include "traces/recording.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "models/reference/executor.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/memory_file.hpp"
#include "tests/support/recorded_run.hpp"
#include "traces/checksum.hpp"

namespace sigdel::traces {
namespace {

using network::Event;
using test::RandomCase;
using test::RecordedRun;
using testing::HasSubstr;

const std::vector<Mode> kAllModes{Mode::kDense, Mode::kZeroSkip, Mode::kTemporalDifference, Mode::kRounding,
                                  Mode::kSigmaDelta};

/// One mode, frame by frame, against the executor.
void expect_mode(const RandomCase& random, const Recording& recording, Mode mode) {
  const Semantics semantics = recording.header().semantics;
  reference::FrameEncoder encoder(random.network, mode);
  reference::Executor executor(random.network, mode, {Encoding::kUnary, Scan::kAll, semantics});
  std::uint64_t input_saturations = 0;
  for (std::size_t t = 0; t < random.frame_count(); ++t) {
    const std::vector<Event> input = encoder.encode(random.frame(t));
    executor.run(input);
    const SentTensor frame = recording.read(mode, t, 0);
    ASSERT_EQ(frame.events, input);
    input_saturations += frame.saturations;
    for (std::size_t l = 0; l < random.network.layers.size(); ++l) {
      const SentTensor sent = recording.read(mode, t, l + 1);
      ASSERT_EQ(sent.events, std::vector<Event>(executor.sent(l).begin(), executor.sent(l).end()));
      ASSERT_EQ(sent.saturations, executor.work()[l][Tally::kSaturations]);
    }
  }
  ASSERT_EQ(input_saturations, encoder.saturations());
}

TEST(Recording, HoldsWhatTheExecutorSentInEveryMode) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const RandomCase random = test::random_case(seed, {.frames = 6});
    const Semantics semantics = seed % 3 == 0 ? Semantics::kStep : Semantics::kFrame;
    const RecordedRun run(random, kAllModes, semantics);
    EXPECT_EQ(run.recording().header(), test::header_of(random, kAllModes, semantics));
    for (const Mode mode : kAllModes) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << ", " << name_of(mode));
      expect_mode(random, run.recording(), mode);
    }
  }
}

TEST(Recording, IsTheSameEachTime) {
  const RandomCase random = test::random_case(3, {.frames = 4});
  EXPECT_EQ(test::recorded_bytes(random, kAllModes), test::recorded_bytes(random, kAllModes));
}

TEST(Recording, RefusesAWriterThatStopsTooEarly) {
  const RandomCase random = test::random_case(3, {.frames = 4});
  std::ostringstream out;
  RecordingWriter writer(out, test::header_of(random, kAllModes));
  EXPECT_THROW(writer.finish(), std::logic_error);
}

std::string good_bytes() {
  return test::recorded_bytes(
      test::random_case(11, {.fewest_layers = 2, .most_layers = 2, .narrowest = 5, .widest = 9, .frames = 3}),
      kAllModes);
}

/// Everything in a recording that can be read.
std::vector<SentTensor> all_of_it(const Recording& recording) {
  std::vector<SentTensor> all;
  for (const Mode mode : recording.header().modes) {
    for (std::uint64_t t = 0; t < recording.header().frames; ++t) {
      for (std::size_t tensor = 0; tensor < recording.header().tensors(); ++tensor) {
        all.push_back(recording.read(mode, t, tensor));
      }
    }
  }
  return all;
}

bool same(const std::vector<SentTensor>& a, const std::vector<SentTensor>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const SentTensor& x, const SentTensor& y) {
    return x.events == y.events && x.saturations == y.saturations;
  });
}

/// Opens bytes as a file.
class Opener {
 public:
  [[nodiscard]] Recording open(const std::string& bytes) const { return Recording(file_.write(bytes)); }
  void refuse(const std::string& bytes) const { EXPECT_THROW(static_cast<void>(open(bytes)), InputError); }

 private:
  test::MemoryFile file_;
};

TEST(DamagedRecording, IsRefusedWhereverItEnds) {
  const Opener opener;
  const std::string good = good_bytes();
  for (std::size_t length = 0; length < good.size(); ++length) {
    SCOPED_TRACE(testing::Message() << length << " of " << good.size() << " bytes");
    opener.refuse(good.substr(0, length));
  }
  opener.refuse(good + '\0');
  opener.refuse(good + good);
}

TEST(DamagedRecording, IsRefusedForEverySingleBit) {
  const Opener opener;
  const std::string good = good_bytes();
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    SCOPED_TRACE(testing::Message() << "bit " << bit);
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(static_cast<unsigned char>(bad[bit / 8]) ^ (1U << (bit % 8)));
    opener.refuse(bad);
  }
}

/// Changes one to four bytes, cuts or repeats a piece, or puts a piece somewhere else.
std::string mutated(std::string bytes, Random& random) {
  const auto place = [&] { return random.below(bytes.size()); };
  switch (random.below(4)) {
    case 0:
      bytes.erase(place(), 1 + random.below(8));
      break;
    case 1:
      bytes.insert(place(), bytes.substr(place(), 1 + random.below(40)));
      break;
    case 2: {
      const std::string piece = bytes.substr(place(), 1 + random.below(40));
      bytes.replace(random.below(bytes.size() - piece.size()), piece.size(), piece);
      break;
    }
    default:
      for (std::uint64_t i = random.below(4) + 1; i > 0; --i) {
        bytes[place()] = static_cast<char>(random.below(256));
      }
  }
  return bytes;
}

TEST(DamagedRecording, IsRefusedOrIdenticalInFiveThousandMutations) {
  const std::string good = good_bytes();
  const Opener opener;
  const auto expected = all_of_it(opener.open(good));
  Random random(1);
  int refused = 0;
  constexpr int kMutations = 5000;
  for (int i = 0; i < kMutations; ++i) {
    const std::string bytes = mutated(good, random);
    try {
      EXPECT_TRUE(same(all_of_it(opener.open(bytes)), expected)) << "mutation " << i;
    } catch (const InputError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, kMutations / 2);
}

/// The same chunks with checksums that fit: what remains are the checks of what they hold.
std::string resealed(const std::string& bytes) {
  constexpr std::size_t kStart = 12;
  std::string sealed = bytes.substr(0, kStart);
  std::uint32_t crc = crc32(sealed);
  for (std::size_t at = kStart; at + 9 <= bytes.size();) {
    std::size_t length = 0;
    for (unsigned i = 0; i < 4; ++i) {
      length |= std::size_t{static_cast<unsigned char>(bytes[at + 1 + i])} << (8 * i);
    }
    const std::string covered = bytes.substr(at, 5 + length);
    crc = crc32(covered, crc);
    sealed += covered;
    for (unsigned i = 0; i < 4; ++i) {
      sealed += static_cast<char>((crc >> (8 * i)) & 0xffU);
    }
    at += 9 + length;
  }
  return sealed;
}

TEST(ResealedRecording, IsTheSameIfNothingWasChanged) { EXPECT_EQ(resealed(good_bytes()), good_bytes()); }

/// A checksum protects against accidents, not against a program that writes nonsense: no crash, no endless loop.
TEST(ResealedRecording, NeverHoldsWhatItsNetworkCannotSend) {
  const Opener opener;
  const std::string good = good_bytes();
  Random random(2);
  int refused = 0;
  constexpr int kMutations = 5000;
  for (int i = 0; i < kMutations; ++i) {
    std::string bytes = good;
    for (std::uint64_t n = random.below(3) + 1; n > 0; --n) {
      bytes[12 + random.below(bytes.size() - 12)] = static_cast<char>(random.below(256));
    }
    try {
      const Recording recording = opener.open(resealed(bytes));
      const RecordingHeader& header = recording.header();
      for (const Mode mode : header.modes) {
        for (std::size_t tensor = 0; tensor < header.tensors(); ++tensor) {
          const SentTensor sent = recording.read(mode, 0, tensor);
          std::int64_t last = -1;
          for (const Event& event : sent.events) {
            ASSERT_GT(event.source, last);
            ASSERT_LT(event.source, header.width(tensor));
            last = event.source;
          }
        }
      }
    } catch (const InputError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, kMutations / 3);
  EXPECT_LT(refused, kMutations) << "some values can be changed into other good ones";
}

TEST(Recording, SaysWhatIsWrong) {
  const std::string good = good_bytes();
  const Opener opener;
  const auto message = [&](const std::string& bytes) {
    return test::error_of([&] { static_cast<void>(opener.open(bytes)); });
  };
  EXPECT_THAT(message(""), HasSubstr("the file is empty"));
  EXPECT_THAT(message("name: quickstart\n"), HasSubstr("no recording"));
  EXPECT_THAT(message(good.substr(0, 6)), HasSubstr("it ends after 6 bytes"));
  EXPECT_THAT(message(good.substr(0, 100)), HasSubstr("it ends after 100 bytes"));
  std::string other_version = good;
  other_version[8] = 7;
  EXPECT_THAT(message(other_version), HasSubstr("a recording of version 7; this program reads version 2"));
  std::string flipped = good;
  flipped[good.size() / 2] = static_cast<char>(flipped[good.size() / 2] + 1);
  EXPECT_THAT(message(flipped), testing::AnyOf(HasSubstr("the checksum at byte"), HasSubstr("it ends after")));
  EXPECT_THAT(message(good + "more"), HasSubstr("it does not end with its end mark"));
  EXPECT_THAT(test::error_of([] { Recording("/"); }), HasSubstr("/: this is a folder"));
  EXPECT_THAT(test::error_of([] { Recording("/dev/null"); }), HasSubstr("not a regular file"));
  EXPECT_THAT(test::error_of([] { Recording("nowhere.sigdel"); }), HasSubstr("there is no such file"));
}

TEST(Recording, NoticesWhenItIsChangedWhileItIsOpen) {
  const test::TemporaryFolder folder;
  const std::string good = good_bytes();
  const Recording recording(folder.write("r.sigdel", good));
  EXPECT_EQ(recording.read(Mode::kSigmaDelta, 2, 2).events.size(), recording.header().width(2));
  std::string bad = good;
  bad[bad.size() - 25] = static_cast<char>(bad[bad.size() - 25] + 1);  // in front of the end mark's 17 bytes
  static_cast<void>(folder.write("r.sigdel", bad));
  EXPECT_THROW(static_cast<void>(recording.read(Mode::kSigmaDelta, 2, 2)), InputError);
  static_cast<void>(folder.write("r.sigdel", ""));
  EXPECT_THROW(static_cast<void>(recording.read(Mode::kDense, 0, 0)), InputError);
}

}  // namespace
}  // namespace sigdel::traces
