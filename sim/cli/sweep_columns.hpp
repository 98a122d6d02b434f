/// A run's figures as one row: what a sweep keeps of a point.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "energy/activity_file.hpp"
#include "energy/report.hpp"
#include "energy/table.hpp"

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
/// Whether some run can have a column of that name, as far as the name tells.
bool is_column(const std::string& name);

}  // namespace sigdel::cli
