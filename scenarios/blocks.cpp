#include "scenarios/blocks.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

namespace sigdel::scenarios {
namespace {

/// The pattern with `?` for each `[a-c]`.
std::string without_classes(const std::string& pattern) {
  std::string plain;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    // A bracket that comes first, or behind the ! that comes first, is one of the class.
    const std::size_t first = i + (pattern.compare(i + 1, 1, "!") == 0 ? 3 : 2);
    const std::size_t end = pattern[i] == '[' ? pattern.find(']', first) : std::string::npos;
    plain += end == std::string::npos ? pattern[i] : '?';
    i = end == std::string::npos ? i : end;
  }
  return plain;
}

/// Whether two patterns that begin with x and y, 0 where one has ended, have a name for both, from whether they have
/// one without x, without y and without both. A `*` stands for nothing, or for one more character.
bool agree_from(char x, char y, bool without_x, bool without_y, bool without_both) {
  if (x == '*') {
    return without_x || (y != '\0' && without_y);
  }
  if (y == '*') {
    return without_y || (x != '\0' && without_x);
  }
  if (x == '\0' || y == '\0') {
    return x == y;
  }
  return (x == '?' || y == '?' || x == y) && without_both;
}

}  // namespace

std::vector<std::string> block_names(const sim::MachineConfig& machine) {
  std::vector<std::string> names;
  const std::size_t ports = machine.host_ports.size();
  for (std::size_t port = 0; port < ports; ++port) {
    names.push_back(ports == 1 ? "host" : fmt::format("host_{}", port));
  }
  for (const char* kind : {"core", "router"}) {
    for (std::uint32_t row = 0; row < machine.rows; ++row) {
      for (std::uint32_t column = 0; column < machine.columns; ++column) {
        names.push_back(fmt::format("{}_{}_{}", kind, row, column));
      }
    }
  }
  return names;
}

bool matches(const std::string& pattern, const std::string& name) {
  return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

bool can_agree(const std::string& pattern, const std::string& other) {
  const std::string a = without_classes(pattern);
  const std::string b = without_classes(other);
  // [i][j]: whether a from i on and b from j on have a name for both; one more row and column, where nothing is
  std::vector<std::vector<bool>> rest(a.size() + 2, std::vector<bool>(b.size() + 2));
  for (std::size_t i = a.size() + 1; i-- > 0;) {
    for (std::size_t j = b.size() + 1; j-- > 0;) {
      rest[i][j] = agree_from(a[i], b[j], rest[i + 1][j], rest[i][j + 1], rest[i + 1][j + 1]);
    }
  }
  return rest[0][0];
}

}  // namespace sigdel::scenarios
