/// Figures of a mode's outputs over all frames, from the answers of a report.
#pragma once

#include <cstdint>
#include <optional>

#include "energy/report.hpp"

namespace sigdel::energy {

/// Share of the answered frames, 0..1, whose class is among the first `ranks` of the float32 network's; 1 without any.
double share_within(const ModeResult& mode, std::uint32_t ranks);

/// Sum of the distances over the sum of the float32 network's magnitudes, all answered frames (mean |out - true| / mean
/// |true| of O'Connor and Welling); nothing if the latter is zero.
std::optional<double> relative_error(const ModeResult& mode, const Report& report);

/// The largest of one frame; frames whose float32 outputs are all zero are left out, nothing if there is no other.
std::optional<double> worst_relative_error(const ModeResult& mode, const Report& report);

}  // namespace sigdel::energy
