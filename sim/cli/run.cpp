#include "sim/cli/run.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "energy/activity_file.hpp"
#include "energy/summary.hpp"
#include "energy/writers.hpp"
#include "scenarios/mapping_file.hpp"
#include "scenarios/output_folder.hpp"
#include "sim/cli/build_report.hpp"
#include "sim/cli/output_files.hpp"
#include "sim/cli/simulate.hpp"

namespace sigdel::cli {
namespace {

sim::TraceConfig trace_of(const scenarios::Plan& plan, const std::string& file) {
  const auto& frames = plan.scenario.trace.frames;
  return {file, static_cast<std::uint64_t>(frames[0]), static_cast<std::uint64_t>(frames[1]), plan.traced_blocks};
}

/// Whether the folder's mapping.yaml is the mapping file that the run has read.
bool keeps_mapping(const scenarios::Plan& plan) {
  std::error_code not_there;
  return std::filesystem::equivalent(plan.scenario.mapping.file, plan.scenario.output_folder + "/mapping.yaml",
                                     not_there);
}

/// What an earlier run may have left in the folder and this one need not write.
std::vector<std::string> stale_files(const scenarios::Plan& plan) {
  std::vector<std::string> stale{"trace.vcd"};
  if (!keeps_mapping(plan)) {
    stale.emplace_back("mapping.yaml");
  }
  return stale;
}

void write_results(const scenarios::Plan& plan, const energy::Report& report, OutputFiles& files) {
  files.write("report.json", energy::write_json(report, plan.table));
  files.write("layers.csv", energy::write_csv(report, plan.table));
  files.write("frames.csv", energy::write_frames_csv(report));
  files.write("outputs.csv", energy::write_outputs_csv(report));
  files.write("tensors.csv", energy::write_tensors_csv(report));
  files.write("activity.json", energy::write_activity(energy::activity_of(report)));
  if (plan.scenario.on_machine() && !keeps_mapping(plan)) {
    files.write("mapping.yaml", scenarios::write_mapping(plan.mapping, plan.any_network(), plan.capacity()));
  }
}

}  // namespace

int run(const scenarios::Plan& plan, unsigned jobs) {
  scenarios::check_output_folder(plan.scenario.output_folder);
  catch_interrupts();
  OutputFiles files(plan.scenario.output_folder);
  std::optional<sim::TraceConfig> trace;
  if (plan.scenario.trace.enabled) {
    trace = trace_of(plan, files.reserve("trace.vcd"));
  }
  const energy::Report report = build_report(plan, simulate(plan, jobs, trace));
  write_results(plan, report, files);
  const auto written = files.commit(stale_files(plan));  // first, as the reader of the text may go away
  fmt::print("{}", energy::write_text(report, plan.table));
  if (plan.recording) {
    fmt::print("\nExecution: trace. What the layers send comes from {}.\n", plan.recording->file());
  }
  fmt::print("\nWritten:\n");
  for (const std::string& path : written) {
    fmt::print("  {}\n", path);
  }
  return energy::passed_checks(report) == report.checks.size() ? 0 : 1;
}

}  // namespace sigdel::cli
