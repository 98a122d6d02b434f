/// Silicon area of a machine, so that adders and multipliers are not compared one for one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "energy/table.hpp"

namespace sigdel::energy {

/// `count` parts of one kind; of SRAM, KiB in fractions.
struct AreaItem {
  AreaPart part = AreaPart::kAdder;
  std::uint32_t bits = 0;
  double count = 0;
};

/// What one machine is made of.
struct Inventory {
  std::string name;  ///< "mesh, adder lanes"
  std::vector<AreaItem> items;
};

struct Area {
  double um2 = 0;
  double assumed_um2 = 0;  ///< the part that rests on assumed figures
};

/// Nothing when the table lacks an area for one of the items: an area is all or nothing.
std::optional<Area> area_of(const Inventory& inventory, const Table& table);

/// The mesh: lanes of adders, and of multipliers too if `multiply_bits` is not 0, memories and routers.
struct MeshShape {
  std::uint32_t cores = 0;
  std::uint32_t lanes = 0;  ///< per core
  std::uint32_t accumulator_bits = 32;
  std::uint32_t flit_bits = 64;
  std::uint64_t memory_bytes = 0;  ///< per core, both memories
};

Inventory inventory_of(const MeshShape& mesh, std::uint32_t multiply_bits, std::string name);

}  // namespace sigdel::energy
