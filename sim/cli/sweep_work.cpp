#include "sim/cli/sweep_work.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

#include "models/base/errors.hpp"
#include "sim/cli/sweep_columns.hpp"
#include "sim/cli/version.hpp"

namespace sigdel::cli {
namespace {

/// Refuses columns that no result can have.
void check_columns(const scenarios::Sweep& sweep, const PossibleColumns& possible) {
  constexpr const char* kHint = "docs/formats/sweep.md lists them";
  for (const scenarios::Objective& objective : sweep.objectives) {
    if (objective.column.find_first_of("*?[") != std::string::npos || !possible.can_match(objective.column)) {
      fail(
          "{}: objectives: '{}' is no column of a result; one of a mode that runs is named like "
          "sigma-delta.full_nj_per_frame ({})",
          sweep.file, objective.column, kHint);
    }
  }
  for (const std::string& pattern : sweep.outputs) {
    if (!possible.can_match(pattern)) {
      fail("{}: outputs: '{}' is no column of any point, and no pattern of some ({})", sweep.file, pattern, kHint);
    }
  }
  if (sweep.break_even && !PossibleColumns::is_figure(sweep.break_even->figure)) {
    fail("{}: break_even: '{}' is no column of a mode; expected its name without the mode, as full_nj_per_frame ({})",
         sweep.break_even->place, sweep.break_even->figure, kHint);
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
  PossibleColumns possible;
  scenarios::Fingerprints fingerprints = program_fingerprints();
  std::map<std::string, std::size_t> groups;
  std::set<std::string> names;
  for (scenarios::Point& point : scenarios::points_of(work.sweep)) {
    const scenarios::Scenario scenario = scenarios::scenario_of(work.sweep, point);
    possible.add(scenario);
    const auto fingerprint = fingerprints.of(scenario);
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
  check_columns(work.sweep, possible);
  return work;
}

}  // namespace sigdel::cli
