#include "energy/network_json.hpp"

namespace sigdel::energy {
namespace {

using Json = nlohmann::ordered_json;

/// A number format of one family; null if none of the family's modes ran.
template <class Number>
Json format_of(const std::optional<FamilyInfo>& family, Number FamilyInfo::*number) {
  return family ? Json((*family).*number) : Json(nullptr);
}

Json json_of(const LayerInfo& layer) {
  return {{"name", layer.name},
          {"inputs", layer.inputs},
          {"outputs", layer.outputs},
          {"scale", format_of(layer.scaled, &FamilyInfo::scale)},
          {"grid_scale", format_of(layer.grid, &FamilyInfo::scale)},
          {"fraction_bits", format_of(layer.scaled, &FamilyInfo::fraction_bits)},
          {"grid_fraction_bits", format_of(layer.grid, &FamilyInfo::fraction_bits)},
          {"bound", format_of(layer.scaled, &FamilyInfo::bound)},
          {"grid_bound", format_of(layer.grid, &FamilyInfo::bound)},
          {"threshold_scale", format_of(layer.threshold, &FamilyInfo::scale)},
          {"threshold_fraction_bits", format_of(layer.threshold, &FamilyInfo::fraction_bits)},
          {"threshold_level", format_of(layer.threshold, &FamilyInfo::level)},
          {"dense_updates", layer.dense_updates},
          {"lava_fan_out", layer.lava_fan_out}};
}

Json ends_of(const Range& range) { return {range.begin, range.end - 1}; }

Json json_of(const MappedPart& part) {
  if (!part.is_image) {
    return {{"name", part.layer}, {"neurons", ends_of(part.channels)}};
  }
  return {{"name", part.layer},
          {"channels", ends_of(part.channels)},
          {"rows", ends_of(part.rows)},
          {"columns", ends_of(part.columns)}};
}

Json json_of(const MappedCore& core, std::uint64_t busiest) {
  Json layers = Json::array();
  for (const MappedPart& part : core.parts) {
    layers.push_back(json_of(part));
  }
  return {{"name", core.core},
          {"layers", layers},
          {"weight_bytes", core.weight_bytes},
          {"state_bytes", core.state_bytes},
          {"dense_updates", core.dense_updates},
          {"of_busiest", static_cast<double>(core.dense_updates) / static_cast<double>(busiest)}};
}

}  // namespace

nlohmann::ordered_json network_of(const Report& report) {
  Json layers = Json::array();
  for (const LayerInfo& layer : report.layers) {
    layers.push_back(json_of(layer));
  }
  return {{"file", report.network},
          {"weight_bits", report.weight_bits},
          {"accumulator_bits", report.accumulator_bits},
          {"activation_bits", report.activation_bits},
          {"max_magnitude", report.max_magnitude},
          {"layers", layers}};
}

nlohmann::ordered_json json_of(const MappingResult& mapping) {
  Json cores = Json::array();
  for (const MappedCore& core : mapping.cores) {
    cores.push_back(json_of(core, mapping.busiest));
  }
  return {{"weight_capacity_bytes", mapping.weight_capacity_bytes},
          {"state_capacity_bytes", mapping.state_capacity_bytes},
          {"busiest_to_mean", mapping.busiest_to_mean},
          {"cores", cores}};
}

}  // namespace sigdel::energy
