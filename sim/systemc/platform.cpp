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

/// Owns the machine and its scheduler: one process that sleeps from busy cycle to busy cycle.
class Platform : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(Platform);

  Platform(const sc_core::sc_module_name& module_name, const MachineInput& input, const RunOptions& options)
      : sc_module(module_name), machine_(input, true), period_ps_(period_ps(input.config.clock_mhz)) {
    machine_.on_frame(options.on_frame);
    for (const ClockedBlock* block : machine_.blocks()) {
      modules_.emplace_back(block->name().c_str());
    }
    if (options.trace != nullptr) {
      trace_.emplace(machine_, *options.trace, name());
    }
    SC_METHOD(run_cycle);
  }

  Machine& machine() { return machine_; }

 private:
  /// Cycle 0 is visited at time 0; afterwards the process is at the time of the cycle that it asked for.
  void run_cycle() {
    const auto due = machine_.next_cycle();
    if (due && *due == now_) {
      machine_.run_cycle(now_);
    }
    if (trace_) {
      trace_->sample(now_);
    }
    std::optional<Cycles> next = machine_.next_cycle();
    if (next && trace_ && trace_->window_open()) {
      next = now_ + Cycles{1};
    }
    if (next) {
      sc_core::next_trigger(sc_core::sc_time::from_value((*next - now_).value * period_ps_));
      now_ = *next;
    }
  }

  Machine machine_;
  std::uint64_t period_ps_;  // the kernel's resolution is 1 ps
  std::deque<BlockModule> modules_;
  std::optional<TraceSampler> trace_;
  Cycles now_;
};

}  // namespace

std::uint64_t period_ps(double clock_mhz) { return static_cast<std::uint64_t>(std::llround(1e6 / clock_mhz)); }

RunResult run_systemc(const MachineInput& input, const RunOptions& options) {
  Platform platform("platform", input, options);
  sc_core::sc_start();
  return platform.machine().finish();
}

}  // namespace sigdel::sim
