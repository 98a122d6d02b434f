/// What a run counted, saved: enough to price it again with another table. docs/formats/activity.md describes the file.
#pragma once

#include <string>
#include <vector>

#include "energy/report.hpp"
#include "models/base/activity.hpp"
#include "models/base/mode.hpp"

namespace sigdel::energy {

/// One mode's counts over all frames.
struct ModeActivity {
  Mode mode = Mode::kDense;
  std::string engine;        ///< "machine": every action was counted; "executor": arithmetic alone
  std::vector<Work> layers;  ///< the tallies per layer, for the paper's price
  Activity records;

  bool operator==(const ModeActivity&) const = default;
};

struct ActivityFile {
  std::string scenario;
  std::uint64_t frames = 0;
  std::vector<std::string> layers;  ///< names
  std::vector<ModeActivity> modes;

  bool operator==(const ActivityFile&) const = default;
};

/// Only the machine counts memories, queues and network.
inline bool is_complete(const ModeActivity& mode) { return mode.engine == "machine"; }

/// The report's activity in its one canonical form: records sorted, those that differ in nothing but their count added
/// up, those with count 0 left out.
ActivityFile activity_of(const Report& report);

/// The text of an activity file.
std::string write_activity(const ActivityFile& file);

/// Reads one. Throws InputError with file and JSON path when it is damaged, cut off or of another version, and for
/// unknown keys and names, counts that are not whole numbers, and anything given twice.
ActivityFile read_activity(const std::string& file_name);

/// The same from the text of a file; `file_name` is only for messages.
ActivityFile parse_activity(const std::string& text, const std::string& file_name);

}  // namespace sigdel::energy
