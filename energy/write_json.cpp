#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "energy/answers.hpp"
#include "energy/lava_work.hpp"
#include "energy/machine_json.hpp"
#include "energy/network_json.hpp"
#include "energy/price.hpp"
#include "energy/summary.hpp"
#include "energy/systolic_json.hpp"
#include "energy/verdict.hpp"
#include "energy/writers.hpp"

namespace sigdel::energy {
namespace {

using Json = nlohmann::ordered_json;

Json or_null(std::optional<double> value) { return value ? Json(*value) : Json(nullptr); }

Json json_of(const Work& work) {
  Json json = Json::object();
  for (const Tally tally : all_of<Tally>()) {
    json[std::string(name_of(tally))] = work[tally];
  }
  return json;
}

Json json_of(const PaperEnergy& paper) {
  return {{"paper_pj", paper.full_precision.value}, {"paper_8bit_pj", paper.matched.value}};
}

/// Categories that an executor-only mode does not count are null, never zero.
Json json_of(const CategoryEnergies& energies, bool complete) {
  Json json = Json::object();
  for (const Category category : all_of<Category>()) {
    const bool known = complete || category == Category::kArithmetic;
    json[std::string(name_of(category))] = known ? Json(energies[category].value) : Json(nullptr);
  }
  return json;
}

Json energy_of(const PaperEnergy& paper, const CategoryEnergies& energies, bool complete) {
  Json json = json_of(paper);
  json["categories_pj"] = json_of(energies, complete);
  json["dynamic_pj"] = complete ? Json(energies.dynamic().value) : Json(nullptr);
  return json;
}

/// Sums over all frames; null where the machine did not run.
Json off_chip_of(const ModeEnergy& energy) {
  if (!energy.complete()) {
    return nullptr;
  }
  const OffChipTraffic& traffic = energy.activity.off_chip;
  return {{"bytes_read", traffic.bytes_read},
          {"bytes_written", traffic.bytes_written},
          {"rows_opened", traffic.rows_opened}};
}

/// No layer has static energy: a mode has.
Json layer_energy_of(const PaperEnergy& paper, const CategoryEnergies& energies, bool complete) {
  Json json = energy_of(paper, energies, complete);
  json["categories_pj"].erase(std::string(name_of(Category::kStatic)));
  return json;
}

/// A sum over categories, in nJ per frame.
Json per_frame_nj(bool known, const CategoryEnergies& energies, std::uint64_t frames) {
  return known ? Json(energies.total().value / static_cast<double>(frames) / 1e3) : Json(nullptr);
}

Json json_of(const UsedPrice& used) {
  return {{"action", name_of(used.action)},    {"bits", used.bits},
          {"memory_bytes", used.memory_bytes}, {"energy_pj", used.price.energy.value},
          {"kind", name_of(used.price.kind)},  {"source", used.price.source}};
}

Json table_of(const Table& table, const std::vector<ModeEnergy>& modes) {
  const Conditions conditions = table.conditions.value_or(Conditions{});
  Json prices = Json::array();
  for (const UsedPrice& used : prices_of(modes, table)) {
    prices.push_back(json_of(used));
  }
  return {{"name", table.name},
          {"description", table.description},
          {"technology_nm", table.technology_nm},
          {"voltage_v", table.voltage},
          {"sram_cells", name_of(conditions.cells)},
          {"temperature_k", conditions.temperature_k},
          {"scaling", table.scaling ? Json(scaling_text(*table.scaling)) : Json(nullptr)},
          {"prices", prices}};
}

Json json_of(const std::vector<Verdict>& verdicts) {
  Json list = Json::array();
  for (const Verdict& verdict : verdicts) {
    list.push_back({{"ours", name_of(verdict.ours)},
                    {"opponent", name_of(verdict.opponent)},
                    {"engine", name_of(verdict.engine)},
                    {"energy_ratio", verdict.energy},
                    {"energy_ratio_8bit", or_null(verdict.energy_8bit)},
                    {"decided_by", name_of(verdict.decided_by)},
                    {"share", verdict.share},
                    {"cycles_ratio", or_null(verdict.cycles)},
                    {"cycles_ratio_equal_area", or_null(verdict.cycles_equal_area)}});
  }
  return list;
}

/// Of the mesh; null where the table has no areas or nothing ran on the mesh.
Json area_json(const Report& report, const Table& table) {
  const auto um2 = [&](std::uint32_t multiply_bits) -> Json {
    const auto area = report.shape ? area_of(inventory_of(*report.shape, multiply_bits, ""), table) : std::nullopt;
    return area ? Json(area->um2) : Json(nullptr);
  };
  return {{"adder_lanes_um2", um2(0)},
          {"multiplier_lanes_um2", report.grid_multiply_bits == 0 ? Json(nullptr) : um2(report.grid_multiply_bits)}};
}

Json json_of(const std::optional<Difference>& difference) {
  if (!difference) {
    return nullptr;
  }
  return {
      {"largest", difference->largest}, {"mean", difference->mean}, {"other_class_frames", difference->other_class}};
}

Json json_of(const Accuracy& accuracy) {
  return {{"float_class_error", or_null(accuracy.float_class_error)},
          {"integer_to_float_dense", json_of(accuracy.integer_to_float_dense)},
          {"integer_to_float_rounding", json_of(accuracy.integer_to_float_rounding)},
          {"threshold_to_float", json_of(accuracy.threshold_to_float)}};
}

Json layers_of(const ModeResult& mode, const ModeEnergy& energy, const Report& report) {
  Json layers = Json::array();
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    layers.push_back({{"name", report.layers[i].name},
                      {"tallies", json_of(mode.layers[i])},
                      {"first_frame", json_of(mode.first_frame[i])},
                      {"energy", layer_energy_of(energy.layers[i], energy.activity.layers[i], energy.complete())},
                      {"machine", mode.machine ? json_of(mode.machine->layers[i], *mode.machine) : Json(nullptr)},
                      {"systolic", mode.systolic ? json_of(mode.systolic->layers[i], *mode.systolic) : Json(nullptr)}});
  }
  return layers;
}

/// The paper's figures, per frame.
Json per_frame_of(const Work& sum, const ModeEnergy& energy, std::uint64_t frames) {
  const auto n = static_cast<double>(frames);
  return {{"paper_adds", static_cast<double>(sum[Tally::kPaperAdds]) / n},
          {"paper_multiplies", static_cast<double>(sum[Tally::kPaperMultiplies]) / n},
          {"paper_operations", static_cast<double>(paper_operations(sum)) / n},
          {"paper_nj", energy.paper.full_precision.value / n / 1e3},
          {"paper_8bit_nj", energy.paper.matched.value / n / 1e3},
          {"full_nj", per_frame_nj(energy.complete(), energy.activity.total, frames)},
          {"full_8bit_nj",
           per_frame_nj(energy.eight_bit.has_value(), energy.eight_bit.value_or(CategoryEnergies{}), frames)}};
}

/// docs/counting.md, "lava-dl's convention".
Json json_of(const LavaWork& work) {
  return {
      {"events", work.events}, {"events_of_dense", work.dense_events}, {"events_fewer", or_null(work.events_fewer())},
      {"synops", work.synops}, {"synops_of_dense", work.dense_synops}, {"synops_fewer", or_null(work.synops_fewer())}};
}

Json json_of(const ModeResult& mode, const ModeEnergy& energy, const Report& report) {
  const Work sum = sum_of(mode.layers);
  Json total = energy_of(energy.paper, energy.activity.total, energy.complete());
  const auto known = [&](bool is_known, Picojoules value) { return is_known ? Json(value.value) : Json(nullptr); };
  total["full_pj"] = known(energy.complete(), energy.activity.total.total());
  total["full_8bit_pj"] = known(energy.eight_bit.has_value(), energy.eight_bit.value_or(CategoryEnergies{}).total());
  total["unassigned_pj"] = known(energy.complete(), energy.activity.unassigned.total());
  total["scaled_pj"] = energy.activity.scaled.value;
  total["assumed_pj"] = energy.activity.assumed.value;
  return {{"mode", name_of(mode.mode)},
          {"engine", name_of(mode.activity_engine)},
          {"class_error", or_null(mode.class_error)},
          {"agreement", mode.agreement},
          {"top_5_agreement", share_within(mode, 5)},
          {"relative_error", or_null(relative_error(mode, report))},
          {"worst_relative_error", or_null(worst_relative_error(mode, report))},
          {"input_saturations", mode.input_saturations},
          {"outputs_hash", fmt::format("{:016x}", mode.outputs_hash)},
          {"operations_of_dense", or_null(ratio_to_dense(mode, report))},
          {"per_frame", per_frame_of(sum, energy, report.frames)},
          {"tallies", json_of(sum)},
          {"lava", json_of(lava_work_of(mode, report))},
          {"first_frame", json_of(sum_of(mode.first_frame))},
          {"energy", total},
          {"off_chip", off_chip_of(energy)},
          {"layers", layers_of(mode, energy, report)},
          {"machine", mode.machine ? json_of(*mode.machine, report.frames) : Json(nullptr)},
          {"systolic", mode.systolic ? json_of(*mode.systolic, report.frames) : Json(nullptr)}};
}

Json checks_of(const Report& report) {
  Json checks = Json::array();
  for (const Check& check : report.checks) {
    checks.push_back({{"name", check.name}, {"result", check.passed ? "passed" : "failed"}, {"detail", check.detail}});
  }
  return checks;
}

Json rate(std::uint64_t count, double seconds) {
  return seconds > 0 ? Json(static_cast<double>(count) / seconds) : Json(nullptr);
}

/// Everything that depends on the speed of the host.
Json timing_of(const Report& report) {
  Json modes = Json::array();
  Json systolic_seconds = nullptr;
  for (const ModeResult& mode : report.modes) {
    if (mode.systolic) {
      systolic_seconds = mode.systolic->cpu_seconds;
      continue;
    }
    Json json = {{"mode", name_of(mode.mode)},
                 {"executor_seconds", mode.executor_seconds},
                 {"executor_frames_per_second", rate(report.frames, mode.executor_seconds)}};
    if (mode.machine) {
      const MachineResult& machine = *mode.machine;
      const Work sum = sum_of(mode.layers);
      json["machine_cpu_seconds"] = machine.cpu_seconds;
      json["packets_per_second"] = rate(machine.packets, machine.cpu_seconds);
      json["spikes_per_second"] = rate(sum[Tally::kEvents], machine.cpu_seconds);
      json["hops_per_second"] = rate(machine.hops, machine.cpu_seconds);
      json["updates_per_second"] = rate(sum[Tally::kUpdates], machine.cpu_seconds);
      json["cycles_per_second"] = rate(machine.total.value, machine.cpu_seconds);
    }
    modes.push_back(json);
  }
  return {{"modes", modes}, {"systolic_cpu_seconds", systolic_seconds}};
}

}  // namespace

std::string write_json(const Report& report, const Table& table) {
  const std::vector<ModeEnergy> energies = price_modes(activity_of(report), table);
  Json modes = Json::array();
  for (std::size_t m = 0; m < report.modes.size(); ++m) {
    modes.push_back(json_of(report.modes[m], energies[m], report));
  }
  const Json json = {{"format", "sigdel-report"},
                     {"version", 1},
                     {"program", report.program},
                     {"scenario", report.scenario},
                     {"frames", report.frames},
                     {"labelled", report.labelled},
                     {"network", network_of(report)},
                     {"semantics", report.semantics},
                     {"mesh",
                      {{"columns", report.mesh_columns},
                       {"rows", report.mesh_rows},
                       {"encoding", report.encoding},
                       {"scan", report.scan},
                       {"discipline", report.discipline}}},
                     {"mapping", report.mapping ? json_of(*report.mapping) : Json(nullptr)},
                     {"energy_table", table_of(table, energies)},
                     {"not_modelled", {"host", "pads", "power gating"}},
                     {"verdicts", json_of(verdicts_of(report, energies, table))},
                     {"area", area_json(report, table)},
                     {"accuracy", json_of(report.accuracy)},
                     {"modes", modes},
                     {"checks", checks_of(report)},
                     {"all_checks_passed", passed_checks(report) == report.checks.size()},
                     {"resolved", report.resolved},
                     {"timing", timing_of(report)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace sigdel::energy
