/// Who wins: sigma-delta (or rounding, where it was not run) against every dense way to run the same network.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "energy/price.hpp"
#include "energy/report.hpp"

namespace sigdel::energy {

/// One comparison. Ratios are the opponent's figure over ours: above 1 we win.
struct Verdict {
  Mode ours = Mode::kSigmaDelta;
  Mode opponent = Mode::kDense;
  Engine engine = Engine::kMachine;             ///< the opponent's
  double energy = 0;                            ///< full energy
  std::optional<double> energy_8bit{};          ///< with 8-bit multiplications and weight words on both sides
  Category decided_by = Category::kArithmetic;  ///< the category with the largest part of the difference
  double share = 0;                             ///< its part, 0..1, above 1 if others go the other way
  std::optional<double> cycles{};               ///< of the whole runs; at equal lanes on the mesh
  std::optional<double> cycles_equal_area{};    ///< throughput per area
};

/// Energies alone, as far as `sigdel price` knows them. Empty when ours or all opponents were not counted in full.
std::vector<Verdict> verdicts_of(const std::vector<ModeEnergy>& modes);

/// With cycles and areas of the run.
std::vector<Verdict> verdicts_of(const Report& report, const std::vector<ModeEnergy>& modes, const Table& table);

/// A line each; "" if there are none.
std::string verdict_text(const std::vector<Verdict>& verdicts);

/// The areas behind them, a line; "" if the table has none.
std::string area_text(const Report& report, const Table& table);

}  // namespace sigdel::energy
