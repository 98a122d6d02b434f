#include "scenarios/mapping_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <set>

#include "models/base/errors.hpp"
#include "scenarios/yaml_file.hpp"

namespace sigdel::scenarios {
namespace {

using mapping::Capacity;
using mapping::Mapping;
using mapping::Slice;
using network::IntegerLayer;
using network::IntegerNetwork;

constexpr std::string_view kFormat = "sigdel-mapping";
constexpr std::string_view kVersion = "1";

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
};

/// The map's values in the order of `names`: all of them, each once, and nothing else.
template <std::size_t N>
std::array<Place, N> members(const Place& map, const std::array<std::string_view, N>& names) {
  const std::string known = fmt::format("{}", fmt::join(names, ", "));
  if (!map.node.IsMap()) {
    map.refuse("expected a map with {}", known);
  }
  std::set<std::string> seen;
  for (const auto& entry : map.node) {
    const std::string name = entry.first.IsScalar() ? entry.first.Scalar() : "";
    const Place key = map.at(entry.first, name);
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      key.refuse("unknown key; known here: {}", known);
    }
    if (!seen.insert(name).second) {
      key.refuse("written twice");
    }
  }
  const auto member = [&](std::string_view name) {
    const std::string text(name);
    if (!seen.contains(text)) {
      map.refuse("'{}' is missing", text);
    }
    return map.at(map.node[text], text);
  };
  return [&]<std::size_t... I>(std::index_sequence<I...>) { return std::array<Place, N>{member(names[I])...}; }
  (std::make_index_sequence<N>());
}

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

Range read_neurons(const Place& place, const IntegerLayer& layer) {
  const auto range = read_pair(place.node);
  if (!range) {
    place.refuse("expected [first, last], two integers");
  }
  const auto [first, last] = *range;
  if (first > last) {
    place.refuse("the first neuron, {}, comes after the last, {}", first, last);
  }
  if (last >= layer.outputs()) {
    place.refuse("neuron {}, but layer '{}' has {} neurons, 0 to {}", last, layer.name, layer.outputs(),
                 layer.outputs() - 1);
  }
  return {first, last + 1};
}

/// A slice and where it stands.
struct Part {
  Slice slice;
  Place place;
};

/// The slices in order of their neurons. Refuses parts that do not cover the layer's neurons once.
std::vector<Slice> in_order(const std::vector<Part>& parts, const IntegerLayer& layer, const Place& whole) {
  std::vector<const Part*> sorted;
  for (const Part& part : parts) {
    sorted.push_back(&part);
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Part* a, const Part* b) { return a->slice.box.channels < b->slice.box.channels; });
  std::vector<Slice> slices;
  std::uint32_t covered = 0;
  for (const Part* part : sorted) {
    const Range& neurons = part->slice.box.channels;
    if (neurons.begin != covered) {
      part->place.refuse("these neurons begin with {}, but {} of layer '{}' {}", neurons.begin,
                         std::min(covered, neurons.begin), layer.name,
                         neurons.begin < covered ? "already has a core" : "has no core");
    }
    covered = neurons.end;
    slices.push_back(part->slice);
  }
  if (covered != layer.outputs()) {
    whole.refuse("neuron {} of layer '{}' has no core; the layer has {}", covered, layer.name, layer.outputs());
  }
  return slices;
}

std::vector<Slice> read_layer(const Place& place, const IntegerLayer& layer, const Capacity& capacity) {
  if (!place.node.IsSequence() || place.node.size() == 0) {
    place.refuse("expected a list of parts, each with core and neurons");
  }
  std::vector<Part> parts;
  std::set<CoreId> cores;
  for (const YAML::Node& node : place.node) {
    const Place part{place.file, node, fmt::format("{}[{}]", place.key, parts.size())};
    const auto [core, neurons] = members<2>(part, {"core", "neurons"});
    parts.push_back({{layer.id, read_core(core, capacity), network::elements(read_neurons(neurons, layer))}, part});
    if (!cores.insert(parts.back().slice.core).second) {
      core.refuse("{} already has a part of layer '{}'; make them one", capacity.name_of(parts.back().slice.core),
                  layer.name);
    }
  }
  return in_order(parts, layer, place);
}

std::string layer_names(const IntegerNetwork& network) {
  std::vector<std::string_view> names;
  for (const IntegerLayer& layer : network.layers) {
    names.push_back(layer.name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::vector<std::vector<Slice>> read_layers(const Place& layers, const IntegerNetwork& network,
                                            const Capacity& capacity) {
  if (!layers.node.IsMap()) {
    layers.refuse("expected the network's layers: {}", layer_names(network));
  }
  std::vector<std::vector<Slice>> slices(network.layers.size());
  for (const auto& entry : layers.node) {
    const std::string name = entry.first.IsScalar() ? entry.first.Scalar() : "";
    const auto layer = std::find_if(network.layers.begin(), network.layers.end(),
                                    [&](const IntegerLayer& candidate) { return candidate.name == name; });
    if (layer == network.layers.end()) {
      layers.at(entry.first, name).refuse("the network has no such layer; it has {}", layer_names(network));
    }
    if (!slices[layer->id.value].empty()) {
      layers.at(entry.first, name).refuse("written twice");
    }
    slices[layer->id.value] = read_layer(layers.at(entry.second, name), *layer, capacity);
  }
  return slices;
}

/// A layer's name, quoted unless it is letters and digits (and not YAML's null).
std::string name_text(const std::string& name) {
  const bool is_plain =
      !name.empty() && std::isalpha(static_cast<unsigned char>(name.front())) != 0 &&
      std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
  if (is_plain && name != "null" && name != "Null" && name != "NULL") {
    return name;
  }
  YAML::Emitter out;
  out << YAML::DoubleQuoted << name;
  return out.c_str();
}

}  // namespace

Mapping read_mapping(const std::string& file, const IntegerNetwork& network, const Capacity& capacity) {
  constexpr std::uintmax_t kMaxMebibytes = 64;
  const Place root{file, read_yaml(file, {"mapping", kMaxMebibytes}), ""};
  const auto [format, version, layers] = members<3>(root, {"format", "version", "layers"});
  if (!format.node.IsScalar() || format.node.Scalar() != kFormat) {
    format.refuse("expected {}", kFormat);
  }
  if (!version.node.IsScalar() || version.node.Scalar() != kVersion) {
    version.refuse("expected {}", kVersion);
  }
  const auto slices = read_layers(layers, network, capacity);
  Mapping mapping;
  for (const IntegerLayer& layer : network.layers) {
    const auto& of_layer = slices[layer.id.value];
    if (of_layer.empty()) {
      layers.refuse("layer '{}' is missing: its {} neurons have no core", layer.name, layer.outputs());
    }
    mapping.slices.insert(mapping.slices.end(), of_layer.begin(), of_layer.end());
  }
  return mapping;
}

std::string write_mapping(const Mapping& mapping, const IntegerNetwork& network, const Capacity& capacity) {
  std::string out = fmt::format(
      "# Which core computes which neurons; docs/formats/mapping.md. A mesh of {} x {} cores.\n"
      "format: {}\nversion: {}\nlayers:\n",
      capacity.columns, capacity.rows, kFormat, kVersion);
  const IntegerLayer* layer = nullptr;
  for (const Slice& slice : mapping.slices) {
    if (layer == nullptr || layer->id != slice.layer) {
      layer = &network.layers[slice.layer.value];
      out += fmt::format("  {}:\n", name_text(layer->name));
    }
    out += fmt::format("    - {{core: {}, neurons: [{}, {}]}}\n", capacity.name_of(slice.core), slice.box.channels.begin,
                       slice.box.channels.end - 1);
  }
  return out;
}

}  // namespace sigdel::scenarios
