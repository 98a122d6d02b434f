/// The mesh in report.json: docs/formats/report.md, "machine".
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

#include "energy/report.hpp"

namespace sigdel::energy {

nlohmann::ordered_json json_of(const LayerTiming& timing, const MachineResult& machine);
nlohmann::ordered_json json_of(const MachineResult& machine, std::uint64_t frames);

}  // namespace sigdel::energy
