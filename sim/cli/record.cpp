#include "sim/cli/record.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "energy/text_table.hpp"
#include "models/base/errors.hpp"
#include "scenarios/output_folder.hpp"
#include "sim/cli/output_files.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/worker.hpp"
#include "traces/record_mode.hpp"

namespace sigdel::cli {
namespace {

namespace fs = std::filesystem;

/// What one mode put into the file.
struct RecordedMode {
  Mode mode = Mode::kDense;
  std::uint64_t events = 0;  ///< the frames' and the layers', the output accumulators among them
  std::uint64_t bytes = 0;
};

void check_written(const std::ostream& out, const std::string& file) {
  if (!out) {
    fail("{}: {}", file, std::strerror(errno));
  }
}

std::vector<RecordedMode> record_modes(const scenarios::Plan& plan, std::ostream& out, const std::string& file) {
  const auto& modes = plan.scenario.modes;
  traces::RecordingWriter writer(out, traces::make_header({&plan.scaled, &plan.grid, &plan.threshold}, plan.frames,
                                                          modes, plan.machine.semantics));
  Progress progress("recording", modes.size() * plan.frames.count, "frames");
  std::uint64_t frames = 0;
  std::vector<RecordedMode> recorded;
  for (const Mode mode : modes) {
    const std::uint64_t before = writer.bytes();
    const std::uint64_t events = traces::record_mode(plan.network_for(mode), mode, plan.frames, writer, [&] {
      throw_if_interrupted();
      check_written(out, file);  // a full disk stays full
      progress.show(frames++);
    });
    recorded.push_back({mode, events, writer.bytes() - before});
  }
  writer.finish();
  return recorded;
}

std::string table_of(const std::vector<RecordedMode>& modes, std::size_t frames) {
  energy::TextTable table({{"", "mode"}, {"", "events"}, {"", "per frame"}, {"", "bytes"}, {"", "per event"}});
  for (const RecordedMode& mode : modes) {
    const auto events = static_cast<double>(mode.events);
    table.add_row({std::string(name_of(mode.mode)), fmt::format("{}", mode.events),
                   fmt::format("{:.1f}", events / static_cast<double>(frames)), fmt::format("{}", mode.bytes),
                   fmt::format("{:.2f}", static_cast<double>(mode.bytes) / events)});
  }
  return table.text();
}

}  // namespace

scenarios::Scenario recordable(scenarios::Scenario scenario) {
  scenario.machine_modes.clear();
  scenario.mapping = {};
  scenario.trace.enabled = false;
  scenario.execution = scenarios::Execution::kFull;
  scenario.recording_file.clear();
  return scenario;
}

std::string default_recording(const scenarios::Scenario& scenario) {
  return scenario.recording_file.empty() ? (fs::path(scenario.output_folder) / "recording.sigdel").string()
                                         : scenario.recording_file;
}

void write_recording(const scenarios::Plan& plan, std::ostream& out, const std::string& file) {
  record_modes(plan, out, file);
}

void record(const scenarios::Plan& plan, const std::string& file) {
  const std::string name = fs::path(file).filename().string();
  std::string folder = fs::path(file).parent_path().string();
  if (name.empty() || name == "." || name == "..") {
    fail("{}: this is a folder; the recording needs the name of a file", file);
  }
  folder = folder.empty() ? "." : folder;
  scenarios::check_output_folder(folder);
  catch_interrupts();
  OutputFiles files(folder);
  std::ofstream out(files.reserve(name), std::ios::binary);
  const std::vector<RecordedMode> modes = record_modes(plan, out, file);
  out.close();
  check_written(out, file);
  const auto written = files.commit({});
  fmt::print(
      "Recorded {}: {} frames\n{}\nWritten:\n  {} ({} bytes)\n\nTo time a machine from it: --set execution=trace "
      "--set recording.file={}\n",
      plan.scenario.name, plan.frames.count, table_of(modes, plan.frames.count), written.front(),
      fs::file_size(written.front()), written.front());
}

}  // namespace sigdel::cli
