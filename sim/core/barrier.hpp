/// The barrier discipline: all blocks work in steps, and a step ends when nobody has anything left to do in it.
///
/// Timing: step 0 begins in cycle 0. A step is over in the cycle of its last action: the end of the host's injection or
/// of a scan, a spike integrated, an output taken by the host. The next one begins 1 + `sync` cycles later, step s no
/// earlier than s frame periods while frames enter.
///
/// Who fires when: in frame semantics a layer at depth d (from 0) fires frame t in step t + d + 1, and only then; in
/// step semantics every layer fires in every step. The host injects frame s in step s. The run ends after the last step
/// in which somebody has something to do: frames + depths steps, or as many as frames.
#pragma once

#include <cstdint>
#include <vector>

#include "models/base/mode.hpp"
#include "models/base/units.hpp"
#include "sim/core/wheel.hpp"

namespace sigdel::sim {

struct BarrierConfig {
  std::uint64_t frames = 0;
  Semantics semantics = Semantics::kFrame;
  Cycles sync;
  Cycles frame_period;                         ///< 0: back to back
  std::uint32_t hosts = 1;                     ///< ports that inject
  std::vector<std::uint32_t> parts_per_layer;  ///< cores that hold a part of it
  std::vector<std::uint32_t> depths;           ///< of each layer: layers before it
};

/// Counts what is still to be done in the current step. Shared by all blocks of a machine; what one block tells it in a
/// cycle changes what others see no earlier than in the next.
class Barrier {
 public:
  explicit Barrier(BarrierConfig config) : config_(std::move(config)) { expect_step(); }

  /// Somebody who must be stepped when a step begins.
  void wake_also(Waker waker) { wakers_.push_back(waker); }

  /// `n` more things to do in this step: spikes on their way. Only somebody who has something to do himself may add.
  void add(std::uint64_t n) { left_ += n; }
  /// One of them is done in this cycle.
  void done(Cycles now);

  /// Steps that have begun by this cycle.
  [[nodiscard]] std::uint64_t begun(Cycles now) const { return now >= begin_ ? steps_ : steps_ - 1; }
  /// Whether the layer fires in that step.
  [[nodiscard]] bool fires(std::uint64_t layer, std::uint64_t step) const;
  /// Whether the host injects a frame in that step.
  [[nodiscard]] bool injects(std::uint64_t step) const { return step < config_.frames; }

 private:
  void expect_step();

  BarrierConfig config_;
  std::vector<Waker> wakers_;
  std::uint64_t steps_ = 1;  // the last of them begins at begin_
  Cycles begin_;
  std::uint64_t left_ = 0;
};

}  // namespace sigdel::sim
