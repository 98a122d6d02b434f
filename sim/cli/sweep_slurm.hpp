/// `sigdel sweep --slurm`: a sweep as an array of tasks on a cluster.
#pragma once

#include <string>
#include <vector>

namespace sigdel::cli {

struct SlurmArguments {
  std::size_t points_per_task = 10;
  std::vector<std::string> options;  ///< for sbatch, as they are
  unsigned jobs = 1;                 ///< processors, and worker processes, of a task
};

/// Submits a task for each shard of about so many points that lacks results, and a job behind them that does what is
/// missing then and writes the table. Returns at once; 0. If no point is missing, it only writes the table, like
/// sweep_collect.
int sweep_slurm(const std::string& file, const std::string& folder, const SlurmArguments& arguments);

}  // namespace sigdel::cli
