/// What leakage depends on and no count says.
#pragma once

#include "models/base/enum_table.hpp"

namespace sigdel::energy {

/// Transistors of an SRAM, as CACTI calls them: the faster, the more they leak.
enum class SramCells {
  kHp,    ///< high performance
  kLop,   ///< low operating power
  kLstp,  ///< low standby power
};

struct Conditions {
  SramCells cells = SramCells::kLop;
  int temperature_k = 320;
  double clock_mhz = 0;  ///< turns a power into an energy per cycle; 0: nothing ran on a machine

  bool operator==(const Conditions&) const = default;
};

}  // namespace sigdel::energy

namespace sigdel {
template <>
struct EnumTable<energy::SramCells> {
  static constexpr std::array<std::string_view, 3> names{"hp", "lop", "lstp"};
};
}  // namespace sigdel
