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
      : sc_module(module_name),
        blocks_(&blocks),
        period_(sc_core::sc_time::from_value(period)),
        due_(blocks.next_cycle()) {
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
    if (due_ && *due_ == now_) {
      blocks_->run_cycle(now_);
      due_ = blocks_->next_cycle();
    }
    if (trace_) {
      trace_->sample(now_);
    }
    std::optional<Cycles> next = due_;
    if (next && trace_ && trace_->window_open()) {
      next = now_ + Cycles{1};
    }
    if (next) {
      const std::uint64_t gap = (*next - now_).value;
      if (gap == 1) {
        sc_core::next_trigger(period_);
      } else {
        sc_core::next_trigger(sc_core::sc_time::from_value(gap * period_.value()));
      }
      now_ = *next;
    }
  }

  BlockSet* blocks_;
  sc_core::sc_time period_;  // the kernel's resolution is 1 ps
  std::optional<Cycles> due_;
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

std::shared_ptr<void> elaborate(BlockSet& blocks, double clock_mhz) {
  return std::make_shared<Platform>("platform", blocks, period_ps(clock_mhz));
}

void run_systemc(BlockSet& blocks, double clock_mhz) {
  const auto platform = elaborate(blocks, clock_mhz);
  sc_core::sc_start();
}

}  // namespace sigdel::sim
