/// A sweep's results as numbers: what was varied, what came out.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

namespace sigdel::analysis {

enum class Goal { kLeast, kMost };

/// One figure that came out.
struct Metric {
  std::string name;  ///< with its unit, as the column of the table is called
  Goal goal = Goal::kLeast;
};

/// One thing that was varied: a key, a group of keys that change together, or the mode.
struct Factor {
  std::string name;
  std::vector<std::string> levels;  ///< as written, in the order of the sweep; all different
  std::vector<double> numbers;      ///< the levels as numbers; empty if one of them is none

  [[nodiscard]] bool numeric() const { return !numbers.empty(); }
};

inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
inline bool known(double value) { return !std::isnan(value); }

/// Any number of points; not every combination of levels needs to be there, and none should be twice.
struct Points {
  std::vector<Factor> factors;
  std::vector<Metric> metrics;
  std::vector<std::vector<std::size_t>> levels;  ///< [point][factor], indices into Factor::levels
  std::vector<std::vector<double>> values;       ///< [point][metric]; kUnknown where a point has no such figure

  [[nodiscard]] std::size_t size() const { return levels.size(); }
};

/// Sets of points that agree in every factor but those in `free`, in the order in which they appear.
std::vector<std::vector<std::size_t>> agreeing(const Points& points, const std::vector<std::size_t>& free);

/// A factor's levels in the order of their numbers, or as they are where they have none.
std::vector<std::size_t> order_of(const Factor& factor);

/// `levels` as numbers, or nothing if one of them is none (decimal, as YAML writes it; infinities and NaN are none).
std::vector<double> as_numbers(const std::vector<std::string>& levels);

}  // namespace sigdel::analysis
