/// A run's figures as one row: what a sweep keeps of a point.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "energy/activity_file.hpp"
#include "energy/report.hpp"
#include "energy/table.hpp"
#include "scenarios/scenario.hpp"

namespace sigdel::cli {

/// Columns in groups: "" for the machine's, "dense", "dense-systolic", ..., "layer.dense.fc1". A group is an object of
/// figures by name. docs/formats/sweep.md lists them.
using Columns = nlohmann::ordered_json;

/// All that no price changes.
Columns counted_columns(const energy::Report& report);
/// Adds to the same groups what the activity costs with this table.
void add_prices(Columns& columns, const energy::ActivityFile& activity, const energy::Table& table);

/// "dense.cycles": the group and the figure.
Columns flattened(const Columns& groups);

/// Which columns results can have, as far as that is known before anything runs: layers may have any name.
class PossibleColumns {
 public:
  /// Those of one more scenario.
  void add(const scenarios::Scenario& scenario);
  /// Whether a shell-style pattern, or a name, can match one.
  [[nodiscard]] bool can_match(const std::string& pattern) const;
  /// Whether it is a column of every mode, without the mode.
  static bool is_figure(const std::string& name);

 private:
  std::set<std::string> groups_;  ///< "sigma-delta", "dense-systolic"
};

}  // namespace sigdel::cli
