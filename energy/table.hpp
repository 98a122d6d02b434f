/// A table of energy coefficients, each with unit, source and kind. docs/formats/energy-table.md describes the file.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "energy/conditions.hpp"
#include "energy/node_scaling.hpp"
#include "models/base/activity.hpp"
#include "models/base/units.hpp"

namespace sigdel::energy {

/// How a number came about, from best to worst.
enum class Kind { kMeasured, kSimulated, kScaled, kAssumed };

}  // namespace sigdel::energy

namespace sigdel {
template <>
struct EnumTable<energy::Kind> {
  static constexpr std::array<std::string_view, 4> names{"measured", "simulated", "scaled", "assumed"};
};
}  // namespace sigdel

namespace sigdel::energy {

/// What one action of one width costs.
struct Coefficient {
  Action action = Action::kAdd;
  std::uint32_t bits = 0;          ///< 0 where the action has no width
  std::uint64_t memory_bytes = 0;  ///< a published size; kAnyMemory: the figure holds for every size
  Picojoules energy;               ///< per action; of leakage once the clock is known (at_conditions)
  double power_uw = 0;             ///< of leakage
  Kind kind = Kind::kAssumed;
  std::string source;                ///< the citation, with the coefficient's own note behind it
  double voltage = 0;                ///< V, at which the figure was taken
  std::optional<SramCells> cells{};  ///< that the figure holds for; nothing: any
  int temperature_k = 0;             ///< that the figure holds for; 0: any
};

/// What takes area.
enum class AreaPart { kAdder, kMultiplier, kSramKib, kRouter };

/// The area of one part of one width, at the table's node.
struct AreaFigure {
  AreaPart part = AreaPart::kAdder;
  std::uint32_t bits = 0;  ///< of operands or flits; 0 for a KiB of SRAM
  double um2 = 0;
  Kind kind = Kind::kAssumed;
  std::string source;
};

inline constexpr std::uint64_t kAnyMemory = std::numeric_limits<std::uint64_t>::max();

struct Table {
  std::string name;
  std::string description;
  double technology_nm = 0;
  double voltage = 0;
  std::vector<Coefficient> coefficients;
  std::vector<AreaFigure> areas{};
  std::optional<Conditions> conditions{};  ///< that were chosen; nothing: not yet
  std::optional<NodeScaling> scaling{};    ///< that was applied
};

/// Reads a table by name (`horowitz-45nm`, from `tables_folder`) or by file name (it has a '/' or ends in .yaml).
/// Throws InputError with file, line and key.
Table read_table(const std::string& name_or_file, const std::string& tables_folder);

/// The same from the text of a file; `file` is only for messages.
Table parse_table(const std::string& text, const std::string& file);

/// The table's figures for these conditions: those for other cells or temperatures are left out, leakage powers become
/// energies per cycle. Once per table.
Table at_conditions(Table table, const Conditions& conditions);

/// A price with its worst kind: interpolation between two published sizes is `scaled`, outside them `assumed`.
struct Price {
  Picojoules energy;
  Kind kind = Kind::kAssumed;
  std::string source;
};

/// The price of one action of that width on a memory of that size. Throws InputError that names action, width and
/// table when the table has none: a missing coefficient is never zero.
///
/// The width must be in the table. Between two adjacent published memory sizes b1 < b < b2 with energies E1, E2 the
/// price is E1 (b / b1)^p with p = ln(E2 / E1) / ln(b2 / b1): exact at both ends, a straight line in log-log. Outside
/// the published sizes the nearest pair's line is continued. Leakage of a memory is proportional to its size.
Price price_of(const Table& table, Action action, std::uint32_t bits, std::uint64_t memory_bytes);

}  // namespace sigdel::energy

namespace sigdel {
template <>
struct EnumTable<energy::AreaPart> {
  static constexpr std::array<std::string_view, 4> names{"adder", "multiplier", "sram_kib", "router"};
};
}  // namespace sigdel
