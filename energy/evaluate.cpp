#include "energy/evaluate.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "models/base/errors.hpp"

namespace sigdel::energy {
namespace {

using PriceKey = std::tuple<Action, std::uint32_t, std::uint64_t>;  // action, bits, memory bytes
using CountsByLayer = std::map<std::size_t, std::uint64_t>;         // layer's position, or number of layers

std::size_t position_of(const std::string& layer, const std::vector<std::string>& layers) {
  const auto found = std::find(layers.begin(), layers.end(), layer);
  if (found == layers.end() && !layer.empty()) {
    fail("activity of layer '{}', which the network does not have (it has {})", layer, fmt::join(layers, ", "));
  }
  return static_cast<std::size_t>(found - layers.begin());
}

std::map<PriceKey, CountsByLayer> added_up(const Activity& activity, const std::vector<std::string>& layers) {
  std::map<PriceKey, CountsByLayer> sums;
  for (const ActivityRecord& record : activity) {
    if (record.count > 0) {
      sums[{record.action, record.bits, record.memory_bytes}][position_of(record.layer, layers)] += record.count;
    }
  }
  return sums;
}

UsedPrice used(const Table& table, Action action, std::uint32_t bits, std::uint64_t memory_bytes = 0) {
  return {action, bits, memory_bytes, price_of(table, action, bits, memory_bytes)};
}

void count_off_chip(Action action, std::uint32_t bits, std::uint64_t count, OffChipTraffic& traffic) {
  traffic.bytes_read += action == Action::kDramRead ? count * (bits / 8) : 0;
  traffic.bytes_written += action == Action::kDramWrite ? count * (bits / 8) : 0;
  traffic.rows_opened += action == Action::kDramActivate ? count : 0;
}

}  // namespace

CategoryEnergies& CategoryEnergies::operator+=(const CategoryEnergies& other) {
  for (const Category category : all_of<Category>()) {
    (*this)[category] += other[category];
  }
  return *this;
}

Picojoules CategoryEnergies::total() const {
  Picojoules sum;
  for (const Picojoules energy : values_) {
    sum += energy;
  }
  return sum;
}

Picojoules CategoryEnergies::dynamic() const {
  CategoryEnergies others = *this;
  others[Category::kStatic] = {};
  return others.total();
}

ActivityEnergy evaluate(const Activity& activity, const std::vector<std::string>& layers, const Table& table) {
  ActivityEnergy result;
  result.layers.resize(layers.size());
  for (const auto& [key, counts] : added_up(activity, layers)) {
    const auto [action, bits, memory_bytes] = key;
    result.prices.push_back(used(table, action, bits, memory_bytes));
    const Price& price = result.prices.back().price;
    for (const auto& [layer, count] : counts) {
      count_off_chip(action, bits, count, result.off_chip);
      const Picojoules energy = static_cast<double>(count) * price.energy;
      CategoryEnergies& row = layer < layers.size() ? result.layers[layer] : result.unassigned;
      row[category_of(action)] += energy;
      if (price.kind == Kind::kAssumed) {
        result.assumed += energy;
      } else if (price.kind == Kind::kScaled) {
        result.scaled += energy;
      }
    }
  }
  for (const CategoryEnergies& layer : result.layers) {
    result.total += layer;
  }
  result.total += result.unassigned;
  return result;
}

PaperEnergy paper_energy(const Work& work, const Table& table) {
  const Picojoules add = price_of(table, Action::kAdd, 32, 0).energy;
  const Picojoules multiply = price_of(table, Action::kMultiply, 32, 0).energy;
  const Picojoules multiply8 = price_of(table, Action::kMultiply, 8, 0).energy;
  const auto adds = static_cast<double>(work[Tally::kPaperAdds]);
  const auto multiplies = static_cast<double>(work[Tally::kPaperMultiplies]);
  return {adds * add + multiplies * multiply, adds * add + multiplies * multiply8};
}

std::vector<UsedPrice> paper_prices(const Table& table) {
  return {used(table, Action::kAdd, 32), used(table, Action::kMultiply, 8), used(table, Action::kMultiply, 32)};
}

}  // namespace sigdel::energy
