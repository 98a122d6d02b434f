/// The random-network experiment as files.
#pragma once

#include <string>

#include "scenarios/analysis/analyse.hpp"
#include "scenarios/experiments/random_experiment.hpp"

namespace sigdel::experiments {

/// A table for readers, in Markdown: a row for the start and for each tuning.
std::string table_text(const RandomExperiment& experiment);

/// tuned.csv and tuned.md (the table), cloud.csv (a row for each random triple), paths.csv (a row for each epoch of
/// each tuning); scales.svg (scales by layer) and trade-off.svg (error over additions: cloud, paths, results).
analysis::Analyses files_of(const RandomExperiment& experiment);

}  // namespace sigdel::experiments
