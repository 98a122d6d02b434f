/// The network and its mapping in report.json: docs/formats/report.md, "network" and "mapping".
#pragma once

#include <nlohmann/json.hpp>

#include "energy/report.hpp"

namespace sigdel::energy {

nlohmann::ordered_json network_of(const Report& report);
nlohmann::ordered_json json_of(const MappingResult& mapping);

}  // namespace sigdel::energy
