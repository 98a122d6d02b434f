/// Work in the convention of lava-dl's benchmarks: docs/counting.md, "lava-dl's convention".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "energy/report.hpp"

namespace sigdel::energy {

/// Of all layers, per frame (or step).
struct LavaWork {
  double events = 0;        ///< that layers receive
  double dense_events = 0;  ///< neurons that layers read
  double synops = 0;        ///< events times fan-out as if images had no borders
  double dense_synops = 0;  ///< multiply-adds of the dense network, counted the same way

  /// How many times fewer than dense; nothing if there were none.
  [[nodiscard]] std::optional<double> events_fewer() const;
  [[nodiscard]] std::optional<double> synops_fewer() const;
};

/// Mean of a mode's frames from `first` on; there is one at least.
LavaWork lava_work_of(const ModeResult& mode, const Report& report, std::size_t first = 0);

/// A table beside our own counts, for runs of networks with thresholds; "" for others.
std::string lava_text(const Report& report);

}  // namespace sigdel::energy
