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
  // [i][j]: whether what is left of a behind i and of b behind j has a name for both
  std::vector<std::vector<bool>> rest(a.size() + 1, std::vector<bool>(b.size() + 1));
  for (std::size_t i = a.size() + 1; i-- > 0;) {
    for (std::size_t j = b.size() + 1; j-- > 0;) {
      const char x = i < a.size() ? a[i] : '\0';
      const char y = j < b.size() ? b[j] : '\0';
      if (x == '*' || y == '*') {  // it stands for nothing, or for one more character
        rest[i][j] = (x == '*' && rest[i + 1][j]) || (y == '*' && rest[i][j + 1]) ||
                     (x == '*' && y != '\0' && rest[i][j + 1]) || (y == '*' && x != '\0' && rest[i + 1][j]);
      } else {
        rest[i][j] = x == '\0' || y == '\0' ? x == y : (x == '?' || y == '?' || x == y) && rest[i + 1][j + 1];
      }
    }
  }
  return rest[0][0];
}

}  // namespace sigdel::scenarios
