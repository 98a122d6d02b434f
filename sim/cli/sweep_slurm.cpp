#include "sim/cli/sweep_slurm.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "sim/cli/slurm.hpp"
#include "sim/cli/sweep.hpp"
#include "sim/cli/sweep_folder.hpp"
#include "sim/cli/sweep_shard.hpp"

namespace sigdel::cli {
namespace {

namespace fs = std::filesystem;

/// Points without a result among those of some groups.
std::size_t missing_points(const SweepWork& work, const SweepFolder& folder, const std::vector<std::size_t>& groups) {
  std::size_t missing = 0;
  for (const std::size_t group : groups) {
    const auto& points = work.groups[group].points;
    missing += static_cast<std::size_t>(std::count_if(
        points.begin(), points.end(), [&](std::size_t p) { return !folder.read_point(work.points[p].name); }));
  }
  return missing;
}

std::size_t shard_count(const SweepWork& work, std::size_t points_per_task) {
  std::size_t points = 0;
  for (const PointGroup& group : work.groups) {
    points += group.points.size();
  }
  return std::clamp<std::size_t>((points + points_per_task - 1) / points_per_task, 1, work.groups.size());
}

}  // namespace

int sweep_slurm(const std::string& file, const std::string& folder_name, const SlurmArguments& arguments) {
  const SweepWork work = read_work(file);
  const SweepFolder folder(fs::absolute(folder_name.empty() ? work.sweep.output_folder : folder_name).string());
  folder.make();
  SlurmWork jobs{"sigdel-" + work.sweep.name, folder.in("slurm"), {}, {}, {}, {}};
  const std::size_t shards = shard_count(work, arguments.points_per_task);
  std::size_t missing = 0;
  for (std::size_t number = 1; number <= shards; ++number) {
    const std::size_t points = missing_points(work, folder, groups_of(work, {number, shards}));
    missing += points;
    if (points > 0) {
      jobs.tasks.push_back(number);
    }
  }
  if (missing == 0) {
    return sweep_collect(file, folder_name);
  }
  jobs.last = {fs::read_symlink("/proc/self/exe").string(),
               "sweep",
               fs::absolute(file).string(),
               "--output",
               folder.in(""),
               "--jobs",
               fmt::format("{}", arguments.jobs)};
  jobs.task = jobs.last;
  jobs.task.insert(jobs.task.end(), {"--shard", fmt::format("{{task}}/{}", shards)});
  jobs.options = {fmt::format("--cpus-per-task={}", arguments.jobs), "--chdir=" + fs::current_path().string()};
  jobs.options.insert(jobs.options.end(), arguments.options.begin(), arguments.options.end());
  const SlurmJobs submitted = submit(jobs);
  fmt::print(
      "{}: {} of {} points to do\nSubmitted: {} tasks of about {} points as job {}; behind them job {}, for what is "
      "missing then and for the table\nWhat they print: {}\nHow far it is: sigdel sweep status {}\n",
      file, missing, work.points.size(), jobs.tasks.size(), arguments.points_per_task, submitted.array, submitted.last,
      jobs.folder, file);
  return 0;
}

}  // namespace sigdel::cli
