#include "energy/price.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "energy/text_table.hpp"
#include "energy/verdict.hpp"

namespace sigdel::energy {
namespace {

/// The records with 8-bit weights and multiplications in place of the counted ones.
Activity with_8bit(const ModeActivity& mode) {
  Activity activity = mode.records;
  std::erase_if(activity, [](const ActivityRecord& record) {
    return record.action == Action::kWeightRead || record.action == Action::kMultiply;
  });
  activity.insert(activity.end(), mode.records_8bit.begin(), mode.records_8bit.end());
  return activity;
}

ModeEnergy price_mode(const ModeActivity& mode, const std::vector<std::string>& layers, const Table& table) {
  ModeEnergy result;
  result.mode = mode.mode;
  result.engine = mode.engine;
  Work sum;
  for (const Work& work : mode.layers) {
    result.layers.push_back(paper_energy(work, table));
    sum += work;
  }
  result.paper = paper_energy(sum, table);
  result.activity = evaluate(mode.records, layers, table);
  if (result.complete() && !mode.records_8bit.empty()) {
    result.eight_bit = evaluate(with_8bit(mode), layers, table).total;
  }
  return result;
}

/// Static share of each mode that has one.
std::string static_text(const std::vector<ModeEnergy>& modes, const Table& table) {
  const Conditions conditions = table.conditions.value_or(Conditions{});
  std::vector<std::string> items;
  for (const ModeEnergy& mode : modes) {
    const CategoryEnergies& total = mode.activity.total;
    if (mode.complete()) {
      items.push_back(
          fmt::format("{} {:.1f}", mode.name(), 100 * total[Category::kStatic].value / total.total().value));
    }
  }
  return items.empty() ? ""
                       : wrapped(fmt::format("Static: {} cells at {} K, nothing power-gated; % of full:",
                                             name_of(conditions.cells), conditions.temperature_k),
                                 items);
}

std::string off_chip_text(const std::vector<ModeEnergy>& modes, std::uint64_t frames) {
  std::vector<std::string> items;
  bool is_any = false;
  for (const ModeEnergy& mode : modes) {
    if (!mode.complete()) {
      continue;
    }
    const OffChipTraffic& traffic = mode.activity.off_chip;
    const auto per_frame = [&](std::uint64_t n, double unit) {
      return static_cast<double>(n) / unit / static_cast<double>(frames);
    };
    items.push_back(fmt::format("{} {:.1f} + {:.1f}, {:.2f}", mode.name(), per_frame(traffic.bytes_read, 1024),
                                per_frame(traffic.bytes_written, 1024), per_frame(traffic.rows_opened, 1000)));
    is_any = is_any || traffic != OffChipTraffic{};
  }
  if (items.empty()) {
    return "";
  }
  return is_any ? wrapped("Off chip per frame, KiB read + written, thousand rows opened:", items)
                : "Nothing off chip: everything fits.\n";
}

/// Shares that rest on prices which nobody published as such.
std::string kinds_text(const std::vector<ModeEnergy>& modes) {
  std::vector<std::string> items;
  for (const ModeEnergy& mode : modes) {
    const double percent = 100 / mode.activity.total.total().value;
    if (mode.complete()) {
      items.push_back(fmt::format("{} {:.1f}/{:.1f}", mode.name(), percent * mode.activity.scaled.value,
                                  percent * mode.activity.assumed.value));
    }
  }
  return items.empty() ? "" : wrapped("Resting on scaled/assumed prices, % of full:", items);
}

}  // namespace

std::string row_name(Mode mode, Engine engine) {
  return engine == Engine::kSystolic ? fmt::format("{}, {}", name_of(mode), name_of(engine))
                                     : std::string(name_of(mode));
}

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
                   {hardware, "arith."},
                   {hardware, "weights"},
                   {hardware, "states"},
                   {hardware, "queues"},
                   {hardware, "network"},
                   {hardware, "off-chip"},
                   {hardware, "static"},
                   {hardware, "full"},
                   {hardware, "full 8b"}});
  const auto cell = [&](bool known, Picojoules energy) {
    return fixed(known ? energy.value * 1e-3 / static_cast<double>(frames) : kNothing, 2);
  };
  for (const ModeEnergy& mode : modes) {
    const CategoryEnergies& total = mode.activity.total;
    std::vector<std::string> cells{mode.name(), cell(true, mode.paper.full_precision), cell(true, mode.paper.matched)};
    for (const Category category : all_of<Category>()) {
      cells.push_back(cell(mode.complete() || category == Category::kArithmetic, total[category]));
    }
    cells.push_back(cell(mode.complete(), total.total()));
    cells.push_back(cell(mode.eight_bit.has_value(), mode.eight_bit.value_or(CategoryEnergies{}).total()));
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
      const std::string of = used.bits == 0 ? memory : fmt::format(" ({} bits{})", used.bits, memory);
      items.push_back(fmt::format("{}{} {:.4g} pJ", name_of(used.action), of, used.price.energy.value));
    }
  }
  return items.empty() ? "Assumed coefficients: none.\n" : wrapped("Assumed coefficients (no source):", items);
}

std::string shares_text(const std::vector<ModeEnergy>& modes, const Table& table, std::uint64_t frames) {
  const std::string scaled = table.scaling ? "Scaled " + scaling_text(*table.scaling) + "\n" : "";
  return scaled + static_text(modes, table) + off_chip_text(modes, frames) + kinds_text(modes);
}

std::string price_text(const ActivityFile& file, const Table& table) {
  const std::vector<ModeEnergy> modes = price_modes(file, table);
  const std::vector<UsedPrice> prices = prices_of(modes, table);
  return fmt::format("Scenario  {}, {} frames, priced again with the energy table {}\nTable     {}\n\n{}\n{}{}{}{}",
                     file.scenario, file.frames, table.name, table.description, energy_table(modes, file.frames),
                     shares_text(modes, table, file.frames), memory_text(prices), assumed_text(prices),
                     verdict_text(verdicts_of(modes)));
}

}  // namespace sigdel::energy
