/// A table of energy coefficients, each with unit, source and kind. docs/formats/energy-table.md describes the file.
#pragma once

#include <string>
#include <vector>

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
  std::uint32_t bits = 0;
  std::uint64_t memory_bytes = 0;  ///< a published size; memories in between are interpolated
  Picojoules energy;               ///< per action
  Kind kind = Kind::kAssumed;
  std::string source;  ///< the citation, with the coefficient's own note behind it
};

struct Table {
  std::string name;
  std::string description;
  double technology_nm = 0;
  double voltage = 0;
  std::vector<Coefficient> coefficients;
};

/// Accesses of a memory: their price depends on its size.
constexpr bool needs_memory_size(Action action) {
  const Category category = category_of(action);
  return category == Category::kWeightMemory || category == Category::kStateMemory;
}

/// Reads a table by name (`horowitz-45nm`, from `tables_folder`) or by file name (it has a '/' or ends in .yaml).
/// Throws InputError with file, line and key.
Table read_table(const std::string& name_or_file, const std::string& tables_folder);

/// The same from the text of a file; `file` is only for messages.
Table parse_table(const std::string& text, const std::string& file);

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
/// the published sizes the nearest pair's line is continued.
Price price_of(const Table& table, Action action, std::uint32_t bits, std::uint64_t memory_bytes);

}  // namespace sigdel::energy
