/// `sigdel sweep`, `sigdel sweep status` and `sigdel sweep collect`.
#pragma once

#include <string>

namespace sigdel::cli {

/// Runs what has no result yet and writes the table. `folder`: empty: where the sweep says. Returns the exit code: 0
/// all points are done, 1 some failed or were lost, 3 results cannot be written, 130 interrupted.
int sweep(const std::string& file, std::string folder, unsigned jobs);

/// Prints how far the sweep is; 0.
int sweep_status(const std::string& file, std::string folder);

/// Writes the table of what is there; 0 if that is all and none failed, else 1.
int sweep_collect(const std::string& file, std::string folder);

}  // namespace sigdel::cli
