/// Reads every source file of ours and checks it against the tables of include_rules.hpp.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/architecture/include_checker.hpp"
#include "tests/architecture/include_rules.hpp"

namespace sigdel::architecture {
namespace {

const std::filesystem::path kSource = SIGDEL_SOURCE_DIR;

std::vector<std::filesystem::path> sources() {
  std::vector<std::filesystem::path> files;
  for (const char* folder : {"models", "sim", "energy", "traces", "scenarios"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kSource / folder)) {
      const std::filesystem::path extension = entry.path().extension();
      if (entry.is_regular_file() && (extension == ".hpp" || extension == ".cpp")) {
        files.push_back(entry.path());
      }
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Layering, EverySourceFileKeepsTheRules) {
  for (const std::filesystem::path& path : sources()) {
    const std::string name = path.lexically_relative(kSource).generic_string();
    EXPECT_THAT(violations(name, contents(path)), testing::IsEmpty());
  }
}

TEST(Layering, EveryRowStandsForAFolderWithSources) {
  for (const FolderRule& rule : kFolderRules) {
    EXPECT_TRUE(std::filesystem::is_directory(kSource / rule.folder)) << rule.folder;
  }
}

TEST(Layering, HeadersHaveAGuardAndNoOtherConditions) {
  for (const std::filesystem::path& path : sources()) {
    if (path.extension() == ".hpp") {
      const std::string text = without_comments(contents(path));
      EXPECT_THAT(text, testing::HasSubstr("#pragma once")) << path;
      EXPECT_THAT(text, testing::Not(testing::HasSubstr("#if"))) << path << ": no feature switches in headers";
    }
  }
}

}  // namespace
}  // namespace sigdel::architecture
