/// The systolic array in report.json: docs/formats/report.md, "systolic".
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

#include "energy/report.hpp"

namespace sigdel::energy {

nlohmann::ordered_json json_of(const SystolicLayer& layer, const SystolicResult& array);
nlohmann::ordered_json json_of(const SystolicResult& array, std::uint64_t frames);

}  // namespace sigdel::energy
