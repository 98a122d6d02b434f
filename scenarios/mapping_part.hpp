/// The nodes of a mapping file, with what messages need, and one part of a layer.
#pragma once

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/base/errors.hpp"
#include "models/mapping/mapping.hpp"

namespace sigdel::scenarios {

/// A node with what its messages need.
struct Place {
  const std::string& file;
  YAML::Node node;
  std::string key;  ///< "layers.fc1[2].core"

  template <class... Args>
  [[noreturn]] void refuse(fmt::format_string<Args...> format, Args&&... args) const {
    fail("{}:{}: {}{}{}", file, node.Mark().line + 1, key, key.empty() ? "" : ": ",
         fmt::format(format, std::forward<Args>(args)...));
  }
  [[nodiscard]] Place at(const YAML::Node& child, const std::string& name) const {
    return {file, child, key.empty() ? name : key + "." + name};
  }
  /// A key of the map; refuses if it is missing.
  [[nodiscard]] Place required(std::string_view name) const;
  /// Refuses what is no map, keys that are not among `known` and keys written twice.
  void check_keys(const std::vector<std::string_view>& known) const;
};

/// A slice and where it stands.
struct MappedSlice {
  mapping::Slice slice;
  Place place;
};

/// Reads {core, neurons} of a vector's layer, or {core, channels, rows, columns} of an image's.
MappedSlice read_part(const Place& place, const network::IntegerLayer& layer, const mapping::Capacity& capacity);

/// The same as it is written, in one line: "{core: core_0_0, neurons: [0, 99]}". Ranges that are all of an image are
/// left out.
std::string part_text(const mapping::Slice& slice, const network::IntegerLayer& layer,
                      const mapping::Capacity& capacity);

}  // namespace sigdel::scenarios
