/// Work handed to Slurm: an array of tasks, and a last job when they have ended.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace sigdel::cli {

struct SlurmWork {
  std::string name;                  ///< of the jobs, as squeue shows it
  std::string folder;                ///< where the scripts and what the jobs print go; made if it is not there
  std::vector<std::size_t> tasks;    ///< their numbers, ascending, at least one
  std::vector<std::string> task;     ///< command of a task; every `{task}` becomes its number
  std::vector<std::string> last;     ///< command of the last job
  std::vector<std::string> options;  ///< for sbatch, as they are: "--partition=long"
};

struct SlurmJobs {
  std::string array;  ///< job numbers, as Slurm writes them
  std::string last;
};

/// The script of a task or of the last job.
std::string slurm_script(const std::vector<std::string>& command);

/// Submits both with sbatch. A task that is lost with its node is started again by Slurm (--requeue); the last job
/// starts when every task has ended, however it did. Throws InputError with sbatch's words if it refuses.
SlurmJobs submit(const SlurmWork& work);

}  // namespace sigdel::cli
