#include "energy/yaml_value.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace sigdel::energy {

void check_keys(const Value& map, const std::vector<std::string_view>& allowed) {
  if (!map.node.IsMap()) {
    map.refuse("expected a map");
  }
  std::set<std::string> seen;
  for (const auto& entry : map.node) {
    const Value key{entry.first, map.file, map.path_of(entry.first.Scalar())};
    if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), entry.first.Scalar()) == allowed.end()) {
      key.refuse("unknown key; known: {}", fmt::join(allowed, ", "));
    }
    if (!seen.insert(entry.first.Scalar()).second) {
      key.refuse("given twice");
    }
  }
}

std::string text_of(const Value& value) {
  if (!value.node.IsScalar() || value.node.Scalar().find_first_not_of(" \n\t") == std::string::npos) {
    value.refuse("expected a text that is not empty");
  }
  return value.node.Scalar();
}

double quantity_of(const Value& value, double least, const char* expected) {
  const auto number = number_of<double>(value, expected);
  if (!std::isfinite(number) || number < least) {
    value.refuse("expected {}, found '{}'", expected, value.node.Scalar());
  }
  return number;
}

}  // namespace sigdel::energy
