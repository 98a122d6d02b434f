#include <fmt/format.h>

#include <filesystem>

#include "scenarios/keys.hpp"
#include "scenarios/scenario.hpp"

namespace sigdel::scenarios {
namespace {

namespace fs = std::filesystem;

/// A file's name as seen from `folder`; what a scenario file in that folder would say.
std::string seen_from(const std::string& folder, const std::string& file) {
  const fs::path seen =
      fs::absolute(file).lexically_normal().lexically_relative(fs::absolute(folder).lexically_normal());
  return seen.empty() ? file : seen.string();
}

Value relative_to(const std::string& folder, const Key& key, Value value) {
  for (Scalar& item : value) {
    auto* text = std::get_if<std::string>(&item);
    if (text != nullptr && names_file(key, *text)) {
      const std::string seen = seen_from(folder, *text);
      *text = names_file(key, seen) ? seen : "./" + seen;
    }
  }
  return value;
}

/// Keys without a value, and those of a machine that is not there, are left out.
bool is_written(const Scenario& scenario, const Key& key, const Value& value) {
  const bool is_empty = value.empty() || value.front() == Scalar(std::string());
  return !is_empty && scenario.concerns(key.path);
}

/// Opens the sections that `path` is in and the line before was not; returns the key's own name.
std::string_view open_sections(std::string& out, std::string_view previous, std::string_view path) {
  std::size_t begin = 0;
  int depth = 0;
  bool same = true;
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', begin)) {
    same = same && previous.starts_with(path.substr(0, dot + 1));
    if (!same) {
      out += fmt::format("{:{}}{}:\n", "", 2 * depth, path.substr(begin, dot - begin));
    }
    begin = dot + 1;
    ++depth;
  }
  out += std::string(2 * static_cast<std::size_t>(depth), ' ');
  return path.substr(begin);
}

}  // namespace

std::string to_yaml(const Scenario& scenario, const std::string& folder) {
  std::string out;
  std::string_view previous;
  for (const Key& key : keys()) {
    const Value value = key.field.get(scenario);
    if (!is_written(scenario, key, value)) {
      continue;
    }
    const std::string_view name = open_sections(out, previous, key.path);
    out += fmt::format("{}: {}\n", name, value_text(key, relative_to(folder, key, value)));
    previous = key.path;
  }
  return out;
}

}  // namespace sigdel::scenarios
