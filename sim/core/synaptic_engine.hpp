/// Integrates spikes into accumulators, one spike at a time, on L lanes.
///
/// Timing: a spike with local fan-out F that needs p passes holds the engine for service_cycles(F, p), at least 1; the
/// next may start in the cycle after its last. It counts as integrated, for the end of the frame, in that same cycle.
#pragma once

#include <cstdint>

#include "models/base/mode.hpp"
#include "models/base/units.hpp"
#include "sim/core/config.hpp"
#include "sim/core/layer_part.hpp"
#include "sim/core/packet.hpp"

namespace sigdel::sim {

/// How long a spike holds the engine, and for what: the first of the longest terms.
struct Service {
  Cycles cycles;
  PartState bound = PartState::kLanes;
};

/// max(1, ceil(F * passes / lanes), ceil(F * weight bits / weight port), ceil(2 * F * state bits / state port)):
/// the lanes, the weight port and the state port (a read and a write per target) each take their time.
Service service_of(const CoreConfig& config, std::uint64_t fan_out, std::uint64_t passes, std::uint64_t weight_bits,
                   std::uint64_t state_bits);

class SynapticEngine {
 public:
  SynapticEngine(const CoreConfig& config, Mode mode, int state_bits)
      : config_(config), mode_(mode), state_bits_(state_bits) {}

  /// Ends the spike that is done in this cycle; returns whose it was, or null.
  LayerPart* retire(Cycles now);
  /// Takes a spike for `part`, whatever of the part it reaches; only when free().
  void start(Cycles now, const Packet& spike, LayerPart& part);

  [[nodiscard]] bool free() const { return part_ == nullptr; }
  /// The first cycle after the current spike.
  [[nodiscard]] Cycles busy_until() const { return busy_until_; }
  /// Whose spike it works on; null when free.
  [[nodiscard]] const LayerPart* part() const { return part_; }
  /// Cycles before `now` in which it has worked.
  [[nodiscard]] std::uint64_t busy_before(Cycles now) const {
    return (busy_ - (busy_until_ > now ? busy_until_ - now : Cycles{0})).value;
  }

 private:
  CoreConfig config_;
  Mode mode_;
  int state_bits_;
  LayerPart* part_ = nullptr;
  Cycles busy_until_;
  Cycles busy_;  // of all spikes so far
};

}  // namespace sigdel::sim
