#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "energy/table.hpp"
#include "energy/yaml_value.hpp"
#include "models/base/errors.hpp"
#include "models/base/read_file.hpp"

namespace sigdel::energy {
namespace {

namespace fs = std::filesystem;
using Sources = std::map<std::string, std::string>;  // citations by short name

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

AreaFigure area_of(const Value& row, const Sources& sources) {
  check_keys(row, {"part", "bits", "area_um2", "kind", "source", "note"});
  AreaFigure figure;
  figure.part = name_in<AreaPart>(row.at("part"));
  if (figure.part == AreaPart::kSramKib) {
    refuse_key(row, "bits", "an SRAM has no width here");
  } else {
    figure.bits = number_of<std::uint32_t>(row.at("bits"), "a number of bits");
  }
  figure.um2 = quantity_of(row.at("area_um2"), 0, "an area in um2 that is not negative");
  figure.kind = name_in<Kind>(row.at("kind"));
  figure.source = source_of(row, sources);
  return figure;
}

/// Optional: without them there is no area in a report.
std::vector<AreaFigure> areas_of(const Value& top, const Sources& sources) {
  std::vector<AreaFigure> figures;
  if (!top.node["areas"]) {
    return figures;
  }
  const Value list = top.at("areas");
  if (!list.node.IsSequence()) {
    list.refuse("expected a list of areas");
  }
  for (std::size_t i = 0; i < list.node.size(); ++i) {
    const Value value{list.node[i], list.file, fmt::format("areas[{}]", i)};
    const AreaFigure figure = area_of(value, sources);
    if (std::any_of(figures.begin(), figures.end(),
                    [&](const AreaFigure& other) { return other.part == figure.part && other.bits == figure.bits; })) {
      value.refuse("a second area of {} of {} bits", name_of(figure.part), figure.bits);
    }
    figures.push_back(figure);
  }
  return figures;
}

Table table_of(const Value& top) {
  if (!top.node.IsMap()) {
    top.refuse("expected an energy table: format, version, name, ...");
  }
  check_keys(top, {"format", "version", "name", "description", "technology_nm", "voltage_v", "sources", "coefficients",
                   "areas"});
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
  const Sources sources = sources_of(top.at("sources"));
  table.coefficients = coefficients_of(top.at("coefficients"), sources, table.voltage);
  table.areas = areas_of(top, sources);
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
