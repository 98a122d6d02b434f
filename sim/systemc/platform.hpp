/// The machine inside the SystemC kernel: one simulation, from reset to rest.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/core/machine.hpp"

namespace sigdel::sim {

/// What goes into a VCD file.
struct TraceConfig {
  std::string file;                 ///< ends in .vcd
  std::uint64_t first_frame = 0;    ///< signals move from this frame's entry ...
  std::uint64_t last_frame = 0;     ///< ... until this one has left
  std::vector<std::string> blocks;  ///< names of the blocks to trace
};

struct RunOptions {
  const TraceConfig* trace = nullptr;           ///< null: nothing is traced, at no cost
  std::function<void(std::uint64_t)> on_frame;  ///< called with the number of frames done
};

/// Elaborates and runs the machine; the kernel's time in cycle c is c clock periods. Only one call per process: SystemC
/// cannot elaborate twice. Throws std::logic_error if the machine deadlocks.
RunResult run_systemc(const MachineInput& input, const RunOptions& options);

/// Any blocks inside the kernel, ready for cycle 0: a module for each, and the process that drives them. For
/// benchmarks.
std::shared_ptr<void> elaborate(BlockSet& blocks, double clock_mhz);
/// Elaborates the blocks and runs them until all sleep.
void run_systemc(BlockSet& blocks, double clock_mhz);

/// A clock period as the kernel has it, in ps: 10^6 / clock_mhz, rounded to whole ps.
std::uint64_t period_ps(double clock_mhz);

}  // namespace sigdel::sim
