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
using Sources = std::map<std::string, std::string>;  // citations by short name

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

Sources sources_of(const Value& value) {
  check_keys(value, {});
  Sources sources;
  for (const auto& entry : value.node) {
    const std::string name = entry.first.Scalar();
    sources[name] = text_of({entry.second, value.file, value.path_of(name)});
  }
  return sources;
}

/// The citation that the row's `source` names, with the row's note.
std::string source_of(const Value& row, const Sources& sources) {
  const Value value = row.at("source");
  const auto found = sources.find(text_of(value));
  if (found == sources.end()) {
    value.refuse("'{}' is not one of the table's sources", value.node.Scalar());
  }
  return row.node["note"] ? found->second + "; " + text_of(row.at("note")) : found->second;
}

/// Refuses a key that the action has no use for.
void refuse_key(const Value& row, const std::string& key, const std::string& why) {
  if (row.node[key]) {
    row.at(key).refuse("{}", why);
  }
}

std::uint32_t bits_of(const Value& row, Action action) {
  if (!needs_width(action)) {
    refuse_key(row, "bits", fmt::format("{} has no width", name_of(action)));
    return 0;
  }
  const auto bits = number_of<std::uint32_t>(row.at("bits"), "a number of bits");
  if (bits == 0) {
    row.at("bits").refuse("expected at least 1 bit");
  }
  return bits;
}

std::uint64_t memory_of(const Value& row, Action action) {
  if (!needs_memory_size(action)) {
    refuse_key(row, "memory_bytes", fmt::format("{} has no memory size", name_of(action)));
    return 0;
  }
  const Value value = row.at("memory_bytes");
  if (value.node.IsScalar() && value.node.Scalar() == "any") {
    return kAnyMemory;
  }
  const auto bytes = number_of<std::uint64_t>(value, "a number of bytes, or any");
  if (bytes == 0) {
    value.refuse("expected at least 1 byte");
  }
  return bytes;
}

/// Leakage has a power and its conditions, everything else an energy.
void read_cost(const Value& row, Coefficient& result) {
  if (!is_leakage(result.action)) {
    for (const char* key : {"power_uw", "cells", "temperature_k"}) {
      refuse_key(row, key, fmt::format("for leakage only; {} has an energy_pj", name_of(result.action)));
    }
    result.energy = {quantity_of(row.at("energy_pj"), 0, "a finite energy in pJ that is not negative")};
    return;
  }
  refuse_key(row, "energy_pj", fmt::format("{} has a power_uw", name_of(result.action)));
  result.power_uw = quantity_of(row.at("power_uw"), 0, "a finite power in uW that is not negative");
  if (row.node["cells"]) {
    result.cells = name_in<SramCells>(row.at("cells"));
  }
  if (row.node["temperature_k"]) {
    result.temperature_k = number_of<int>(row.at("temperature_k"), "a temperature in K");
  }
}

Coefficient coefficient_of(const Value& row, const Sources& sources, double voltage) {
  check_keys(row, {"action", "bits", "memory_bytes", "energy_pj", "power_uw", "cells", "temperature_k", "voltage_v",
                   "kind", "source", "note"});
  Coefficient result;
  result.action = name_in<Action>(row.at("action"));
  result.bits = bits_of(row, result.action);
  result.memory_bytes = memory_of(row, result.action);
  read_cost(row, result);
  result.kind = name_in<Kind>(row.at("kind"));
  result.source = source_of(row, sources);
  result.voltage = row.node["voltage_v"] ? quantity_of(row.at("voltage_v"), 0, "a voltage in V") : voltage;
  return result;
}

/// Whether a table may have both.
void check_pair(const Value& place, const Coefficient& row, const Coefficient& other) {
  const auto may_differ = [](const auto& a, const auto& b, const auto& any) { return a == b || a == any || b == any; };
  if (other.action != row.action || other.bits != row.bits || !may_differ(row.cells, other.cells, std::nullopt) ||
      !may_differ(row.temperature_k, other.temperature_k, 0)) {
    return;
  }
  if (other.memory_bytes == row.memory_bytes || row.memory_bytes == kAnyMemory || other.memory_bytes == kAnyMemory ||
      is_leakage(row.action)) {
    const bool sized = row.memory_bytes != 0 && row.memory_bytes != kAnyMemory;
    place.refuse("a second coefficient for {}{}{}", name_of(row.action),
                 row.bits == 0 ? "" : fmt::format(" of {} bits", row.bits),
                 sized ? fmt::format(" in {} bytes", row.memory_bytes) : "");
  }
  if ((row.energy.value == 0) != (other.energy.value == 0)) {
    place.at("energy_pj").refuse("expected more than 0 pJ, as in another size: sizes are interpolated by a power law");
  }
}

std::vector<Coefficient> coefficients_of(const Value& list, const Sources& sources, double voltage) {
  if (!list.node.IsSequence() || list.node.size() == 0) {
    list.refuse("expected a list of coefficients");
  }
  std::vector<Coefficient> rows;
  for (std::size_t i = 0; i < list.node.size(); ++i) {
    const Value value{list.node[i], list.file, fmt::format("coefficients[{}]", i)};
    const Coefficient row = coefficient_of(value, sources, voltage);
    for (const Coefficient& other : rows) {
      check_pair(value, row, other);
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
  table.coefficients = coefficients_of(top.at("coefficients"), sources_of(top.at("sources")), table.voltage);
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
