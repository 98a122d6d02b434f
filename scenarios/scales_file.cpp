#include "scenarios/scales_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>

#include "models/base/read_file.hpp"
#include "scenarios/mapping_part.hpp"
#include "scenarios/yaml_file.hpp"

namespace sigdel::scenarios {
namespace {

constexpr std::string_view kFormat = "sigdel-scales";
constexpr std::string_view kVersion = "1";

/// FNV-1a of a file's bytes, 16 hexadecimal digits.
std::string hash_of_file(const std::string& file) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : read_file(file)) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }
  return fmt::format("{:016x}", hash);
}

std::string quoted(const std::string& text) {
  YAML::Emitter out;
  out << YAML::DoubleQuoted << text;
  return out.c_str();
}

void append_notes(const Notes& notes, std::string& out) {
  for (const auto& [key, value] : notes) {
    out += fmt::format("    {}: {}\n", key, value);
  }
}

void check_scalar(const Place& place, std::string_view expected) {
  if (!place.node.IsScalar() || place.node.Scalar() != expected) {
    place.refuse("expected {}", expected);
  }
}

void check_network(const Place& network, const std::string& network_file) {
  const Place hash = network.required("hash");
  const std::string here = hash_of_file(network_file);
  if (!hash.node.IsScalar() || hash.node.Scalar() != here) {
    hash.refuse("these scales were made for another network: {} has the hash {}; tune again", network_file, here);
  }
}

double scale_of(const Place& place) {
  double scale = 0;
  if (!place.node.IsScalar() || !YAML::convert<double>::decode(place.node, scale) || !(scale > 0) ||
      !std::isfinite(scale)) {
    place.refuse("expected a scale: a positive number");
  }
  return scale;
}

std::vector<double> scales_of(const Place& place, std::size_t channels) {
  if (!place.node.IsSequence()) {
    return {scale_of(place)};
  }
  if (place.node.size() != channels) {
    place.refuse("expected one scale, or one for each of the tensor's {} channels; found {}", channels,
                 place.node.size());
  }
  std::vector<double> scales;
  for (const YAML::Node& node : place.node) {
    scales.push_back(scale_of({place.file, node, fmt::format("{}[{}]", place.key, scales.size())}));
  }
  return scales;
}

std::vector<std::string_view> tensor_names(const quantise::WeightLayers& layers) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < layers.scales(); ++i) {
    names.push_back(layers.tensors[i].name);
  }
  return names;
}

}  // namespace

std::string write_scales(const ScalesFile& about, const quantise::WeightLayers& layers,
                         const quantise::Scales& scales) {
  std::string out = fmt::format(
      "# Scales of a network's quantised tensors, found by `sigdel tune`; docs/formats/scales.md.\n"
      "format: {}\nversion: {}\nprogram: {}\nnetwork:\n  file: {}\n  hash: {}\nscales:\n",
      kFormat, kVersion, about.program, quoted(std::filesystem::path(about.network_file).filename().string()),
      quoted(hash_of_file(about.network_file)));
  for (std::size_t i = 0; i < layers.scales(); ++i) {
    const std::string name = quoted(layers.tensors[i].name);
    if (scales[i].size() == 1) {
      out += fmt::format("  {}: {}\n", name, scales[i].front());
    } else {
      out += fmt::format("  {}: [{}]\n", name, fmt::join(scales[i], ", "));
    }
  }
  out += "made_with:\n  settings:\n";
  append_notes(about.settings, out);
  for (const auto& [frames, notes] : about.results) {
    out += fmt::format("  {}:\n", frames);
    append_notes(notes, out);
  }
  return out;
}

quantise::Scales read_scales(const std::string& file, const std::string& network_file,
                             const quantise::WeightLayers& layers) {
  constexpr std::uintmax_t kMaxMebibytes = 16;
  const Place root{file, read_yaml(file, {"scales", kMaxMebibytes}), ""};
  root.check_keys({"format", "version", "program", "network", "scales", "made_with"});
  check_scalar(root.required("format"), kFormat);
  check_scalar(root.required("version"), kVersion);
  const Place network = root.required("network");
  network.check_keys({"file", "hash"});
  check_network(network, network_file);
  const Place tensors = root.required("scales");
  tensors.check_keys(tensor_names(layers));
  quantise::Scales scales;
  for (std::size_t i = 0; i < layers.scales(); ++i) {
    scales.push_back(scales_of(tensors.required(layers.tensors[i].name), layers.tensors[i].shape.channels));
  }
  return scales;
}

}  // namespace sigdel::scenarios
