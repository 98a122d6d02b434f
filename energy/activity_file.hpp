/// What a run counted, saved: enough to price it again with another table. docs/formats/activity.md describes the file.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "energy/report.hpp"
#include "models/base/activity.hpp"
#include "models/base/mode.hpp"

namespace sigdel::energy {

inline constexpr int kActivityVersion = 2;  ///< of the file

/// One mode's counts over all frames, on one engine.
struct ModeActivity {
  Mode mode = Mode::kDense;
  Engine engine = Engine::kMachine;
  std::vector<Work> layers;  ///< the tallies per layer, for the paper's price
  Activity records;
  /// Multiplications and weight words if weights and activations were 8 bits wide: they stand for those in `records`
  /// in the precision-matched price. Empty if that was not counted.
  Activity records_8bit;

  bool operator==(const ModeActivity&) const = default;
};

struct ActivityFile {
  std::string scenario;
  std::uint64_t frames = 0;
  double clock_mhz = 0;             ///< of the machine, for the energy of leakage; 0 if nothing ran on one
  std::vector<std::string> layers;  ///< names
  std::vector<ModeActivity> modes;

  bool operator==(const ActivityFile&) const = default;
};

/// Memories, queues, network and powered cycles were counted too.
constexpr bool is_complete(Engine engine) { return engine != Engine::kExecutor; }

/// The report's activity in its one canonical form: records sorted, those that differ in nothing but their count added
/// up, those with count 0 left out.
ActivityFile activity_of(const Report& report);

/// An activity file as JSON, and its text.
nlohmann::ordered_json json_of(const ActivityFile& file);
std::string write_activity(const ActivityFile& file);

/// Reads one. Throws InputError with file and JSON path when it is damaged, cut off or of another version, and for
/// unknown keys and names, counts that are not whole numbers, and anything given twice.
ActivityFile read_activity(const std::string& file_name);

/// The same from the text of a file; `file_name` is only for messages.
ActivityFile parse_activity(const std::string& text, const std::string& file_name);

}  // namespace sigdel::energy
