// docs/formats/scenario.md and the table of keys say the same, both ways.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "scenarios/keys.hpp"

namespace sigdel::scenarios {
namespace {

/// The cells of a row of a Markdown table, without the code marks.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  for (std::size_t begin = 1, end = 0; (end = line.find('|', begin)) != std::string::npos; begin = end + 1) {
    std::string cell = line.substr(begin, end - begin);
    cell.erase(0, cell.find_first_not_of(' '));
    cell.erase(cell.find_last_not_of(' ') + 1);
    std::erase(cell, '`');
    cells.push_back(cell);
  }
  return cells;
}

/// Rows of the table of keys, by key: those that begin with a key in code marks.
std::map<std::string, std::vector<std::string>> documented() {
  std::ifstream in(SIGDEL_SOURCE_DIR "/docs/formats/scenario.md");
  std::map<std::string, std::vector<std::string>> rows;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("| `")) {
      const auto cells = cells_of(line);
      EXPECT_TRUE(rows.emplace(cells.front(), cells).second) << "twice: " << cells.front();
    }
  }
  return rows;
}

std::string without_marks(std::string text) {
  std::erase(text, '`');
  return text;
}

TEST(ScenarioDocumentation, HasEveryKeyAsDeclared) {
  const auto rows = documented();
  for (const Key& key : keys()) {
    const auto row = rows.find(std::string(key.path));
    ASSERT_NE(row, rows.end()) << key.path << " is not documented";
    const std::vector<std::string> expected{std::string(key.path), type_text(key),    std::string(key.unit),
                                            range_text(key),       default_text(key), std::string(key.meaning)};
    ASSERT_EQ(row->second.size(), expected.size()) << key.path;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(row->second[i], without_marks(expected[i])) << key.path;
    }
  }
}

TEST(ScenarioDocumentation, HasNoKeyThatDoesNotExist) {
  for (const auto& [path, cells] : documented()) {
    EXPECT_NE(find_key(path), nullptr) << path;
  }
}

}  // namespace
}  // namespace sigdel::scenarios
