/// Runs on the machine in processes of their own: SystemC can elaborate only once per process.
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/core/result.hpp"

namespace sigdel::cli {

/// The user pressed Ctrl-C (or the process was told to end): nothing was written.
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

/// From here on Ctrl-C, SIGTERM and the end of the terminal only set a flag, which throw_if_interrupted() looks at.
void catch_interrupts();
void throw_if_interrupted();

/// A worker process was ended from outside, for example for want of memory.
class WorkerLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct WorkerResult {
  sim::RunResult run;
  double cpu_seconds = 0;  ///< that the worker took, elaboration included
};

/// A run; `report(n)` tells how many frames are done.
using Job = std::function<sim::RunResult(const std::function<void(std::uint64_t)>& report)>;

/// Runs every job in a forked process, at most `at_once` at a time, and returns their results in order.
/// `progress(n)` is called with the frames done over all jobs. An exception inside a job is thrown here as
/// std::runtime_error with its message; a worker that is killed ends the others and throws WorkerLost, Ctrl-C ends all
/// and throws Interrupted.
std::vector<WorkerResult> run_workers(const std::vector<Job>& jobs, unsigned at_once,
                                      const std::function<void(std::uint64_t)>& progress);

}  // namespace sigdel::cli
