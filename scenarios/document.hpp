/// A scenario file as a flat list of keys, before their values are looked at.
#pragma once

#include <yaml-cpp/yaml.h>

#include <map>
#include <set>
#include <string>

#include "scenarios/problems.hpp"
#include "scenarios/scenario.hpp"

namespace sigdel::scenarios {

struct Entry {
  YAML::Node node;
  Origin origin;
};

struct Document {
  std::string file;
  std::map<std::string, Entry> entries;         ///< by key, known keys only
  std::map<std::string, std::string> sections;  ///< places of the sections that the file has
  std::set<std::string> unreadable;             ///< those among them that hold a value or a list instead of keys
};

/// Reads a file. Unknown and repeated keys and sections without keys go to `problems`; throws InputError for a file
/// that is missing, a folder, empty, no YAML or no mapping.
Document read_document(const std::string& file, Problems& problems);

/// The keys of one section of a file, or of a whole file, as a document; what is wrong goes to `problems`.
Document document_of(const YAML::Node& section, const std::string& file, Problems& problems);

/// Enters one override, `machine.core.lanes=8`; its value is YAML.
void apply_override(Document& document, const std::string& text, Problems& problems);

/// The scenario of a document, every value checked and what follows from others derived; what is wrong with its values
/// comes behind what is in `problems` already, and all of it is thrown as an InputError.
Scenario scenario_of(const Document& document, Problems& problems);

}  // namespace sigdel::scenarios
