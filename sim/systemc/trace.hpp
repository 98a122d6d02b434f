/// Signals of selected blocks for a VCD file, sampled once per cycle inside a window of frames.
#pragma once

#include <deque>
#include <systemc>

#include "sim/core/machine.hpp"
#include "sim/systemc/platform.hpp"

namespace sigdel::sim {

/// Owns the VCD file and the values that it watches. docs/formats/vcd.md lists the signals.
class TraceSampler {
 public:
  /// Opens the file and registers the signals under `root`, the name of the top module.
  TraceSampler(const Machine& machine, const TraceConfig& config, const std::string& root);
  ~TraceSampler();
  TraceSampler(const TraceSampler&) = delete;
  TraceSampler& operator=(const TraceSampler&) = delete;

  /// Whether the window is open in this cycle; then the kernel must visit every cycle.
  [[nodiscard]] bool window_open() const { return window_; }
  /// Takes the values of this cycle, after all blocks have been stepped.
  void sample(Cycles now);

 private:
  struct HostSignals {
    const Host* host = nullptr;
    std::uint32_t frames_begun = 0;
    std::uint32_t frames_left = 0;
  };
  struct CoreSignals {
    const Core* core = nullptr;
    sc_dt::sc_uint<2> state;
    std::uint32_t inbox = 0;
    std::uint32_t outbox = 0;
    std::uint32_t spikes_in = 0;
    std::uint32_t spikes_out = 0;
  };
  struct RouterSignals {
    const Router* router = nullptr;
    std::array<bool, kPorts> link{};
    std::uint32_t queued = 0;
  };

  void add_core(const Core& core, const std::string& scope);
  void add_router(const Router& router, const std::string& scope);
  void add_host(const Host& host, const std::string& scope);
  void close();

  const Machine* machine_;
  TraceConfig config_;
  sc_core::sc_trace_file* file_;
  std::deque<HostSignals> hosts_;  // deques: signals are watched where they are
  std::deque<CoreSignals> cores_;
  std::deque<RouterSignals> routers_;
  bool window_ = false;
};

}  // namespace sigdel::sim
