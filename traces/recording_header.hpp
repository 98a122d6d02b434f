/// What a recording was made from, by which it is known whether it fits another run. docs/formats/trace.md has the
/// bytes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/base/mode.hpp"
#include "models/network/integer_network.hpp"
#include "traces/frames.hpp"

namespace sigdel::traces {

/// The arithmetic of one family of modes.
struct RecordedFamily {
  Family family = Family::kGrid;
  std::uint32_t weight_bits = 0;
  std::uint32_t accumulator_bits = 0;
  std::int32_t clamp = 0;         ///< largest magnitude of a quantised value
  std::vector<double> scales;     ///< of the tensors that layers read
  std::uint64_t fingerprint = 0;  ///< of all integers that the outputs depend on

  bool operator==(const RecordedFamily&) const = default;
};

struct RecordedShape {
  std::string name;
  std::uint32_t outputs = 0;  ///< neurons of the tensor that it writes
  std::uint32_t neurons = 0;  ///< of them, the layer's own
  std::uint32_t window = 1;   ///< rounded values that a neuron sums (average pool)

  bool operator==(const RecordedShape&) const = default;
};

/// Nothing in it depends on a machine or a mapping.
struct RecordingHeader {
  Semantics semantics = Semantics::kFrame;
  std::uint64_t frames = 0;
  std::uint64_t frames_fingerprint = 0;  ///< of the frames' values
  std::uint32_t inputs = 0;              ///< values of a frame
  std::vector<RecordedShape> layers;
  std::vector<RecordedFamily> families;
  std::vector<Mode> modes;  ///< in the order in which they are stored

  bool operator==(const RecordingHeader&) const = default;

  /// Tensor 0 is the frame, tensor l + 1 what layer l sends.
  [[nodiscard]] std::size_t tensors() const { return layers.size() + 1; }
  [[nodiscard]] std::uint32_t width(std::size_t tensor) const {
    return tensor == 0 ? inputs : layers[tensor - 1].outputs;
  }
  /// That of the mode; there is one for each mode.
  [[nodiscard]] const RecordedFamily& family_of(Mode mode) const;
};

/// The network in the integers of each family, in order of their declaration, as far as they are there.
using FamilyNetworks = std::array<const std::optional<network::IntegerNetwork>*, kEnumSize<Family>>;

/// At least one network must be there.
RecordingHeader make_header(const FamilyNetworks& networks, const Frames& frames, const std::vector<Mode>& modes,
                            Semantics semantics);

std::string to_bytes(const RecordingHeader& header);
/// Throws Damaged for what is no header, or one that nobody would write: no layer, a family too few.
RecordingHeader read_header(std::string_view bytes);

/// What makes a recording unfit for a run of `wanted`, as a half sentence for people: "it was recorded with scales [2,
/// 2], the scenario has [2, 1.5]"; nothing if it fits. It may have modes, and a family, that the run does not need.
std::optional<std::string> difference(const RecordingHeader& recorded, const RecordingHeader& wanted);

}  // namespace sigdel::traces
