#include "scenarios/mapping_part.hpp"

#include <fmt/ranges.h>

#include <array>
#include <charconv>
#include <optional>
#include <set>

namespace sigdel::scenarios {
namespace {

using mapping::Capacity;
using network::Box;
using network::IntegerLayer;

std::optional<std::uint32_t> parse_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && stop == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

/// A list of two plain numbers, or nothing.
std::optional<std::array<std::uint32_t, 2>> read_pair(const YAML::Node& node) {
  std::array<std::uint32_t, 2> pair{};
  if (!node.IsSequence() || node.size() != pair.size()) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < pair.size(); ++i) {
    const YAML::Node item = node[i];
    const auto number = item.IsScalar() && item.Tag() != "!" ? parse_number(item.Scalar()) : std::nullopt;
    if (!number) {
      return std::nullopt;
    }
    pair[i] = *number;
  }
  return pair;
}

/// Row and column of "core_<row>_<column>", or nothing.
std::optional<std::array<std::uint32_t, 2>> parse_core(std::string_view text) {
  constexpr std::string_view kPrefix = "core_";
  const std::size_t cut = text.find('_', kPrefix.size());
  if (!text.starts_with(kPrefix) || cut == std::string_view::npos) {
    return std::nullopt;
  }
  const auto row = parse_number(text.substr(kPrefix.size(), cut - kPrefix.size()));
  const auto column = parse_number(text.substr(cut + 1));
  return row && column ? std::optional(std::array{*row, *column}) : std::nullopt;
}

CoreId read_core(const Place& place, const Capacity& capacity) {
  const auto at = place.node.IsScalar() ? parse_core(place.node.Scalar()) : read_pair(place.node);
  if (!at) {
    place.refuse("expected [row, column] or core_<row>_<column>");
  }
  const auto [row, column] = *at;
  if (row >= capacity.rows || column >= capacity.columns) {
    place.refuse("there is no core_{}_{}; the mesh has {} x {} cores, the last is {}", row, column, capacity.columns,
                 capacity.rows, capacity.name_of({capacity.cores() - 1}));
  }
  return {row * capacity.columns + column};
}

/// "[first, last]" of so many things: "neuron" of a layer's "neurons".
Range read_range(const Place& place, const IntegerLayer& layer, std::uint32_t extent, std::string_view thing) {
  const auto range = read_pair(place.node);
  if (!range) {
    place.refuse("expected [first, last], two integers");
  }
  const auto [first, last] = *range;
  if (first > last) {
    place.refuse("the first {}, {}, comes after the last, {}", thing, first, last);
  }
  if (last >= extent) {
    place.refuse("{} {}, but layer '{}' has {} {}s, 0 to {}", thing, last, layer.name, extent, thing, extent - 1);
  }
  return {first, last + 1};
}

/// A dimension of an image in mapping files.
struct Dimension {
  std::string_view key;
  std::string_view thing;
  Range Box::*range;
};

constexpr std::array kDimensions{Dimension{"channels", "channel", &Box::channels}, Dimension{"rows", "row", &Box::rows},
                                 Dimension{"columns", "column", &Box::columns}};

bool is_vector(const IntegerLayer& layer) { return layer.values.pixels() == 1; }

Box read_box(const Place& place, const IntegerLayer& layer) {
  const Box whole = network::whole(layer.values);
  if (is_vector(layer)) {
    return network::elements(read_range(place.required("neurons"), layer, layer.outputs(), "neuron"));
  }
  Box box = whole;
  for (const Dimension& dimension : kDimensions) {
    const std::string key(dimension.key);
    if (const YAML::Node node = place.node[key]) {
      box.*dimension.range = read_range(place.at(node, key), layer, (whole.*dimension.range).size(), dimension.thing);
    }
  }
  return box;
}

std::string range_text(std::string_view key, const Range& range) {
  return fmt::format(", {}: [{}, {}]", key, range.begin, range.end - 1);
}

}  // namespace

Place Place::required(std::string_view name) const {
  const std::string text(name);
  const YAML::Node member = node[text];
  if (!member) {
    refuse("'{}' is missing", text);
  }
  return at(member, text);
}

void Place::check_keys(const std::vector<std::string_view>& known) const {
  const std::string names = fmt::format("{}", fmt::join(known, ", "));
  if (!node.IsMap()) {
    refuse("expected a map with {}", names);
  }
  std::set<std::string> seen;
  for (const auto& entry : node) {
    const std::string name = entry.first.IsScalar() ? entry.first.Scalar() : "";
    const Place member = at(entry.first, name);
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      member.refuse("unknown key; known here: {}", names);
    }
    if (!seen.insert(name).second) {
      member.refuse("written twice");
    }
  }
}

MappedSlice read_part(const Place& place, const IntegerLayer& layer, const Capacity& capacity) {
  std::vector<std::string_view> known{"core"};
  if (is_vector(layer)) {
    known.push_back("neurons");
  } else {
    for (const Dimension& dimension : kDimensions) {
      known.push_back(dimension.key);
    }
  }
  place.check_keys(known);
  const CoreId core = read_core(place.required("core"), capacity);
  return {{layer.id, core, read_box(place, layer)}, place};
}

std::string part_text(const mapping::Slice& slice, const IntegerLayer& layer, const Capacity& capacity) {
  std::string out = fmt::format("{{core: {}", capacity.name_of(slice.core));
  if (is_vector(layer)) {
    return out + range_text("neurons", slice.box.channels) + "}";
  }
  const Box whole = network::whole(layer.values);
  for (const Dimension& dimension : kDimensions) {
    if (slice.box.*dimension.range != whole.*dimension.range) {
      out += range_text(dimension.key, slice.box.*dimension.range);
    }
  }
  return out + "}";
}

}  // namespace sigdel::scenarios
