/// The systolic array's table in the run's text.
#pragma once

#include <string>
#include <vector>

#include "energy/price.hpp"
#include "energy/report.hpp"

namespace sigdel::energy {

/// Cycles, utilisation, memory words and energy per layer and frame; "" if nothing ran on an array.
std::string systolic_text(const Report& report, const std::vector<ModeEnergy>& energies);

}  // namespace sigdel::energy
