/// Energies of every mode: the one place from which the run's report and `sigdel price` both take them.
#pragma once

#include <string>
#include <vector>

#include "energy/activity_file.hpp"
#include "energy/evaluate.hpp"

namespace sigdel::energy {

/// One mode over all frames.
struct ModeEnergy {
  Mode mode = Mode::kDense;
  bool complete = false;            ///< false: only arithmetic was counted, the rest is unknown and not zero
  std::vector<PaperEnergy> layers;  ///< arithmetic-only, as the paper prices it
  PaperEnergy paper;                ///< of all layers
  ActivityEnergy activity;
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

/// What the model leaves out so far, one line.
std::string not_modelled_text();

/// What `sigdel price` prints.
std::string price_text(const ActivityFile& file, const Table& table);

}  // namespace sigdel::energy
