#include "sim/systemc/platform.hpp"

#include <cmath>
#include <deque>
#include <optional>
#include <systemc>

#include "sim/systemc/trace.hpp"

namespace sigdel::sim {
namespace {

/// A block's place in the SystemC hierarchy: gives it a name there; its work is called by the scheduler.
struct BlockModule : sc_core::sc_module {
  explicit BlockModule(const sc_core::sc_module_name& module_name) : sc_module(module_name) {}
};

/// The scheduler of a set of blocks: one process that sleeps from busy cycle to busy cycle.
class Platform : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(Platform);

  Platform(const sc_core::sc_module_name& module_name, BlockSet& blocks, std::uint64_t period)
      : sc_module(module_name), blocks_(&blocks), period_ps_(period) {
    for (const ClockedBlock* block : blocks.blocks()) {
      modules_.emplace_back(block->name().c_str());
    }
    SC_METHOD(run_cycle);
  }

  /// Samples signals in every cycle of a window of frames.
  void trace(const Machine& machine, const TraceConfig& config) { trace_.emplace(machine, config, name()); }

 private:
  /// Cycle 0 is visited at time 0; afterwards the process is at the time of the cycle that it asked for.
  void run_cycle() {
    const auto due = blocks_->next_cycle();
    if (due && *due == now_) {
      blocks_->run_cycle(now_);
    }
    if (trace_) {
      trace_->sample(now_);
    }
    std::optional<Cycles> next = blocks_->next_cycle();
    if (next && trace_ && trace_->window_open()) {
      next = now_ + Cycles{1};
    }
    if (next) {
      sc_core::next_trigger(sc_core::sc_time::from_value((*next - now_).value * period_ps_));
      now_ = *next;
    }
  }

  BlockSet* blocks_;
  std::uint64_t period_ps_;  // the kernel's resolution is 1 ps
  std::deque<BlockModule> modules_;
  std::optional<TraceSampler> trace_;
  Cycles now_;
};

}  // namespace

std::uint64_t period_ps(double clock_mhz) { return static_cast<std::uint64_t>(std::llround(1e6 / clock_mhz)); }

RunResult run_systemc(const MachineInput& input, const RunOptions& options) {
  Machine machine(input, true);
  machine.on_frame(options.on_frame);
  Platform platform("platform", machine.block_set(), period_ps(input.config.clock_mhz));
  if (options.trace != nullptr) {
    platform.trace(machine, *options.trace);
  }
  sc_core::sc_start();
  return machine.finish();
}

void run_systemc(BlockSet& blocks, double clock_mhz) {
  const Platform platform("platform", blocks, period_ps(clock_mhz));
  sc_core::sc_start();
}

}  // namespace sigdel::sim
