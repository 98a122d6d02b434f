#include "energy/conditions.hpp"

#include "energy/table.hpp"

namespace sigdel::energy {

Table at_conditions(Table table, const Conditions& conditions) {
  std::erase_if(table.coefficients, [&](const Coefficient& row) {
    return (row.cells && *row.cells != conditions.cells) ||
           (row.temperature_k != 0 && row.temperature_k != conditions.temperature_k) ||
           (is_leakage(row.action) && conditions.clock_mhz == 0);
  });
  for (Coefficient& row : table.coefficients) {
    if (is_leakage(row.action)) {
      row.energy = {row.power_uw / conditions.clock_mhz};  // uW / MHz = pJ
    }
  }
  table.conditions = conditions;
  return table;
}

}  // namespace sigdel::energy
