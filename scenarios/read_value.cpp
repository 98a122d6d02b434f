#include "scenarios/read_value.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <optional>

#include "models/base/errors.hpp"
#include "scenarios/host_port.hpp"

namespace sigdel::scenarios {
namespace {

/// yaml-cpp tags quoted scalars "!".
bool is_quoted(const YAML::Node& node) { return node.Tag() == "!"; }

std::string found_text(const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Scalar:
      return is_quoted(node) ? fmt::format("the text \"{}\"", node.Scalar()) : fmt::format("'{}'", node.Scalar());
    case YAML::NodeType::Sequence:
      return "a list";
    case YAML::NodeType::Map:
      return "a section with keys of its own";
    default:
      return "nothing";
  }
}

/// All of the text as a number, or nothing.
template <class Number>
std::optional<Number> parse_number(const std::string& text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && stop == end ? std::optional(number) : std::nullopt;
}

bool is_within(const Limits& limits, double number) { return number >= limits.low && number <= limits.high; }

bool is_choice(const Key& key, const std::string& text) {
  return key.choices.empty() || std::find(key.choices.begin(), key.choices.end(), text) != key.choices.end();
}

std::optional<Scalar> read_integer(const Key& key, const std::string& text) {
  const auto number = parse_number<std::int64_t>(text);
  const bool fits =
      number && (key.choices.empty() ? is_within(key.limits, static_cast<double>(*number)) : is_choice(key, text));
  return fits ? std::optional<Scalar>(*number) : std::nullopt;
}

std::optional<Scalar> read_real(const Key& key, const std::string& text) {
  const auto number = parse_number<double>(text);
  return number && std::isfinite(*number) && is_within(key.limits, *number) ? std::optional<Scalar>(*number)
                                                                            : std::nullopt;
}

bool is_good_name(const std::string& text) {
  return text != "." && text != ".." && std::none_of(text.begin(), text.end(), [](char c) {
           return c == '/' || (static_cast<unsigned char>(c) < 0x20U);
         });
}

std::optional<Scalar> read_text(const Key& key, const std::string& text) {
  if (key.item == Item::kFile && key.derived == "none" && (text == "none" || text.empty())) {
    return Scalar(std::string());
  }
  const bool fits = !text.empty() && text.find('\0') == std::string::npos && is_choice(key, text) &&
                    (key.item != Item::kName || is_good_name(text)) &&
                    (key.item != Item::kPort || host_port_of(text).has_value());
  return fits ? std::optional<Scalar>(text) : std::nullopt;
}

std::optional<Scalar> read_boolean(const std::string& text) {
  return text == "true" || text == "false" ? std::optional<Scalar>(text == "true") : std::nullopt;
}

/// Nothing if the node does not hold what the key expects of an item.
std::optional<Scalar> read_item(const Key& key, const YAML::Node& node) {
  if (!node.IsScalar()) {
    return std::nullopt;
  }
  const bool is_text = key.item >= Item::kText;
  if (!is_text && is_quoted(node)) {
    return std::nullopt;
  }
  switch (key.item) {
    case Item::kBoolean:
      return read_boolean(node.Scalar());
    case Item::kInteger:
      return read_integer(key, node.Scalar());
    case Item::kReal:
      return read_real(key, node.Scalar());
    default:
      return read_text(key, node.Scalar());
  }
}

Value read_list(const Key& key, const YAML::Node& node) {
  Value value;
  for (const YAML::Node& item : node) {
    const auto scalar = read_item(key, item);
    if (!scalar) {
      fail("expected {}, found {} as item {}", expectation(key), found_text(item), value.size() + 1);
    }
    if ((key.item == Item::kChoice || key.item == Item::kPort) &&
        std::find(value.begin(), value.end(), *scalar) != value.end()) {
      fail("{} stands there twice", found_text(item));
    }
    value.push_back(*scalar);
  }
  if (value.size() < key.list.least || value.size() > key.list.most) {
    fail("expected {}, found {} items", expectation(key), value.size());
  }
  return value;
}

}  // namespace

Value read_value(const Key& key, const YAML::Node& node) {
  if (key.is_list() && node.IsSequence()) {
    return read_list(key, node);
  }
  const auto scalar = key.list.least > 1 ? std::nullopt : read_item(key, node);
  if (!scalar) {
    fail("expected {}, found {}", expectation(key), found_text(node));
  }
  return {*scalar};
}

Value complete_files(const Key& key, Value value, const std::string& folder) {
  for (Scalar& scalar : value) {
    auto* text = std::get_if<std::string>(&scalar);
    if (text != nullptr && !text->empty() && names_file(key, *text)) {
      *text = (std::filesystem::path(folder) / *text).lexically_normal().string();
      if (!names_file(key, *text)) {
        *text = "./" + *text;  // or a table's file would become a name
      }
    }
  }
  return value;
}

}  // namespace sigdel::scenarios
