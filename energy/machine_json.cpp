#include "energy/machine_json.hpp"

#include <fmt/format.h>

#include "energy/summary.hpp"

namespace sigdel::energy {
namespace {

using Json = nlohmann::ordered_json;

void add_utilisation(Json& json, const Utilisation& utilisation) {
  json["engine_utilisation"] = utilisation.engine;
  json["scan_utilisation"] = utilisation.scan;
  json["stalled_utilisation"] = utilisation.stalled;
  json["lane_utilisation"] = utilisation.lanes;
}

}  // namespace

nlohmann::ordered_json json_of(const LayerTiming& timing, const MachineResult& machine) {
  Json json{{"cores", timing.cores},
            {"engine_cycles", timing.engine.value},
            {"scan_cycles", timing.scan.value},
            {"stalled_cycles", timing.stalled.value},
            {"bottleneck", {{"resource", timing.bottleneck}, {"layer", timing.bottleneck_layer}}}};
  for (const PartState state : all_of<PartState>()) {
    json["time_cycles"][std::string(name_of(state))] = timing.time[state];
  }
  add_utilisation(json, utilisation_of(machine, timing));
  return json;
}

nlohmann::ordered_json json_of(const MachineResult& machine, std::uint64_t frames) {
  Json cores = Json::array();
  for (const CoreCycles& core : machine.cores) {
    cores.push_back({{"name", core.core},
                     {"integrating_cycles", core.integrating.value},
                     {"firing_cycles", core.firing.value},
                     {"stalled_cycles", core.stalled.value},
                     {"idle_cycles", core.idle.value}});
  }
  Json json{{"clock_mhz", machine.clock_mhz},
            {"total_cycles", machine.total.value},
            {"powered_cycles", machine.powered.value},
            {"cycles_per_frame", static_cast<double>(machine.total.value) / static_cast<double>(frames)},
            {"latency_mean_cycles", machine.latency_mean},
            {"latency_worst_cycles", machine.latency_worst.value},
            {"throughput_frames_per_second", machine.frames_per_second},
            {"packets", machine.packets},
            {"hops", machine.hops}};
  add_utilisation(json, utilisation_of(machine));
  json["activity_hash"] = fmt::format("{:016x}", machine.activity_hash);
  json["cores"] = cores;
  return json;
}

}  // namespace sigdel::energy
