/// A YAML file of ours as a tree, before anything in it is looked at.
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace sigdel::scenarios {

/// What the file should be, for messages, and how large it may be.
struct YamlKind {
  std::string_view name;  ///< "scenario": also the page in docs/formats
  std::uintmax_t max_mebibytes = 1;
};

/// The one document of the file, a map. Throws InputError for a file that is missing, a folder, too large, empty, no
/// YAML, or something else than one map.
YAML::Node read_yaml(const std::string& file, const YamlKind& kind);

}  // namespace sigdel::scenarios
