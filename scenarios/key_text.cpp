// What the table of keys says in words: expectations, types, ranges, defaults, hints.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "scenarios/keys.hpp"

namespace sigdel::scenarios {
namespace {

std::string item_expectation(const Key& key) {
  if (!key.choices.empty()) {
    return fmt::format("one of {}", fmt::join(key.choices, ", "));
  }
  switch (key.item) {
    case Item::kInteger:
      return fmt::format("an integer of {}", range_text(key));
    case Item::kReal:
      return fmt::format("a number of {}", range_text(key));
    case Item::kBoolean:
      return "true or false";
    case Item::kName:
      return "a name without '/'";
    case Item::kPort:
      return "a host port: west_<row>, east_<row>, north_<column> or south_<column>";
    case Item::kTable:
      return "the name of an energy table, or a file";
    default:
      return fmt::format("a {}{}", name_of(key.item), key.item == Item::kText ? "" : " name");
  }
}

/// Texts that need no quotes anywhere, so that file names look like file names.
bool is_plain(std::string_view text) {
  return text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-") ==
             std::string_view::npos &&
         !text.empty() && text.front() != '-' && text != "null" && text != "Null" && text != "NULL";
}

std::string item_text(const Scalar& scalar, bool quote) {
  if (const auto* flag = std::get_if<bool>(&scalar)) {
    return *flag ? "true" : "false";
  }
  if (const auto* integer = std::get_if<std::int64_t>(&scalar)) {
    return fmt::format("{}", *integer);
  }
  if (const auto* real = std::get_if<double>(&scalar)) {
    return fmt::format("{}", *real);  // the shortest that reads back the same
  }
  const auto& text = std::get<std::string>(scalar);
  if (!quote && is_plain(text)) {
    return text;
  }
  YAML::Emitter out;
  out << YAML::DoubleQuoted << text;
  return out.c_str();
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({replaced, row[j] + 1, row[j - 1] + 1}));
    }
  }
  return row.back();
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('.') + 1); }
std::string_view section_of(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : path.substr(0, dot);
}

/// A key in the wrong section is near too, and so is one whose name was begun: "clock" for "clock_mhz".
std::size_t distance_to(std::string_view path, std::string_view known) {
  const std::string_view name = last_part(path);
  const bool begun = name.size() > 2 && last_part(known).starts_with(name);
  return std::min(edit_distance(path, known), 1 + (begun ? 1 : edit_distance(name, last_part(known))));
}

/// Every key and every section, each once.
std::vector<std::string_view> known_paths() {
  std::vector<std::string_view> paths;
  std::set<std::string_view> sections;
  for (const Key& key : keys()) {
    for (std::string_view section = section_of(key.path); !section.empty(); section = section_of(section)) {
      if (sections.insert(section).second) {
        paths.push_back(section);
      }
    }
    paths.push_back(key.path);
  }
  return paths;
}

}  // namespace

std::string expectation(const Key& key) {
  if (!key.is_list()) {
    return item_expectation(key);
  }
  if (key.list.bare) {
    return fmt::format("{}, or a list of such", item_expectation(key));
  }
  const std::string size = key.list.least == key.list.most ? fmt::format(" of {} items", key.list.least) : "";
  return fmt::format("a list{}, each {}", size, item_expectation(key));
}

std::string type_text(const Key& key) {
  if (key.list.bare) {
    return fmt::format("{} or list", name_of(key.item));
  }
  return fmt::format("{}{}", key.is_list() ? "list: " : "", name_of(key.item));
}

std::string range_text(const Key& key) {
  if (!key.choices.empty()) {
    return fmt::format("{}", fmt::join(key.choices, ", "));
  }
  const auto& [low, high] = key.limits;
  if (key.item == Item::kInteger) {
    return fmt::format("{:.0f} to {:.0f}", low, high);
  }
  if (key.item == Item::kReal) {
    return fmt::format("{:g} to {:.0f}", low, high);
  }
  return "";
}

std::string default_text(const Key& key) {
  if (key.need != Need::kOptional) {
    return key.need == Need::kRequired ? "required" : "required with `machine`";
  }
  return key.derived.empty() ? value_text(key, key.field.get(Scenario{})) : std::string(key.derived);
}

std::string value_text(const Key& key, const Value& value) {
  if (!key.is_list() || (key.list.bare && value.size() == 1)) {
    return item_text(value.front(), false);
  }
  std::vector<std::string> items;
  for (const Scalar& item : value) {
    items.push_back(item_text(item, key.item == Item::kText));
  }
  return fmt::format("[{}]", fmt::join(items, ", "));
}

std::string hint_for_unknown(std::string_view path) {
  std::string_view nearest;
  std::size_t best = std::max<std::size_t>(2, path.size() / 3) + 1;
  for (const std::string_view known : known_paths()) {
    const std::size_t distance = distance_to(path, known);
    if (distance < best && distance < known.size()) {
      best = distance;
      nearest = known;
    }
  }
  if (!nearest.empty()) {
    return fmt::format("did you mean '{}'?", nearest);
  }
  std::vector<std::string_view> siblings;
  for (const std::string_view known : known_paths()) {
    if (section_of(known) == section_of(path)) {
      siblings.push_back(last_part(known));
    }
  }
  return fmt::format("known here: {}", fmt::join(siblings, ", "));
}

}  // namespace sigdel::scenarios
