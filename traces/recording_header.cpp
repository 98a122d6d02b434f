#include "traces/recording_header.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <bit>

#include "traces/bytes.hpp"
#include "traces/checksum.hpp"

namespace sigdel::traces {
namespace {

constexpr std::uint32_t kMostNeurons = 1U << 31U;

void add(const network::Window& window, Fingerprint& print) {
  for (const network::Window::Pair& pair : {window.kernel, window.stride, window.pad_begin, window.pad_end}) {
    print.add(static_cast<std::uint64_t>(pair[0]));
    print.add(static_cast<std::uint64_t>(pair[1]));
  }
}

void add(const network::Synapses& synapses, Fingerprint& print) {
  const network::Convolved& shape = synapses.projection().shape();
  print.add(synapses.tensor());
  for (const network::Volume& volume : {shape.from, shape.to}) {
    print.add(volume.channels);
    print.add(volume.rows);
    print.add(volume.columns);
  }
  print.add(shape.groups);
  add(shape.window, print);
  print.add(static_cast<std::uint64_t>(shape.repeat[0]));
  print.add(static_cast<std::uint64_t>(shape.repeat[1]));
  for (const std::int32_t weight : synapses.values()) {
    print.add(static_cast<std::uint32_t>(weight), 4);
  }
}

void add(const network::Threshold& threshold, Fingerprint& print) {
  for (const std::int32_t number : {threshold.level, threshold.dropped_bits, threshold.message_bits}) {
    print.add(static_cast<std::uint64_t>(number));
  }
  print.add(static_cast<std::uint64_t>(threshold.residue));
}

std::uint64_t fingerprint_of(const network::IntegerNetwork& network) {
  Fingerprint print;
  if (const auto& threshold = network.tensors.front().threshold) {
    add(*threshold, print);
  }
  for (const network::IntegerLayer& layer : network.layers) {
    for (const network::Synapses& synapses : layer.synapses) {
      add(synapses, print);
    }
    for (const std::int32_t bias : layer.bias) {
      print.add(static_cast<std::uint32_t>(bias), 4);
    }
    print.add(static_cast<std::uint64_t>(layer.fraction_bits));
    print.add(static_cast<std::uint64_t>(layer.clamp));
    print.add((layer.relu ? 1U : 0U) + (layer.is_output ? 2U : 0U) + (static_cast<std::uint64_t>(layer.pool) << 2U));
    print.add(static_cast<std::uint64_t>(layer.ceiling));
    add(layer.window, print);
    for (const std::uint32_t number :
         {layer.values.rows, layer.values.columns, layer.tensor, layer.first_channel, layer.written.channels}) {
      print.add(number);
    }
    print.add(static_cast<std::uint64_t>(layer.output_shift));
    if (layer.threshold) {
      add(*layer.threshold, print);
    }
  }
  return print.value();
}

std::uint64_t fingerprint_of(const Frames& frames) {
  Fingerprint print;
  std::vector<float> values(frames.size);
  for (std::size_t i = 0; i < frames.count; ++i) {
    frames.read(i, values);
    for (const float value : values) {
      print.add(std::bit_cast<std::uint32_t>(value), 4);
    }
  }
  return print.value();
}

RecordedFamily family_from(const network::IntegerNetwork& network, Family family) {
  return {family,
          static_cast<std::uint32_t>(network.layers.front().weight_bits()),
          static_cast<std::uint32_t>(network.accumulator_bits),
          network.clamp,
          network.scales(),
          fingerprint_of(network)};
}

RecordedShape read_shape(ByteReader& bytes) {
  RecordedShape shape;
  shape.name = bytes.text();
  for (std::uint32_t* number : {&shape.outputs, &shape.neurons, &shape.window}) {
    *number = static_cast<std::uint32_t>(bytes.fixed(4));
  }
  if (shape.neurons == 0 || shape.neurons > shape.outputs || shape.window == 0) {
    throw Damaged("a layer has an odd size");
  }
  return shape;
}

RecordedFamily read_family(ByteReader& bytes) {
  RecordedFamily family;
  const auto name = from_name<Family>(bytes.text());
  if (!name) {
    throw Damaged("a family of modes has an unknown name");
  }
  family.family = *name;
  family.weight_bits = static_cast<std::uint32_t>(bytes.fixed(1));
  family.accumulator_bits = static_cast<std::uint32_t>(bytes.fixed(1));
  family.clamp = static_cast<std::int32_t>(bytes.fixed(2));
  const std::uint64_t scales = bytes.fixed(2);
  for (std::uint64_t i = 0; i < scales; ++i) {
    family.scales.push_back(bytes.real());
  }
  family.fingerprint = bytes.fixed(8);
  return family;
}

/// A mode is there once, with its family.
Mode read_mode(ByteReader& bytes, const RecordingHeader& header) {
  const auto mode = from_name<Mode>(bytes.text());
  if (!mode || std::find(header.modes.begin(), header.modes.end(), *mode) != header.modes.end() ||
      std::none_of(header.families.begin(), header.families.end(),
                   [&](const RecordedFamily& family) { return family.family == sigdel::family_of(*mode); })) {
    throw Damaged("a mode is unknown, there twice, or without its arithmetic");
  }
  return *mode;
}

/// The first of the layers' differences.
std::optional<std::string> difference_of_shapes(const RecordingHeader& recorded, const RecordingHeader& wanted) {
  const auto text = [](const RecordingHeader& header) {
    std::string shape = fmt::format("{}", header.inputs);
    for (const RecordedShape& layer : header.layers) {
      shape += fmt::format("-{}", layer.outputs);
    }
    return shape;
  };
  if (text(recorded) != text(wanted)) {
    return fmt::format("it was recorded from a network of {}, this one is {}", text(recorded), text(wanted));
  }
  for (std::size_t l = 0; l < wanted.layers.size(); ++l) {
    if (recorded.layers[l].name != wanted.layers[l].name) {
      return fmt::format("layer {} of the recorded network is '{}', here it is '{}'", l, recorded.layers[l].name,
                         wanted.layers[l].name);
    }
  }
  return std::nullopt;
}

std::optional<std::string> difference_of_families(const RecordedFamily& recorded, const RecordedFamily& wanted) {
  const auto differ = [](std::string_view what, const auto& a, const auto& b) {
    return fmt::format("it was recorded with {} {}, the scenario has {}", what, a, b);
  };
  if (recorded.weight_bits != wanted.weight_bits) {
    return differ("weight bits", recorded.weight_bits, wanted.weight_bits);
  }
  if (recorded.accumulator_bits != wanted.accumulator_bits) {
    return differ("accumulator bits", recorded.accumulator_bits, wanted.accumulator_bits);
  }
  if (recorded.clamp != wanted.clamp) {
    return differ("largest magnitude", recorded.clamp, wanted.clamp);
  }
  if (recorded.scales != wanted.scales) {
    return differ("scales", recorded.scales, wanted.scales);
  }
  if (recorded.fingerprint != wanted.fingerprint) {
    return fmt::format("the weights of the recorded network are others (of the {} family, once folded)",
                       name_of(wanted.family));
  }
  return std::nullopt;
}

}  // namespace

const RecordedFamily& RecordingHeader::family_of(Mode mode) const {
  return *std::find_if(families.begin(), families.end(),
                       [&](const RecordedFamily& family) { return family.family == sigdel::family_of(mode); });
}

RecordingHeader make_header(const FamilyNetworks& networks, const Frames& frames, const std::vector<Mode>& modes,
                            Semantics semantics) {
  RecordingHeader header;
  header.semantics = semantics;
  const auto there = [](const std::optional<network::IntegerNetwork>* network) { return network->has_value(); };
  const network::IntegerNetwork& any = (*std::find_if(networks.begin(), networks.end(), there))->value();
  header.frames = frames.count;
  header.frames_fingerprint = fingerprint_of(frames);
  header.inputs = any.frame().size();
  for (const network::IntegerLayer& layer : any.layers) {
    const std::int64_t window = layer.pool == network::Pool::kSum ? layer.window.kernel[0] * layer.window.kernel[1] : 1;
    header.layers.push_back({layer.name, layer.written.size(), layer.outputs(), static_cast<std::uint32_t>(window)});
  }
  for (const Family family : all_of<Family>()) {
    if (const auto& network = *networks[static_cast<std::size_t>(family)]) {
      header.families.push_back(family_from(*network, family));
    }
  }
  header.modes = modes;
  return header;
}

std::string to_bytes(const RecordingHeader& header) {
  ByteWriter bytes;
  bytes.text(name_of(header.semantics));
  bytes.fixed(header.frames, 8);
  bytes.fixed(header.frames_fingerprint, 8);
  bytes.fixed(header.inputs, 4);
  bytes.fixed(header.layers.size(), 2);
  for (const RecordedShape& layer : header.layers) {
    bytes.text(layer.name);
    bytes.fixed(layer.outputs, 4);
    bytes.fixed(layer.neurons, 4);
    bytes.fixed(layer.window, 4);
  }
  bytes.fixed(header.families.size(), 1);
  for (const RecordedFamily& family : header.families) {
    bytes.text(name_of(family.family));
    bytes.fixed(family.weight_bits, 1);
    bytes.fixed(family.accumulator_bits, 1);
    bytes.fixed(static_cast<std::uint64_t>(family.clamp), 2);
    bytes.fixed(family.scales.size(), 2);
    for (const double scale : family.scales) {
      bytes.real(scale);
    }
    bytes.fixed(family.fingerprint, 8);
  }
  bytes.fixed(header.modes.size(), 1);
  for (const Mode mode : header.modes) {
    bytes.text(name_of(mode));
  }
  return bytes.bytes();
}

RecordingHeader read_header(std::string_view content) {
  ByteReader bytes(content);
  RecordingHeader header;
  const auto semantics = from_name<Semantics>(bytes.text());
  if (!semantics) {
    throw Damaged("its layers fire at unknown times");
  }
  header.semantics = *semantics;
  header.frames = bytes.fixed(8);
  header.frames_fingerprint = bytes.fixed(8);
  header.inputs = static_cast<std::uint32_t>(bytes.fixed(4));
  const std::uint64_t layers = bytes.fixed(2);
  for (std::uint64_t l = 0; l < layers; ++l) {
    header.layers.push_back(read_shape(bytes));
  }
  const std::uint64_t families = bytes.fixed(1);
  for (std::uint64_t f = 0; f < families; ++f) {
    header.families.push_back(read_family(bytes));
  }
  const std::uint64_t modes = bytes.fixed(1);
  for (std::uint64_t m = 0; m < modes; ++m) {
    header.modes.push_back(read_mode(bytes, header));
  }
  bytes.end();
  const bool empty = header.frames == 0 || header.layers.empty() || header.modes.empty();
  bool odd_width = false;
  for (std::size_t tensor = 0; tensor < header.tensors(); ++tensor) {
    odd_width = odd_width || header.width(tensor) == 0 || header.width(tensor) > kMostNeurons;
  }
  if (empty || odd_width) {
    throw Damaged("it has no frame, no layer, no mode, or a layer of an odd size");
  }
  return header;
}

std::optional<std::string> difference(const RecordingHeader& recorded, const RecordingHeader& wanted) {
  if (auto shapes = difference_of_shapes(recorded, wanted)) {
    return shapes;
  }
  if (recorded.frames != wanted.frames) {
    return fmt::format("it holds {} frames, the scenario has {}", recorded.frames, wanted.frames);
  }
  if (recorded.frames_fingerprint != wanted.frames_fingerprint) {
    return "its frames are others than the scenario's";
  }
  if (recorded.semantics != wanted.semantics) {
    return fmt::format("it was recorded with semantics {}, the scenario has {}", name_of(recorded.semantics),
                       name_of(wanted.semantics));
  }
  for (const Mode mode : wanted.modes) {
    if (std::find(recorded.modes.begin(), recorded.modes.end(), mode) == recorded.modes.end()) {
      std::vector<std::string_view> names;
      std::transform(recorded.modes.begin(), recorded.modes.end(), std::back_inserter(names),
                     [](Mode known) { return name_of(known); });
      return fmt::format("it lacks the mode '{}'; it has {}", name_of(mode), fmt::join(names, ", "));
    }
    if (auto families = difference_of_families(recorded.family_of(mode), wanted.family_of(mode))) {
      return families;
    }
  }
  return std::nullopt;
}

}  // namespace sigdel::traces
