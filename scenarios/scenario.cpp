#include "scenarios/scenario.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "scenarios/document.hpp"
#include "scenarios/keys.hpp"
#include "scenarios/read_value.hpp"

namespace sigdel::scenarios {
namespace {

bool has_section(const Document& document, const std::string& section) {
  const auto first = document.entries.lower_bound(section + ".");
  return document.sections.contains(section) ||
         (first != document.entries.end() && first->first.starts_with(section + "."));
}

std::string folder_of(const std::string& file) { return std::filesystem::path(file).parent_path().string(); }

void read_entry(const Key& key, const Entry& entry, Scenario& scenario, Problems& problems) {
  const bool overridden = entry.origin.source == Source::kOverridden;
  try {
    const Value value = read_value(key, entry.node);
    key.field.set(scenario, complete_files(key, value, overridden ? "" : folder_of(scenario.file)));
    scenario.origins[std::string(key.path)] = entry.origin;
  } catch (const InputError& error) {
    problems.add(entry.origin.place, key.path, error.what());
  }
}

/// The place of the innermost section that should hold the key, or the file.
std::string place_of_missing(const Document& document, std::string_view path) {
  for (std::size_t dot = path.rfind('.'); dot != std::string_view::npos; dot = path.rfind('.', dot - 1)) {
    const auto section = document.sections.find(std::string(path.substr(0, dot)));
    if (section != document.sections.end()) {
      return section->second;
    }
  }
  return document.file;
}

/// Whether the key would stand in a section that holds something else: only that is told.
bool is_in_unreadable(const Document& document, std::string_view path) {
  return std::any_of(document.unreadable.begin(), document.unreadable.end(),
                     [&](const std::string& section) { return path.starts_with(section + "."); });
}

/// Whether the experiment needs neither network nor stimulus.
bool makes_its_own_network(const Document& document) {
  const auto kind = document.entries.find("experiment.kind");
  return kind != document.entries.end() && kind->second.node.IsScalar() &&
         kind->second.node.Scalar() == name_of(Experiment::kRandomNetwork);
}

/// As many elements as the mesh has lanes, as near to a square as whole rows allow; what is written stays.
void derive_array(Scenario& scenario) {
  const std::uint32_t cores = scenario.machine.columns * scenario.machine.rows;
  const std::uint32_t lanes = cores * scenario.machine.core.lanes;
  systolic::Config& array = scenario.systolic;
  const bool has_rows = scenario.origins.contains("machine.systolic.rows");
  const bool has_columns = scenario.origins.contains("machine.systolic.columns");
  if (!has_rows && has_columns) {
    array.rows = std::max(1U, lanes / array.columns);
  } else if (!has_rows) {
    array.rows = static_cast<std::uint32_t>(std::sqrt(static_cast<double>(lanes)));
    while (lanes % array.rows != 0) {
      --array.rows;
    }
  }
  if (!has_columns) {
    array.columns = std::max(1U, lanes / array.rows);
  }
  if (!scenario.origins.contains("machine.systolic.weight_banks")) {
    array.weight_banks = cores * scenario.machine.core.weight_banks;
  }
}

/// Of `modes` those that an array can run; `dense` if there is none, which the checks then refuse.
void derive_systolic_modes(Scenario& scenario) {
  for (const Mode mode : {Mode::kDense, Mode::kZeroSkip}) {
    if (std::find(scenario.modes.begin(), scenario.modes.end(), mode) != scenario.modes.end()) {
      scenario.systolic_modes.push_back(mode);
    }
  }
  if (scenario.systolic_modes.empty()) {
    scenario.systolic_modes.push_back(Mode::kDense);
  }
}

/// What follows from other keys where the user wrote nothing.
void derive_defaults(Scenario& scenario, bool machine) {
  if (scenario.name.empty()) {
    scenario.name = std::filesystem::path(scenario.file).stem().string();
  }
  if (scenario.modes.empty()) {
    scenario.modes.assign(kModesOfAnyNetwork.begin(), kModesOfAnyNetwork.end());
  }
  if (machine && scenario.machine_modes.empty()) {
    scenario.machine_modes = scenario.modes;
  }
  if (machine && !scenario.origins.contains("trace.mode")) {
    scenario.trace.mode = scenario.machine_modes.back();
  }
  if (scenario.output_folder.empty()) {
    scenario.output_folder = (std::filesystem::path("out") / scenario.name).string();
  }
}

/// An override that says what the scales are takes the place of what the file says.
void let_overrides_choose_scales(Scenario& scenario) {
  const Scenario without;
  std::vector<const Key*> of_the_file;
  bool overrides_choose = false;
  for (const Key* key : {find_key("scales"), find_key("scale_factor"), find_key("scales_file")}) {
    if (key->field.get(scenario) != key->field.get(without)) {
      const bool overridden = scenario.origins.at(std::string(key->path)).source == Source::kOverridden;
      overrides_choose |= overridden;
      if (!overridden) {
        of_the_file.push_back(key);
      }
    }
  }
  for (const Key* key : overrides_choose ? of_the_file : std::vector<const Key*>{}) {
    key->field.set(scenario, key->field.get(without));
    scenario.origins.erase(std::string(key->path));
  }
}

}  // namespace

Scenario read_scenario(const std::string& file, const std::vector<std::string>& overrides) {
  Problems problems;
  Document document = read_document(file, problems);
  for (const std::string& text : overrides) {
    apply_override(document, text, problems);
  }
  return scenario_of(document, problems);
}

Scenario scenario_of(const Document& document, Problems& problems) {
  const bool machine = has_section(document, "machine");
  Scenario scenario;
  scenario.file = document.file;
  for (const Key& key : keys()) {
    const auto entry = document.entries.find(std::string(key.path));
    if (entry != document.entries.end()) {
      read_entry(key, entry->second, scenario, problems);
    } else if (((key.need == Need::kRequired && !makes_its_own_network(document)) ||
                (key.need == Need::kWithMachine && machine)) &&
               !is_in_unreadable(document, key.path)) {
      problems.add(place_of_missing(document, key.path), key.path,
                   fmt::format("missing; expected {}: {}", expectation(key), key.meaning));
    }
  }
  problems.throw_if_any();
  let_overrides_choose_scales(scenario);
  derive_defaults(scenario, machine);
  if (has_section(document, "machine.systolic")) {
    if (scenario.systolic_modes.empty()) {
      derive_systolic_modes(scenario);
    }
    derive_array(scenario);
  }
  return scenario;
}

}  // namespace sigdel::scenarios
