#include "energy/table.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "models/base/errors.hpp"

namespace sigdel::energy {
namespace {

/// The coefficients of one action and width, by memory size.
std::vector<Coefficient> rows_of(const Table& table, Action action, std::uint32_t bits) {
  std::vector<Coefficient> rows;
  std::copy_if(table.coefficients.begin(), table.coefficients.end(), std::back_inserter(rows),
               [&](const Coefficient& row) { return row.action == action && row.bits == bits; });
  std::sort(rows.begin(), rows.end(),
            [](const Coefficient& a, const Coefficient& b) { return a.memory_bytes < b.memory_bytes; });
  return rows;
}

std::string of_width(std::uint32_t bits) { return bits == 0 ? "" : fmt::format(" of {} bits", bits); }

/// For a message: the widths that there are, or the conditions under which there is nothing.
std::string what_it_has(const Table& table, Action action) {
  std::vector<std::uint32_t> widths;
  for (const Coefficient& row : table.coefficients) {
    if (row.action == action) {
      widths.push_back(row.bits);
    }
  }
  std::sort(widths.begin(), widths.end());
  widths.erase(std::unique(widths.begin(), widths.end()), widths.end());
  if (needs_width(action)) {
    return widths.empty() ? "it has no width" : fmt::format("it has {} bits", fmt::join(widths, ", "));
  }
  return table.conditions
             ? fmt::format("at {} cells, {} K", name_of(table.conditions->cells), table.conditions->temperature_k)
             : "it has none";
}

/// The straight line in log-log through two published sizes, at `bytes`.
Price on_line(const Coefficient& low, const Coefficient& high, std::uint64_t bytes) {
  if (low.energy.value == 0) {  // so is the other: the reader saw to it
    return {low.energy, std::max(low.kind, high.kind), low.source};
  }
  const double power = std::log(high.energy.value / low.energy.value) /
                       std::log(static_cast<double>(high.memory_bytes) / static_cast<double>(low.memory_bytes));
  const double ratio = static_cast<double>(bytes) / static_cast<double>(low.memory_bytes);
  const bool inside = bytes > low.memory_bytes && bytes < high.memory_bytes;
  const Kind rule = inside ? Kind::kScaled : Kind::kAssumed;
  const std::string how =
      fmt::format("{} the figures for {} and {} bytes: {}", inside ? "interpolated between" : "extrapolated from",
                  low.memory_bytes, high.memory_bytes, low.source);
  return {{low.energy.value * std::pow(ratio, power)}, std::max({rule, low.kind, high.kind}), how};
}

/// Leakage of a memory, from that of one size.
Price proportional(const Coefficient& row, std::uint64_t bytes) {
  const double ratio = static_cast<double>(bytes) / static_cast<double>(row.memory_bytes);
  return {ratio * row.energy, std::max(Kind::kScaled, row.kind), row.source};
}

Price price_of_memory(const Table& table, const std::vector<Coefficient>& rows, std::uint64_t bytes) {
  const Coefficient& any = rows.front();
  if (bytes == 0) {
    fail("energy table '{}': {}{} needs the size of the memory", table.name, name_of(any.action), of_width(any.bits));
  }
  if (any.memory_bytes == kAnyMemory) {
    return {any.energy, any.kind, any.source};
  }
  if (is_leakage(any.action)) {
    return proportional(any, bytes);
  }
  const auto not_below =
      std::find_if(rows.begin(), rows.end(), [&](const Coefficient& row) { return row.memory_bytes >= bytes; });
  if (not_below != rows.end() && not_below->memory_bytes == bytes) {
    return {not_below->energy, not_below->kind, not_below->source};
  }
  if (rows.size() < 2) {
    fail("energy table '{}': {} of {} bits is given for {} bytes only, {} bytes needed", table.name,
         name_of(any.action), any.bits, any.memory_bytes, bytes);
  }
  const auto position = std::clamp<std::ptrdiff_t>(not_below - rows.begin(), 1, std::ssize(rows) - 1);
  const auto high = static_cast<std::size_t>(position);
  return on_line(rows[high - 1], rows[high], bytes);
}

}  // namespace

Price price_of(const Table& table, Action action, std::uint32_t bits, std::uint64_t memory_bytes) {
  const std::vector<Coefficient> rows = rows_of(table, action, bits);
  if (rows.empty()) {
    fail("energy table '{}' has no coefficient for {}{} ({}): add one, with its source, or choose another table",
         table.name, name_of(action), of_width(bits), what_it_has(table, action));
  }
  if (is_leakage(action) && !table.conditions) {
    throw std::logic_error("leakage is priced under conditions");
  }
  if (needs_memory_size(action)) {
    return price_of_memory(table, rows, memory_bytes);
  }
  if (memory_bytes != 0) {
    fail("energy table '{}': {} has no memory size, {} bytes given", table.name, name_of(action), memory_bytes);
  }
  return {rows.front().energy, rows.front().kind, rows.front().source};
}

}  // namespace sigdel::energy
