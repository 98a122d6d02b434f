/// Figures that more than one writer derives from a report.
#pragma once

#include <optional>
#include <vector>

#include "energy/report.hpp"

namespace sigdel::energy {

Work sum_of(const std::vector<Work>& layers);

/// Operations in the paper's convention.
std::uint64_t paper_operations(const Work& work);

/// Operations of a mode over those of `dense`, in the paper's convention; nothing when `dense` was not run.
std::optional<double> ratio_to_dense(const ModeResult& mode, const Report& report);

/// Synaptic engines and fire units of a set of cores: what they did with its cycles.
struct Utilisation {
  double engine = 0;   ///< share of the cores' cycles in which their engines worked, 0..1
  double scan = 0;     ///< share of those in which scans read
  double stalled = 0;  ///< share of those in which scans waited for the outbox
  double lanes = 0;    ///< share of the lanes used while the engines worked
};

/// Of one layer's cores, for that layer.
Utilisation utilisation_of(const MachineResult& machine, const LayerTiming& layer);

/// Of all cores, idle ones included, for all layers.
Utilisation utilisation_of(const MachineResult& machine);

/// Multiply-accumulates over cycles and elements, 0..1.
double utilisation_of(const SystolicResult& array, const SystolicLayer& layer);
double utilisation_of(const SystolicResult& array);

/// Cycles and latency of a mode's engine.
struct Clocked {
  Cycles total;
  double latency_mean = 0;
  Cycles latency_worst;
  double frames_per_second = 0;
};
/// Nothing for the executor, which has no clock.
std::optional<Clocked> clocked(const ModeResult& mode);

std::size_t passed_checks(const Report& report);

}  // namespace sigdel::energy
