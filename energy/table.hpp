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
  std::string source;
};

struct Table {
  std::string name;
  std::string description;
  double technology_nm = 0;
  double voltage = 0;
  std::vector<Coefficient> coefficients;
};

/// Reads a table by name (`horowitz-45nm`, from `tables_folder`) or by file name. Throws InputError with file and line.
Table read_table(const std::string& name_or_file, const std::string& tables_folder);

/// A price with its worst kind: interpolation between two published sizes is `scaled`, outside them `assumed`.
struct Price {
  Picojoules energy;
  Kind kind = Kind::kAssumed;
};

/// The price of one action of that width on a memory of that size. Throws InputError that names action, width and
/// table when the table has none: a missing coefficient is never zero.
Price price_of(const Table& table, Action action, std::uint32_t bits, std::uint64_t memory_bytes);

}  // namespace sigdel::energy
