// What comes in from files, and why something does not.
#include "models/base/read_file.hpp"

#include <gmock/gmock.h>

#include "models/base/errors.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sigdel {
namespace {

using test::TemporaryFolder;

std::string error_of(const std::string& path, std::uintmax_t max_bytes = kMaxFileBytes) {
  try {
    return "read: " + read_file(path, max_bytes);
  } catch (const InputError& error) {
    return error.what();
  }
}

TEST(ReadFile, EveryByte) {
  const TemporaryFolder folder;
  const std::string bytes("a\r\n\0\xff\x1a", 6);
  EXPECT_EQ(read_file(folder.write("few", bytes)), bytes);
  EXPECT_EQ(read_file(folder.write("none", "")), "");
  std::string many;
  for (int i = 0; i < 200000; ++i) {
    many += static_cast<char>(i % 251);
  }
  EXPECT_EQ(read_file(folder.write("many", many)), many);
}

TEST(ReadFile, SaysWhyNot) {
  const TemporaryFolder folder;
  EXPECT_EQ(error_of(folder.file("none")), folder.file("none") + ": there is no such file");
  EXPECT_EQ(error_of(folder.path()), folder.path() + ": this is a folder, a file was expected");
  EXPECT_EQ(error_of("/dev/null"), "/dev/null: cannot be read: it is not a regular file");
  const std::string too_long = folder.file(std::string(300, 'x'));
  EXPECT_EQ(error_of(too_long), too_long + ": cannot be read: File name too long");
  const std::string below_a_file = folder.write("file", "") + "/more";
  EXPECT_THAT(error_of(below_a_file), testing::StartsWith(below_a_file + ": "));
}

TEST(ReadFile, RefusesWhatIsTooLong) {
  const TemporaryFolder folder;
  const std::string file = folder.write("file", std::string(1U << 20U, ' '));
  EXPECT_EQ(read_file(file, 1U << 20U).size(), 1U << 20U);
  EXPECT_EQ(error_of(file, (1U << 20U) - 1), file + ": too large, more than 1 MiB");
}

}  // namespace
}  // namespace sigdel
