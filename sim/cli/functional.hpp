/// One mode through the functional executor, over all frames of a plan.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "scenarios/plan.hpp"
#include "sim/core/host.hpp"

namespace sigdel::cli {

struct FunctionalRun {
  Mode mode = Mode::kDense;
  sim::FrameEvents input;               ///< what the host sends, per frame
  std::vector<std::int32_t> outputs;    ///< accumulators, frames x outputs
  std::vector<std::vector<Work>> work;  ///< per frame, per layer
  std::vector<Work> on_machine;         ///< per layer: what the plan's machine must count, all frames; or empty
  std::uint64_t input_saturations = 0;
  double seconds = 0;  ///< wall time of the executor alone, or of reading what it sent

  [[nodiscard]] std::vector<Work> total() const;  ///< per layer
};

/// From the network's arithmetic, or from the plan's recording.
FunctionalRun run_functional(const scenarios::Plan& plan, Mode mode);

/// Index of the first largest value.
std::uint32_t class_of(std::span<const std::int32_t> accumulators);
std::uint32_t class_of(std::span<const float> outputs);

/// The class of every frame; `values` is frames x outputs.
template <class T>
std::vector<std::uint32_t> classes_of(const std::vector<T>& values, std::size_t outputs) {
  std::vector<std::uint32_t> classes;
  for (std::size_t at = 0; at < values.size(); at += outputs) {
    classes.push_back(class_of(std::span<const T>(values).subspan(at, outputs)));
  }
  return classes;
}

}  // namespace sigdel::cli
