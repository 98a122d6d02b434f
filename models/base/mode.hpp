/// The five ways to run one network (O'Connor and Welling, ICLR 2017), and the rules that a run can choose among.
#pragma once

#include "models/base/enum_table.hpp"

namespace sigdel {

enum class Mode {
  kDense,               ///< every activation, every frame
  kZeroSkip,            ///< non-zero activations only
  kTemporalDifference,  ///< non-zero changes of the activations
  kRounding,            ///< rounded scaled activations, integers
  kSigmaDelta,          ///< changes of the rounded scaled activations, integers
};

template <>
struct EnumTable<Mode> {
  static constexpr std::array<std::string_view, 5> names{"dense", "zero-skip", "temporal-difference", "rounding",
                                                         "sigma-delta"};
};

/// Sends changes: receivers integrate over time, senders remember the last value.
constexpr bool sends_changes(Mode mode) { return mode == Mode::kTemporalDifference || mode == Mode::kSigmaDelta; }
/// Runs on the scaled integers of `rounding` and `sigma-delta`; the others run on the activation grid of `dense`.
constexpr bool is_quantised(Mode mode) { return mode == Mode::kRounding || mode == Mode::kSigmaDelta; }
/// Sends a unit also when its value is zero.
constexpr bool sends_zeros(Mode mode) { return mode == Mode::kDense; }

/// What a spike of magnitude m costs on the lanes; the dense family always multiplies.
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
