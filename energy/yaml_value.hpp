/// YAML with what its messages need: every problem is an InputError that names file, line and key.
#pragma once

#include <yaml-cpp/yaml.h>

#include <charconv>
#include <string>
#include <vector>

#include "models/base/enum_table.hpp"
#include "models/base/errors.hpp"

namespace sigdel::energy {

/// A node of the file with what its messages need: file, line and key.
struct Value {
  YAML::Node node;
  std::string file;
  std::string key;  ///< path from the top, "coefficients[3].bits"

  template <class... Args>
  [[noreturn]] void refuse(fmt::format_string<Args...> format, Args&&... args) const {
    fail("{}:{}: {}{}{}", file, node.Mark().line + 1, key, key.empty() ? "" : ": ",
         fmt::format(format, std::forward<Args>(args)...));
  }

  [[nodiscard]] std::string path_of(const std::string& name) const { return key.empty() ? name : key + "." + name; }

  [[nodiscard]] Value at(const std::string& name) const {
    const YAML::Node child = node[name];
    if (!child) {
      refuse("missing key '{}'", name);
    }
    return {child, file, path_of(name)};
  }
};

/// Refuses anything but a map whose keys are all in `allowed` (any, if that is empty), each once.
void check_keys(const Value& map, const std::vector<std::string_view>& allowed);

/// A text that is not empty.
std::string text_of(const Value& value);

template <class Number>
Number number_of(const Value& value, const char* expected) {
  const std::string text = value.node.IsScalar() ? value.node.Scalar() : "";
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    value.refuse("expected {}, found '{}'", expected, text);
  }
  return number;
}

/// A finite number of at least `least` (`expected` says so in words).
double quantity_of(const Value& value, double least, const char* expected);

template <class Enum>
Enum name_in(const Value& value) {
  const std::string name = text_of(value);
  const auto found = from_name<Enum>(name);
  if (!found) {
    value.refuse("expected one of {}, found '{}'", fmt::join(EnumTable<Enum>::names, ", "), name);
  }
  return *found;
}

}  // namespace sigdel::energy
