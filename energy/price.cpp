#include "energy/price.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "energy/text_table.hpp"

namespace sigdel::energy {
namespace {

ModeEnergy price_mode(const ModeActivity& mode, const std::vector<std::string>& layers, const Table& table) {
  ModeEnergy result;
  result.mode = mode.mode;
  result.complete = is_complete(mode);
  Work sum;
  for (const Work& work : mode.layers) {
    result.layers.push_back(paper_energy(work, table));
    sum += work;
  }
  result.paper = paper_energy(sum, table);
  result.activity = evaluate(mode.records, layers, table);
  return result;
}

}  // namespace

std::vector<ModeEnergy> price_modes(const ActivityFile& file, const Table& table) {
  std::vector<ModeEnergy> modes;
  for (const ModeActivity& mode : file.modes) {
    modes.push_back(price_mode(mode, file.layers, table));
  }
  return modes;
}

std::vector<UsedPrice> prices_of(const std::vector<ModeEnergy>& modes, const Table& table) {
  std::map<std::tuple<Action, std::uint32_t, std::uint64_t>, UsedPrice> sorted;
  const auto add = [&](const std::vector<UsedPrice>& prices) {
    for (const UsedPrice& used : prices) {
      sorted.insert({{used.action, used.bits, used.memory_bytes}, used});
    }
  };
  add(paper_prices(table));
  for (const ModeEnergy& mode : modes) {
    add(mode.activity.prices);
  }
  std::vector<UsedPrice> result;
  result.reserve(sorted.size());
  for (const auto& [key, used] : sorted) {
    result.push_back(used);
  }
  return result;
}

std::string energy_table(const std::vector<ModeEnergy>& modes, std::uint64_t frames) {
  const std::string hardware = "hardware, by what spends it";
  TextTable table({{"", "energy, nJ per frame"},
                   {"paper", "32 bits"},
                   {"paper", "8b mul"},
                   {hardware, "arithmetic"},
                   {hardware, "weights"},
                   {hardware, "states"},
                   {hardware, "queues"},
                   {hardware, "network"},
                   {hardware, "full"},
                   {hardware, "scaled %"},
                   {hardware, "assumed %"}});
  const double to_nj = 1e-3 / static_cast<double>(frames);
  for (const ModeEnergy& mode : modes) {
    const CategoryEnergies& total = mode.activity.total;
    std::vector<std::string> cells{std::string(name_of(mode.mode)), fixed(mode.paper.full_precision.value * to_nj, 3),
                                   fixed(mode.paper.matched.value * to_nj, 3)};
    for (const Category category : all_of<Category>()) {
      const bool known = mode.complete || category == Category::kArithmetic;
      cells.push_back(known ? fixed(total[category].value * to_nj, 3) : "-");
    }
    cells.push_back(mode.complete ? fixed(total.total().value * to_nj, 3) : "-");
    for (const Picojoules part : {mode.activity.scaled, mode.activity.assumed}) {
      cells.push_back(mode.complete ? fixed(100 * part.value / total.total().value, 1) : "-");
    }
    table.add_row(std::move(cells));
  }
  return table.text();
}

std::string memory_text(const std::vector<UsedPrice>& prices) {
  const auto costs_the_same = [&](const UsedPrice& read, Action action) {
    return std::any_of(prices.begin(), prices.end(), [&](const UsedPrice& other) {
      return other.action == action && other.bits == read.bits && other.memory_bytes == read.memory_bytes &&
             other.price.energy == read.price.energy && other.price.kind == read.price.kind;
    });
  };
  std::vector<std::string> items;
  const auto add = [&](std::string_view name, const UsedPrice& used) {
    items.push_back(fmt::format("{} ({} bits of {:.6g} KiB) {:.1f} pJ {}", name, used.bits,
                                static_cast<double>(used.memory_bytes) / 1024, used.price.energy.value,
                                name_of(used.price.kind)));
  };
  for (const UsedPrice& used : prices) {
    if (used.action == Action::kWeightRead) {
      add("weights", used);
    } else if (used.action == Action::kStateRead) {
      add(costs_the_same(used, Action::kStateWrite) ? "states" : "states read", used);
    } else if (used.action == Action::kStateWrite && !costs_the_same(used, Action::kStateRead)) {
      add("states written", used);
    }
  }
  return items.empty() ? "" : wrapped("Memory words:", items);
}

std::string assumed_text(const std::vector<UsedPrice>& prices) {
  std::vector<std::string> items;
  for (const UsedPrice& used : prices) {
    if (used.price.kind == Kind::kAssumed) {
      const std::string memory = used.memory_bytes == 0 ? "" : fmt::format(" in {} bytes", used.memory_bytes);
      items.push_back(
          fmt::format("{} ({} bits{}) {:.4g} pJ", name_of(used.action), used.bits, memory, used.price.energy.value));
    }
  }
  return items.empty() ? "Assumed coefficients: none.\n" : wrapped("Assumed coefficients (no source):", items);
}

std::string not_modelled_text() {
  return "Not modelled yet, so in no figure: static energy (leakage, clock tree) and off-chip memory.\n";
}

std::string price_text(const ActivityFile& file, const Table& table) {
  const std::vector<ModeEnergy> modes = price_modes(file, table);
  const std::vector<UsedPrice> prices = prices_of(modes, table);
  return fmt::format("Scenario  {}, {} frames, priced again with the energy table {}\nTable     {}\n\n{}\n{}{}{}",
                     file.scenario, file.frames, table.name, table.description, energy_table(modes, file.frames),
                     memory_text(prices), assumed_text(prices), not_modelled_text());
}

}  // namespace sigdel::energy
