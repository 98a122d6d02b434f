#include "sim/cli/sweep_work.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

#include "models/base/errors.hpp"
#include "sim/cli/sweep_columns.hpp"
#include "sim/cli/version.hpp"

namespace sigdel::cli {
namespace {

void check_objectives(const scenarios::Sweep& sweep) {
  for (const scenarios::Objective& objective : sweep.objectives) {
    if (!is_column(objective.column)) {
      fail(
          "{}: objectives: '{}' is no column of a result; one is sigma-delta.full_nj_per_frame "
          "(docs/formats/sweep.md lists them)",
          sweep.file, objective.column);
    }
  }
}

}  // namespace

scenarios::Fingerprints program_fingerprints() {
  static const std::string kProgram =
      fmt::format("{}, build {}", program_version(), scenarios::hash_of_file("/proc/self/exe"));
  return {kProgram, SIGDEL_TABLES};
}

SweepWork read_work(const std::string& file) {
  SweepWork work{scenarios::read_sweep(file), {}, {}};
  check_objectives(work.sweep);
  scenarios::Fingerprints fingerprints = program_fingerprints();
  std::map<std::string, std::size_t> groups;
  std::set<std::string> names;
  for (scenarios::Point& point : scenarios::points_of(work.sweep)) {
    const auto fingerprint = fingerprints.of(scenarios::scenario_of(work.sweep, point));
    const std::string activity = scenarios::hash_name(fingerprint.activity);
    const auto [group, is_new] = groups.try_emplace(activity, work.groups.size());
    if (is_new) {
      work.groups.push_back({activity, scenarios::hash_name(fingerprint.arithmetic), {}});
    }
    std::string name = scenarios::hash_name(fingerprint.plan);
    if (names.insert(name).second) {
      work.groups[group->second].points.push_back(work.points.size());
    }
    work.points.push_back({std::move(point), std::move(name)});
  }
  return work;
}

}  // namespace sigdel::cli
