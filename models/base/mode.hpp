/// The ways to run one network (O'Connor and Welling, ICLR 2017; Intel's lava-dl), and the rules that a run can choose
/// among.
#pragma once

#include "models/base/enum_table.hpp"

namespace sigdel {

enum class Mode {
  kDense,               ///< every activation, every frame
  kZeroSkip,            ///< non-zero activations only
  kTemporalDifference,  ///< non-zero changes of the activations
  kRounding,            ///< rounded scaled activations, integers
  kSigmaDelta,          ///< changes of the rounded scaled activations, integers
  kThreshold,           ///< changes of the activations that reach a threshold, as the network was trained (lava-dl)
};

template <>
struct EnumTable<Mode> {
  static constexpr std::array<std::string_view, 6> names{"dense",    "zero-skip",   "temporal-difference",
                                                         "rounding", "sigma-delta", "threshold"};
};

/// The modes for any network; `threshold` asks for one that has thresholds.
inline constexpr std::array kModesOfAnyNetwork{Mode::kDense, Mode::kZeroSkip, Mode::kTemporalDifference,
                                               Mode::kRounding, Mode::kSigmaDelta};

/// The integers that a mode runs on: docs/arithmetic.md.
enum class Family {
  kScaled,     ///< `rounding`, `sigma-delta`
  kGrid,       ///< `dense`, `zero-skip`, `temporal-difference`
  kThreshold,  ///< `threshold`: those of the file
};

template <>
struct EnumTable<Family> {
  static constexpr std::array<std::string_view, 3> names{"scaled", "grid", "threshold"};
};

constexpr Family family_of(Mode mode) {
  return mode == Mode::kThreshold                               ? Family::kThreshold
         : mode == Mode::kRounding || mode == Mode::kSigmaDelta ? Family::kScaled
                                                                : Family::kGrid;
}

/// Sends changes: receivers integrate over time, senders remember the last value.
constexpr bool sends_changes(Mode mode) {
  return mode == Mode::kTemporalDifference || mode == Mode::kSigmaDelta || mode == Mode::kThreshold;
}
/// Runs on the scaled integers of `rounding` and `sigma-delta`, whose spikes cost what their encoding says; in the
/// other modes each is multiplied.
constexpr bool is_quantised(Mode mode) { return family_of(mode) == Family::kScaled; }
/// Sends a unit also when its value is zero.
constexpr bool sends_zeros(Mode mode) { return mode == Mode::kDense; }

/// What a spike of magnitude m costs on the lanes; outside the scaled family it is always multiplied.
enum class Encoding {
  kUnary,     ///< m additions (the paper)
  kGraded,    ///< one multiplication and one addition; one addition when m is 1
  kShiftAdd,  ///< one shift and addition per non-zero digit of m in non-adjacent form
};

template <>
struct EnumTable<Encoding> {
  static constexpr std::array<std::string_view, 3> names{"unary", "graded", "shift-add"};
};

/// Which neurons are visited at the end of a frame.
enum class Scan {
  kAll,
  kTouched,  ///< in the modes that send changes those that an event has reached since the last visit; after a reset,
             ///< in the other modes and in the output layer all
};

template <>
struct EnumTable<Scan> {
  static constexpr std::array<std::string_view, 2> names{"all", "touched"};
};

/// When a layer fires.
enum class Semantics {
  kFrame,  ///< frame by frame: a layer fires frame t when it has integrated all of frame t
  kStep,   ///< every layer in every step, from what it has integrated before the step (lava-dl)
};

template <>
struct EnumTable<Semantics> {
  static constexpr std::array<std::string_view, 2> names{"frame", "step"};
};

}  // namespace sigdel
