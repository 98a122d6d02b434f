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

/// Share of all cores' cycles in which their synaptic engines worked, 0..1.
double engine_utilisation(const MachineResult& machine);

/// Share of the lanes used while synaptic engines worked, 0..1.
double lane_utilisation(const MachineResult& machine);

std::size_t passed_checks(const Report& report);

}  // namespace sigdel::energy
