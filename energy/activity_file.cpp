#include "energy/activity_file.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

namespace sigdel::energy {
namespace {

using Json = nlohmann::ordered_json;

Activity canonical(const Activity& activity) {
  std::map<std::tuple<std::string, std::string, Action, std::uint32_t, std::uint64_t>, std::uint64_t> sums;
  for (const ActivityRecord& record : activity) {
    if (record.count > 0) {
      sums[{record.block, record.layer, record.action, record.bits, record.memory_bytes}] += record.count;
    }
  }
  Activity result;
  for (const auto& [key, count] : sums) {
    const auto& [block, layer, action, bits, memory_bytes] = key;
    result.push_back({block, layer, action, bits, memory_bytes, count});
  }
  return result;
}

Json json_of(const ActivityRecord& record) {
  return {{"block", record.block},
          {"layer", record.layer},
          {"action", name_of(record.action)},
          {"bits", record.bits},
          {"memory_bytes", record.memory_bytes},
          {"count", record.count}};
}

Json json_of(const Activity& activity) {
  Json records = Json::array();
  for (const ActivityRecord& record : activity) {
    records.push_back(json_of(record));
  }
  return records;
}

Json json_of(const ModeActivity& mode, const std::vector<std::string>& names) {
  Json layers = Json::array();
  for (std::size_t i = 0; i < mode.layers.size(); ++i) {
    Json tallies = Json::object();
    for (const Tally tally : all_of<Tally>()) {
      tallies[std::string(name_of(tally))] = mode.layers[i][tally];
    }
    layers.push_back({{"name", names[i]}, {"tallies", tallies}});
  }
  return {{"mode", name_of(mode.mode)},
          {"engine", name_of(mode.engine)},
          {"layers", layers},
          {"records", json_of(mode.records)},
          {"records_8bit", json_of(mode.records_8bit)}};
}

}  // namespace

ActivityFile activity_of(const Report& report) {
  ActivityFile file{report.scenario, report.frames, report.clock_mhz, {}, {}};
  for (const LayerInfo& layer : report.layers) {
    file.layers.push_back(layer.name);
  }
  for (const ModeResult& mode : report.modes) {
    file.modes.push_back(
        {mode.mode, mode.activity_engine, mode.layers, canonical(mode.activity), canonical(mode.activity_8bit)});
  }
  return file;
}

Json json_of(const ActivityFile& file) {
  Json modes = Json::array();
  for (const ModeActivity& mode : file.modes) {
    modes.push_back(json_of(mode, file.layers));
  }
  return {{"format", "sigdel-activity"},
          {"version", kActivityVersion},
          {"scenario", file.scenario},
          {"frames", file.frames},
          {"clock_mhz", file.clock_mhz},
          {"layers", file.layers},
          {"modes", modes}};
}

std::string write_activity(const ActivityFile& file) {
  return json_of(file).dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace sigdel::energy
