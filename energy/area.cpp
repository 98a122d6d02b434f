#include "energy/area.hpp"

#include <algorithm>

namespace sigdel::energy {

std::optional<Area> area_of(const Inventory& inventory, const Table& table) {
  Area area;
  for (const AreaItem& item : inventory.items) {
    const auto figure = std::find_if(table.areas.begin(), table.areas.end(), [&](const AreaFigure& row) {
      return row.part == item.part && row.bits == item.bits;
    });
    if (figure == table.areas.end()) {
      return std::nullopt;
    }
    area.um2 += item.count * figure->um2;
    area.assumed_um2 += figure->kind == Kind::kAssumed ? item.count * figure->um2 : 0;
  }
  return area;
}

Inventory inventory_of(const MeshShape& mesh, std::uint32_t multiply_bits, std::string name) {
  const double cores = mesh.cores;
  const double lanes = cores * mesh.lanes;
  Inventory inventory{std::move(name),
                      {{AreaPart::kAdder, mesh.accumulator_bits, lanes},
                       {AreaPart::kSramKib, 0, cores * static_cast<double>(mesh.memory_bytes) / 1024},
                       {AreaPart::kRouter, mesh.flit_bits, cores}}};
  if (multiply_bits != 0) {
    inventory.items.push_back({AreaPart::kMultiplier, multiply_bits, lanes});
  }
  return inventory;
}

}  // namespace sigdel::energy
