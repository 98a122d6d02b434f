#include "energy/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "energy/summary.hpp"
#include "energy/text_table.hpp"

namespace sigdel::energy {
namespace {

/// The modes that stand for the method: sigma-delta before rounding, and with thresholds.
std::vector<const ModeEnergy*> ours_among(const std::vector<ModeEnergy>& modes) {
  std::vector<const ModeEnergy*> ours;
  for (const Mode mode : {Mode::kSigmaDelta, Mode::kRounding, Mode::kThreshold}) {
    const auto found = std::find_if(modes.begin(), modes.end(), [&](const ModeEnergy& energy) {
      return energy.mode == mode && energy.engine == Engine::kMachine;
    });
    const bool has_family = !ours.empty() && family_of(ours.back()->mode) == family_of(mode);
    if (found != modes.end() && !has_family) {
      ours.push_back(&*found);
    }
  }
  return ours;
}

Verdict compare(const ModeEnergy& ours, const ModeEnergy& opponent) {
  Verdict verdict;
  verdict.ours = ours.mode;
  verdict.opponent = opponent.mode;
  verdict.engine = opponent.engine;
  const CategoryEnergies& we = ours.activity.total;
  const CategoryEnergies& they = opponent.activity.total;
  verdict.energy = they.total().value / we.total().value;
  if (ours.eight_bit && opponent.eight_bit) {
    verdict.energy_8bit = opponent.eight_bit->total().value / ours.eight_bit->total().value;
  }
  const double difference = they.total().value - we.total().value;
  for (const Category category : all_of<Category>()) {
    const double share = difference == 0 ? 0 : (they[category].value - we[category].value) / difference;
    if (share > verdict.share) {
      verdict.decided_by = category;
      verdict.share = share;
    }
  }
  return verdict;
}

/// The mesh as the mode needs it.
Inventory inventory_for(const Report& report, Mode mode) {
  const std::uint32_t bits = mode == Mode::kThreshold ? report.threshold_multiply_bits
                             : is_quantised(mode)     ? report.scaled_multiply_bits
                                                      : report.grid_multiply_bits;
  return inventory_of(report.shape.value(), bits, std::string(name_of(mode)));
}

/// The array: an adder and a multiplier per element, and its memories.
Inventory inventory_for(const Report& report, const SystolicResult& array) {
  const double elements = static_cast<double>(array.rows) * array.columns;
  return {"systolic array",
          {{AreaPart::kAdder, static_cast<std::uint32_t>(report.accumulator_bits), elements},
           {AreaPart::kMultiplier, report.grid_multiply_bits, elements},
           {AreaPart::kSramKib, 0, static_cast<double>(array.memory_bytes) / 1024}}};
}

const ModeResult* clocked_run(const Report& report, Mode mode, Engine engine) {
  const auto found = std::find_if(report.modes.begin(), report.modes.end(), [&](const ModeResult& result) {
    return result.mode == mode && result.activity_engine == engine && clocked(result);
  });
  return found == report.modes.end() ? nullptr : &*found;
}

void add_cycles(Verdict& verdict, const Report& report, const Table& table) {
  const ModeResult* const ours = clocked_run(report, verdict.ours, Engine::kMachine);
  const ModeResult* const opponent = clocked_run(report, verdict.opponent, verdict.engine);
  if (ours == nullptr || opponent == nullptr) {
    return;
  }
  verdict.cycles =
      static_cast<double>(clocked(*opponent)->total.value) / static_cast<double>(clocked(*ours)->total.value);
  if (!report.shape) {
    return;
  }
  const auto our_area = area_of(inventory_for(report, verdict.ours), table);
  const auto their_area = area_of(
      opponent->systolic ? inventory_for(report, *opponent->systolic) : inventory_for(report, verdict.opponent), table);
  if (our_area && their_area) {
    verdict.cycles_equal_area = *verdict.cycles * their_area->um2 / our_area->um2;
  }
}

std::string line_of(const Verdict& verdict) {
  const bool wins = verdict.energy >= 1;
  std::string line =
      fmt::format("  {} {} {} by {:.2f}", name_of(verdict.ours), wins ? "beats" : "loses to",
                  row_name(verdict.opponent, verdict.engine), wins ? verdict.energy : 1 / verdict.energy);
  if (verdict.energy_8bit) {
    const bool wins_8bit = *verdict.energy_8bit >= 1;
    line += fmt::format(" (8b: {}{:.2f})",
                        wins_8bit == wins ? ""
                        : wins_8bit       ? "wins "
                                          : "loses ",
                        wins_8bit ? *verdict.energy_8bit : 1 / *verdict.energy_8bit);
  }
  line += fmt::format(", {:.0f} % of it {}", 100 * verdict.share, name_of(verdict.decided_by));
  if (verdict.cycles) {
    line += fmt::format("; cycles {:.2f}", *verdict.cycles);
  }
  if (verdict.cycles_equal_area) {
    line += fmt::format(", at equal area {:.2f}", *verdict.cycles_equal_area);
  }
  return line + "\n";
}

}  // namespace

std::vector<Verdict> verdicts_of(const std::vector<ModeEnergy>& modes) {
  std::vector<Verdict> verdicts;
  for (const ModeEnergy* const ours : ours_among(modes)) {
    for (const ModeEnergy& opponent : modes) {
      if (family_of(opponent.mode) == Family::kGrid && opponent.complete()) {
        verdicts.push_back(compare(*ours, opponent));
      }
    }
  }
  return verdicts;
}

std::vector<Verdict> verdicts_of(const Report& report, const std::vector<ModeEnergy>& modes, const Table& table) {
  std::vector<Verdict> verdicts = verdicts_of(modes);
  for (Verdict& verdict : verdicts) {
    add_cycles(verdict, report, table);
  }
  return verdicts;
}

std::string verdict_text(const std::vector<Verdict>& verdicts) {
  std::string text = verdicts.empty() ? "" : "Verdict, full energy (ratios are the opponent's over ours):\n";
  for (const Verdict& verdict : verdicts) {
    text += line_of(verdict);
  }
  return text;
}

std::string area_text(const Report& report, const Table& table) {
  if (!report.shape) {
    return "";
  }
  const auto adders = area_of(inventory_of(*report.shape, 0, ""), table);
  const auto multipliers = area_of(inventory_of(*report.shape, report.grid_multiply_bits, ""), table);
  if (!adders || !multipliers || report.grid_multiply_bits == 0) {
    return "";
  }
  constexpr double kMm2 = 1e-6;
  return fmt::format(
      "Area at {:g} nm: mesh with adder lanes {:.2f} mm2, with multiplier lanes too {:.2f} mm2 (x {:.2f}); {:.0f} % "
      "assumed\n",
      table.technology_nm, adders->um2 * kMm2, multipliers->um2 * kMm2, multipliers->um2 / adders->um2,
      100 * multipliers->assumed_um2 / multipliers->um2);
}

}  // namespace sigdel::energy
