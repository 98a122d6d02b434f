/// The temporal-order experiment as files.
#pragma once

#include <optional>
#include <string>

#include "energy/table.hpp"
#include "scenarios/analysis/analyse.hpp"
#include "scenarios/experiments/order_experiment.hpp"

namespace sigdel::experiments {

/// Error that a tuned network may have above the dense one's to be called as good: 0.1 percentage points.
inline constexpr double kSlack = 0.001;

/// Full energy of modes on the scenario's machine, nJ per frame, with the scales of the chosen point.
struct MachineEnergy {
  std::uint64_t frames = 0;  ///< in temporal order, from its first on
  double dense = 0;
  double dense_8bit = 0;  ///< with 8-bit weights and activations
  double zero_skip = 0;
  double rounding = 0;
  double sigma_delta = 0;
};

/// The table of lambdas in Markdown, the dense network in front.
std::string table_text(const OrderExperiment& experiment, const energy::Table& prices);

/// How many times less than `dense` the chosen point takes, in operations, arithmetic energy and full energy, in
/// Markdown; or that no point's error is within kSlack.
std::string factors_text(const OrderExperiment& experiment, const energy::Table& prices,
                         const std::optional<MachineEnergy>& machine);

/// table.csv, table.md, factors.md, order.csv (which frame stands where); curves.svg (four panels: error over
/// operations and over energy, shuffled and temporal) and, where frames can be square pictures, strip.svg (20 frames in
/// either order).
analysis::Analyses files_of(const scenarios::Plan& plan, const OrderData& data, const OrderExperiment& experiment,
                            const std::optional<MachineEnergy>& machine);

}  // namespace sigdel::experiments
