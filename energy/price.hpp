/// Energies of every mode: the one place from which the run's report and `sigdel price` both take them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "energy/activity_file.hpp"
#include "energy/evaluate.hpp"

namespace sigdel::energy {

/// What a row about a mode on an engine is called.
std::string row_name(Mode mode, Engine engine);

/// One mode over all frames.
struct ModeEnergy {
  Mode mode = Mode::kDense;
  Engine engine = Engine::kMachine;
  std::vector<PaperEnergy> layers;  ///< arithmetic-only, as the paper prices it
  PaperEnergy paper;                ///< of all layers
  ActivityEnergy activity;
  std::optional<CategoryEnergies> eight_bit;  ///< with 8-bit multiplications and weight words, if they were counted

  /// false: only arithmetic was counted, the rest is unknown and not zero
  [[nodiscard]] bool complete() const { return is_complete(engine); }
  /// "dense", and "dense, systolic" on the array.
  [[nodiscard]] std::string name() const { return row_name(mode, engine); }
};

std::vector<ModeEnergy> price_modes(const ActivityFile& file, const Table& table);

/// Every price that entered, over all modes and the paper's own, each once.
std::vector<UsedPrice> prices_of(const std::vector<ModeEnergy>& modes, const Table& table);

/// The table "energy by part, nJ per frame"; the run's text contains the same lines.
std::string energy_table(const std::vector<ModeEnergy>& modes, std::uint64_t frames);

/// The words of weight and state memories among them, which carry most of the energy: size, price and kind, a line.
std::string memory_text(const std::vector<UsedPrice>& prices);

/// The assumed prices among them, one paragraph.
std::string assumed_text(const std::vector<UsedPrice>& prices);

/// Conditions and share of static energy, off-chip traffic, and what rests on which kind of price.
std::string shares_text(const std::vector<ModeEnergy>& modes, const Table& table, std::uint64_t frames);

/// What `sigdel price` prints.
std::string price_text(const ActivityFile& file, const Table& table);

}  // namespace sigdel::energy
