/// What the benchmarks run: a name gives a machine or a mesh, ready to be driven by either scheduler.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/block_set.hpp"
#include "sim/core/machine.hpp"

namespace sigdel::bench {

/// What a run has done.
struct LoadCounts {
  std::uint64_t cycles = 0;  ///< simulated ones, until the last activity
  std::uint64_t frames = 0;  ///< 0 of bare traffic
  std::uint64_t packets = 0;
  std::uint64_t hops = 0;     ///< flits over links
  std::uint64_t updates = 0;  ///< synaptic operations
  std::uint64_t router_flits = 0;
  std::uint64_t routers = 0;
};

class Load {
 public:
  virtual ~Load() = default;
  virtual sim::BlockSet& block_set() = 0;
  [[nodiscard]] virtual LoadCounts counts() = 0;
};

/// The names that make_load knows.
const std::vector<std::string>& load_names();
/// One of these, or a scenario file (.yaml) with a machine, in `sigma-delta`, with `overrides` as after --set. Throws
/// std::invalid_argument for any other name.
std::unique_ptr<Load> make_load(std::string_view name, const std::vector<std::string>& overrides = {});

/// A network on all 1,024 cores of a 32 x 32 mesh, to be elaborated. Everything that the machine needs.
struct LargeMesh {
  LargeMesh();
  network::IntegerNetwork network;
  mapping::Mapping mapping;
  sim::FrameEvents frames;
  sim::MachineConfig config;

  [[nodiscard]] sim::MachineInput input() const { return {network, mapping, frames, config, Mode::kSigmaDelta, 0}; }
  [[nodiscard]] std::uint64_t neurons() const;
};

/// The same blocks to the end: on the bare wheel, and inside the SystemC kernel (once per process). Functions of their
/// own, for callgrind to collect in.
void measured_floor(Load& load);
void measured_kernel(Load& load);

}  // namespace sigdel::bench
