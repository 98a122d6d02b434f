#include "scenarios/mapping_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "scenarios/mapping_part.hpp"
#include "scenarios/yaml_file.hpp"

namespace sigdel::scenarios {
namespace {

using mapping::Capacity;
using mapping::Mapping;
using mapping::Slice;
using network::Box;
using network::IntegerLayer;
using network::IntegerNetwork;
using network::Position;
using network::Volume;

constexpr std::string_view kFormat = "sigdel-mapping";
constexpr std::string_view kVersion = "1";

/// The slices of a vector in order of their neurons. Refuses parts that do not cover the layer's neurons once.
std::vector<Slice> in_order(const std::vector<const MappedSlice*>& sorted, const IntegerLayer& layer,
                            const Place& whole) {
  std::vector<Slice> slices;
  std::uint32_t covered = 0;
  for (const MappedSlice* part : sorted) {
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

/// The first neuron, channel by channel and row by row, that is in no slice.
Position first_without(const std::vector<Slice>& slices, const Volume& volume) {
  Position at;
  for (at.channel = 0; at.channel < volume.channels; ++at.channel) {
    for (at.row = 0; at.row < volume.rows; ++at.row) {
      for (at.column = 0; at.column < volume.columns; ++at.column) {
        if (std::none_of(slices.begin(), slices.end(), [&](const Slice& slice) { return slice.box.contains(at); })) {
          return at;
        }
      }
    }
  }
  return at;
}

/// The same for an image's boxes.
std::vector<Slice> boxes_of(const std::vector<const MappedSlice*>& sorted, const IntegerLayer& layer,
                            const Place& whole) {
  std::vector<Slice> slices;
  std::uint64_t covered = 0;
  for (const MappedSlice* part : sorted) {
    const Box& box = part->slice.box;
    const auto other =
        std::find_if(slices.begin(), slices.end(), [&](const Slice& slice) { return overlap(slice.box, box); });
    if (other != slices.end()) {
      part->place.refuse("{}, but some of these already have a core: {}", network::to_string(box),
                         network::to_string(other->box));
    }
    covered += box.size();
    slices.push_back(part->slice);
  }
  if (covered != layer.outputs()) {
    const Position at = first_without(slices, layer.values);
    whole.refuse("{} of the {} neurons of layer '{}' have no core, the first at channel {}, row {}, column {}",
                 layer.outputs() - covered, layer.outputs(), layer.name, at.channel, at.row, at.column);
  }
  return slices;
}

std::vector<Slice> read_layer(const Place& place, const IntegerLayer& layer, const Capacity& capacity) {
  const bool is_vector = layer.values.pixels() == 1;
  if (!place.node.IsSequence() || place.node.size() == 0) {
    place.refuse("expected a list of parts, each with core and {}", is_vector ? "neurons" : "channels, rows, columns");
  }
  std::vector<MappedSlice> parts;
  std::set<CoreId> cores;
  for (const YAML::Node& node : place.node) {
    parts.push_back(read_part({place.file, node, fmt::format("{}[{}]", place.key, parts.size())}, layer, capacity));
    const MappedSlice& part = parts.back();
    if (!cores.insert(part.slice.core).second) {
      part.place.required("core").refuse("{} already has a part of layer '{}'; {}", capacity.name_of(part.slice.core),
                                         layer.name, is_vector ? "make them one" : "a core has one box of a layer");
    }
  }
  std::vector<const MappedSlice*> sorted;
  for (const MappedSlice& part : parts) {
    sorted.push_back(&part);
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto* a, const auto* b) { return a->slice.box < b->slice.box; });
  return is_vector ? in_order(sorted, layer, place) : boxes_of(sorted, layer, place);
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
  root.check_keys({"format", "version", "layers"});
  const Place format = root.required("format");
  const Place version = root.required("version");
  const Place layers = root.required("layers");
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
    out += fmt::format("    - {}\n", part_text(slice, *layer, capacity));
  }
  return out;
}

}  // namespace sigdel::scenarios
