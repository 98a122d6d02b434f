/// Worker processes for a sweep: each takes a group of points, runs it, and takes the next.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sim/cli/sweep_folder.hpp"
#include "sim/cli/sweep_runner.hpp"
#include "sim/cli/sweep_work.hpp"

namespace sigdel::cli {

struct SweepOutcome {
  std::array<std::size_t, 4> points{};        ///< by kind
  std::size_t loads = 0;                      ///< how often network and frames were loaded
  StageSeconds seconds;                       ///< summed over workers
  std::map<std::size_t, std::string> lost{};  ///< points without a result, as their worker was ended twice
  bool interrupted = false;

  [[nodiscard]] std::size_t of(PointKind kind) const { return points[static_cast<std::size_t>(kind)]; }
};

/// `done(points so far, groups so far, the point's number)` after each point.
using PointDone = std::function<void(std::size_t, std::size_t, std::size_t)>;

/// Runs the groups' points that have no result in the folder yet, in at most `jobs` processes. A group whose worker is
/// ended from outside is tried once more. Ctrl-C ends the workers. Throws std::system_error when a result cannot be
/// written; results that were stay.
SweepOutcome run_groups(const SweepWork& work, const std::vector<std::size_t>& groups, const SweepFolder& folder,
                        unsigned jobs, const PointDone& done);

}  // namespace sigdel::cli
