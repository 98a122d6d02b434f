/// A recording of a random case, in a file of its own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/support/random_network.hpp"
#include "tests/support/temporary_folder.hpp"
#include "traces/recording.hpp"
#include "traces/replay.hpp"

namespace sigdel::test {

traces::Frames frames_of(const RandomCase& random);
/// The case's integers serve both families.
traces::RecordingHeader header_of(const RandomCase& random, const std::vector<Mode>& modes,
                                  Semantics semantics = Semantics::kFrame);
/// The bytes of a recording.
std::string recorded_bytes(const RandomCase& random, const std::vector<Mode>& modes,
                           Semantics semantics = Semantics::kFrame);

class RecordedRun {
 public:
  explicit RecordedRun(const std::string& bytes) : recording_(folder_.write("r.sigdel", bytes)) {}
  RecordedRun(const RandomCase& random, const std::vector<Mode>& modes, Semantics semantics = Semantics::kFrame)
      : RecordedRun(recorded_bytes(random, modes, semantics)) {}

  [[nodiscard]] const traces::Recording& recording() const { return recording_; }
  [[nodiscard]] network::RecordedLayers layers(Mode mode) const { return traces::replay(recording_, mode); }

 private:
  TemporaryFolder folder_;
  traces::Recording recording_;
};

}  // namespace sigdel::test
