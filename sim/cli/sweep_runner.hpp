/// Runs points of a sweep in this process, each stage once for all points that share it: network and frames are loaded
/// and recorded once per arithmetic, a machine is simulated once per activity, the rest is priced.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "scenarios/plan.hpp"
#include "sim/cli/sweep_folder.hpp"
#include "sim/cli/sweep_work.hpp"

namespace sigdel::cli {

/// How a point came to its result; `kFailedAlike`: by what has failed before for a point that it shares it with.
enum class PointKind { kSimulated, kRepriced, kFailed, kFailedAlike };

/// Wall time of each stage.
struct StageSeconds {
  double load = 0;
  double record = 0;
  double simulate = 0;  ///< with the functional executor and the report
  double price = 0;
};

class SweepRunner {
 public:
  SweepRunner(const SweepWork& work, const SweepFolder& folder)
      : work_(work), folder_(folder), fingerprints_(program_fingerprints()) {}

  /// Runs those points of the group that have no result yet, and writes their results; `done(number, kind)` after
  /// each. A point whose plan is refused, or that fails, has its message as its result; what all points of the group
  /// share is tried once. `shares`: another group has
  /// the same arithmetic, so a recording pays. Throws Interrupted, WorkerLost, std::bad_alloc and std::system_error.
  void run(const PointGroup& group, bool shares, const std::function<void(std::size_t, PointKind)>& done);

  [[nodiscard]] const StageSeconds& seconds() const { return seconds_; }

 private:
  PointKind run_point(const PointGroup& group, std::size_t number, bool shares);
  PointResult result_of(const PointGroup& group, const scenarios::Scenario& scenario, bool shares);
  /// Runs a stage that all points of the group share, unless one has failed; then it fails in the same way.
  void fails_once(const PointGroup& group, const std::function<void()>& stage);
  void load(const PointGroup& group, const scenarios::Scenario& scenario);
  void open_recording(const PointGroup& group);
  void count(const PointGroup& group, bool shares);

  const SweepWork& work_;
  const SweepFolder& folder_;
  scenarios::Fingerprints fingerprints_;
  std::map<std::string, energy::Table> tables_;  ///< as read, by name or file
  std::unique_ptr<scenarios::Plan> plan_;
  std::string loaded_;  ///< the arithmetic in the plan
  std::string fitted_;  ///< the activity whose machine is in the plan
  CountedRun counted_;
  std::string counted_name_;  ///< the activity that was counted
  std::string failed_;        ///< the activity for which a stage has failed that its points share
  std::string failure_;       ///< and why
  std::size_t simulations_ = 0;
  StageSeconds seconds_;
};

}  // namespace sigdel::cli
