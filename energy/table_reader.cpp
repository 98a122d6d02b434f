#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>

#include "energy/table.hpp"
#include "models/base/errors.hpp"
#include "models/base/read_file.hpp"

namespace sigdel::energy {
namespace {

namespace fs = std::filesystem;
using Keys = std::vector<std::string_view>;

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
void check_keys(const Value& map, const Keys& allowed) {
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
double quantity_of(const Value& value, double least, const char* expected) {
  const auto number = number_of<double>(value, expected);
  if (!std::isfinite(number) || number < least) {
    value.refuse("expected {}, found '{}'", expected, value.node.Scalar());
  }
  return number;
}

template <class Enum>
Enum name_in(const Value& value) {
  const std::string name = text_of(value);
  const auto found = from_name<Enum>(name);
  if (!found) {
    value.refuse("expected one of {}, found '{}'", fmt::join(EnumTable<Enum>::names, ", "), name);
  }
  return *found;
}

std::map<std::string, std::string> sources_of(const Value& value) {
  check_keys(value, {});
  std::map<std::string, std::string> sources;
  for (const auto& entry : value.node) {
    const std::string name = entry.first.Scalar();
    sources[name] = text_of({entry.second, value.file, value.path_of(name)});
  }
  return sources;
}

/// The citation that the row's `source` names, with the row's note.
std::string source_of(const Value& row, const std::map<std::string, std::string>& sources) {
  const Value value = row.at("source");
  const auto found = sources.find(text_of(value));
  if (found == sources.end()) {
    value.refuse("'{}' is not one of the table's sources", value.node.Scalar());
  }
  return row.node["note"] ? found->second + "; " + text_of(row.at("note")) : found->second;
}

std::uint64_t memory_of(const Value& row, Action action) {
  if (!needs_memory_size(action)) {
    if (row.node["memory_bytes"]) {
      row.at("memory_bytes").refuse("{} has no memory size", name_of(action));
    }
    return 0;
  }
  const auto bytes = number_of<std::uint64_t>(row.at("memory_bytes"), "a number of bytes");
  if (bytes == 0) {
    row.at("memory_bytes").refuse("expected at least 1 byte");
  }
  return bytes;
}

Coefficient coefficient_of(const Value& row, const std::map<std::string, std::string>& sources) {
  check_keys(row, {"action", "bits", "memory_bytes", "energy_pj", "kind", "source", "note"});
  Coefficient result;
  result.action = name_in<Action>(row.at("action"));
  result.bits = number_of<std::uint32_t>(row.at("bits"), "a number of bits");
  if (result.bits == 0) {
    row.at("bits").refuse("expected at least 1 bit");
  }
  result.memory_bytes = memory_of(row, result.action);
  result.energy = {quantity_of(row.at("energy_pj"), 0, "a finite energy in pJ that is not negative")};
  if (needs_memory_size(result.action) && result.energy.value == 0) {
    row.at("energy_pj").refuse("expected more than 0 pJ: memory sizes are interpolated by a power law");
  }
  result.kind = name_in<Kind>(row.at("kind"));
  result.source = source_of(row, sources);
  return result;
}

std::vector<Coefficient> coefficients_of(const Value& list, const std::map<std::string, std::string>& sources) {
  if (!list.node.IsSequence() || list.node.size() == 0) {
    list.refuse("expected a list of coefficients");
  }
  std::vector<Coefficient> rows;
  for (std::size_t i = 0; i < list.node.size(); ++i) {
    const Value value{list.node[i], list.file, fmt::format("coefficients[{}]", i)};
    const Coefficient row = coefficient_of(value, sources);
    const bool twice = std::any_of(rows.begin(), rows.end(), [&](const Coefficient& other) {
      return other.action == row.action && other.bits == row.bits && other.memory_bytes == row.memory_bytes;
    });
    if (twice) {
      value.refuse("a second coefficient for {} of {} bits{}", name_of(row.action), row.bits,
                   row.memory_bytes == 0 ? "" : fmt::format(" in {} bytes", row.memory_bytes));
    }
    rows.push_back(row);
  }
  return rows;
}

Table table_of(const Value& top) {
  if (!top.node.IsMap()) {
    top.refuse("expected an energy table: format, version, name, ...");
  }
  check_keys(top,
             {"format", "version", "name", "description", "technology_nm", "voltage_v", "sources", "coefficients"});
  if (text_of(top.at("format")) != "sigdel-energy-table") {
    top.at("format").refuse("expected 'sigdel-energy-table', found '{}'", top.node["format"].Scalar());
  }
  if (text_of(top.at("version")) != "1") {
    top.at("version").refuse("expected 1, found '{}'", top.node["version"].Scalar());
  }
  Table table;
  table.name = text_of(top.at("name"));
  table.description = text_of(top.at("description"));
  table.technology_nm = quantity_of(top.at("technology_nm"), 0, "a size in nm");
  table.voltage = quantity_of(top.at("voltage_v"), 0, "a voltage in V");
  table.coefficients = coefficients_of(top.at("coefficients"), sources_of(top.at("sources")));
  return table;
}

std::string available(const fs::path& folder) {
  std::set<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.path().extension() == ".yaml") {
      names.insert(entry.path().stem().string());
    }
  }
  return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

Table parse_table(const std::string& text, const std::string& file) {
  try {
    return table_of({YAML::Load(text), file, ""});
  } catch (const YAML::Exception& error) {
    fail("{}:{}: not valid YAML: {}", file, error.mark.line + 1, error.msg);
  }
}

Table read_table(const std::string& name_or_file, const std::string& tables_folder) {
  const bool is_file = name_or_file.find('/') != std::string::npos || fs::path(name_or_file).extension() == ".yaml";
  if (is_file) {
    return parse_table(read_file(name_or_file), name_or_file);
  }
  const std::string file = (fs::path(tables_folder) / (name_or_file + ".yaml")).string();
  std::error_code not_there;  // as for a name that is too long
  if (!fs::exists(file, not_there)) {
    fail("energy table '{}' does not exist; available: {} (or name a file: ./my-table.yaml)", name_or_file,
         available(tables_folder));
  }
  return parse_table(read_file(file), file);
}

}  // namespace sigdel::energy
