/// `sigdel sweep`, `sigdel sweep status`, `sigdel sweep collect` and `sigdel sweep analyse`.
#pragma once

#include <string>

#include "sim/cli/sweep_shard.hpp"

namespace sigdel::cli {

/// Runs what has no result yet and writes the table; of a shard only its points, and no table. `folder`: empty: where
/// the sweep says. Returns the exit code: 0 all points are done, 1 some failed or were lost, 3 results cannot be
/// written, 130 interrupted.
int sweep(const std::string& file, const std::string& folder, unsigned jobs, const Shard& shard);

/// Prints how far the sweep is; 0.
int sweep_status(const std::string& file, const std::string& folder);

/// Writes the table of what is there; 0 if that is all and none failed, else 1.
int sweep_collect(const std::string& file, const std::string& folder);

/// Writes the analyses of the table that is there; 0.
int sweep_analyse(const std::string& file, const std::string& folder);

}  // namespace sigdel::cli
