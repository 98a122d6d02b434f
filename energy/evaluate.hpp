/// Activity times table: energies by layer and category. Pure functions of counts; nothing here knows a clock.
#pragma once

#include <string>
#include <vector>

#include "energy/table.hpp"
#include "models/base/activity.hpp"

namespace sigdel::energy {

/// One energy per category.
class CategoryEnergies {
 public:
  Picojoules& operator[](Category which) { return values_[static_cast<std::size_t>(which)]; }
  Picojoules operator[](Category which) const { return values_[static_cast<std::size_t>(which)]; }
  CategoryEnergies& operator+=(const CategoryEnergies& other);
  [[nodiscard]] Picojoules total() const;
  [[nodiscard]] Picojoules dynamic() const;  ///< all but static
  bool operator==(const CategoryEnergies&) const = default;

 private:
  std::array<Picojoules, kEnumSize<Category>> values_{};
};

/// A price that entered an energy, and what for.
struct UsedPrice {
  Action action = Action::kAdd;
  std::uint32_t bits = 0;
  std::uint64_t memory_bytes = 0;
  Price price;
};

/// What went to and came from off-chip memories.
struct OffChipTraffic {
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_written = 0;
  std::uint64_t rows_opened = 0;

  bool operator==(const OffChipTraffic&) const = default;
};

/// What an activity costs.
struct ActivityEnergy {
  std::vector<CategoryEnergies> layers;  ///< as many as names were given
  CategoryEnergies unassigned;           ///< of records that name no layer
  CategoryEnergies total;                ///< the sum of both
  Picojoules assumed;                    ///< the part of the total that rests on assumed coefficients
  Picojoules scaled;                     ///< the part that rests on scaled ones
  OffChipTraffic off_chip;
  std::vector<UsedPrice> prices;  ///< every price that entered, by action, width, memory
};

/// Prices an activity. Records are first added up as integers by layer, action, width and memory, so neither their
/// order nor the block they come from changes a digit. Throws InputError for a counted action without a coefficient
/// and for a record of a layer that is not in `layers`.
ActivityEnergy evaluate(const Activity& activity, const std::vector<std::string>& layers, const Table& table);

/// The paper's arithmetic-only price of its own operation counts.
struct PaperEnergy {
  Picojoules full_precision;  ///< 32-bit additions and multiplications, as the paper prices them
  Picojoules matched;         ///< 8-bit multiplications, 32-bit additions: the precision-matched opponent
};

PaperEnergy paper_energy(const Work& work, const Table& table);

/// The three prices that paper_energy uses.
std::vector<UsedPrice> paper_prices(const Table& table);

}  // namespace sigdel::energy
