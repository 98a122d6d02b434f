#include "scenarios/analysis/points.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <numeric>

namespace sigdel::analysis {

std::vector<std::vector<std::size_t>> agreeing(const Points& points, const std::vector<std::size_t>& free) {
  std::map<std::vector<std::size_t>, std::size_t> place;
  std::vector<std::vector<std::size_t>> sets;
  for (std::size_t i = 0; i < points.size(); ++i) {
    std::vector<std::size_t> held = points.levels[i];
    for (const std::size_t factor : free) {
      held[factor] = 0;
    }
    const auto [entry, is_new] = place.try_emplace(std::move(held), sets.size());
    if (is_new) {
      sets.emplace_back();
    }
    sets[entry->second].push_back(i);
  }
  return sets;
}

std::vector<std::size_t> order_of(const Factor& factor) {
  std::vector<std::size_t> order(factor.levels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (factor.numeric()) {
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return factor.numbers[a] < factor.numbers[b]; });
  }
  return order;
}

std::vector<double> as_numbers(const std::vector<std::string>& levels) {
  std::vector<double> numbers;
  for (const std::string& level : levels) {
    double number = 0;
    const char* const end = level.data() + level.size();
    const auto [stop, error] = std::from_chars(level.data(), end, number);
    if (error != std::errc{} || stop != end || !std::isfinite(number)) {
      return {};
    }
    numbers.push_back(number);
  }
  return numbers;
}

}  // namespace sigdel::analysis
