#include "sim/cli/sweep.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <system_error>

#include "models/base/errors.hpp"
#include "models/base/read_file.hpp"
#include "sim/cli/analyse.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/sweep_pool.hpp"
#include "sim/cli/sweep_table.hpp"
#include "sim/cli/worker.hpp"

namespace sigdel::cli {
namespace {

constexpr int kFailed = 1;
constexpr int kSystem = 3;
constexpr int kInterrupted = 130;

std::string duration(double seconds) {
  return seconds < 120    ? fmt::format("{:.1f} s", seconds)
         : seconds < 7200 ? fmt::format("{:.1f} min", seconds / 60)
                          : fmt::format("{:.1f} h", seconds / 3600);
}

std::string plural(std::size_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

/// The best point so far by the first objective.
class Best {
 public:
  Best(const SweepWork& work, const SweepFolder& folder) : work_(work), folder_(folder) {}

  void look_at(std::size_t number) {
    if (work_.sweep.objectives.empty()) {
      return;
    }
    const scenarios::Objective& objective = work_.sweep.objectives.front();
    const auto result = folder_.read_point(work_.points[number].name);
    if (!result || !result->columns.contains(objective.column) || !result->columns.at(objective.column).is_number()) {
      return;
    }
    const double value = result->columns.at(objective.column).get<double>();
    if (!value_ || (objective.smallest ? value < *value_ : value > *value_)) {
      value_ = value;
      number_ = number;
    }
  }

  [[nodiscard]] std::string text() const {
    if (!value_) {
      return "";
    }
    std::vector<std::string> settings;
    for (const scenarios::Setting& setting : work_.points[number_].point.settings) {
      settings.push_back(fmt::format("{}={}", setting.key->path, cell_text(setting)));
    }
    return fmt::format("{} {:.6g} at point {} ({})", work_.sweep.objectives.front().column, *value_, number_ + 1,
                       fmt::join(settings, " "));
  }

 private:
  const SweepWork& work_;
  const SweepFolder& folder_;
  std::optional<double> value_;
  std::size_t number_ = 0;
};

/// What is still to be done.
struct Pending {
  std::vector<std::size_t> groups;
  std::size_t points = 0;
};

Pending pending_of(const SweepWork& work, const std::vector<std::size_t>& groups, const SweepFolder& folder,
                   Best& best) {
  Pending pending;
  for (const std::size_t g : groups) {
    std::size_t missing = 0;
    for (const std::size_t number : work.groups[g].points) {
      if (folder.read_point(work.points[number].name)) {
        best.look_at(number);
      } else {
        ++missing;
      }
    }
    pending.points += missing;
    if (missing > 0) {
      pending.groups.push_back(g);
    }
  }
  return pending;
}

/// Their points, each once.
std::size_t points_in(const SweepWork& work, const std::vector<std::size_t>& groups) {
  std::size_t points = 0;
  for (const std::size_t group : groups) {
    points += work.groups[group].points.size();
  }
  return points;
}

void print_plan(const SweepWork& work, const std::vector<std::size_t>& groups, const Shard& shard,
                const Pending& pending, const SweepFolder& folder) {
  const std::size_t distinct = points_in(work, groups);
  if (shard.is_all()) {
    fmt::print("{}: {}, {} different, {} machines to simulate\n", work.sweep.file, plural(work.points.size(), "point"),
               distinct, groups.size());
  } else {
    fmt::print("{}: shard {} of {}: {} of {} different points, {} machines to simulate\n", work.sweep.file,
               shard.number, shard.of, distinct, points_in(work, groups_of(work, {})), groups.size());
  }
  fmt::print("Results: {}\n", folder.in(""));
  if (pending.points < distinct) {
    fmt::print("Already there: {}; to do: {}\n", distinct - pending.points, pending.points);
  }
  std::fflush(stdout);
}

/// Tells once, from the first groups, how long all may take.
class Estimate {
 public:
  Estimate(std::size_t groups, unsigned jobs) : groups_(groups), after_(std::max(jobs, 2U)) {}

  void look_at(std::size_t groups_done) {
    if (told_ || groups_done < after_ || groups_done >= groups_) {
      return;
    }
    told_ = true;
    const double gone = std::chrono::duration<double>(Clock::now() - start_).count();
    fmt::print("Estimate: {} for all, from the first {} of {}\n",
               duration(gone / static_cast<double>(groups_done) * static_cast<double>(groups_)), groups_done,
               plural(groups_, "simulation"));
    std::fflush(stdout);
  }

 private:
  using Clock = std::chrono::steady_clock;
  std::size_t groups_;
  std::size_t after_;
  bool told_ = false;
  Clock::time_point start_ = Clock::now();
};

/// What every point of its own would have taken on top: it would have loaded and simulated.
void print_saved(const SweepOutcome& outcome, double wall) {
  const StageSeconds& seconds = outcome.seconds;
  const double used = seconds.load + seconds.record + seconds.simulate + seconds.price;
  const std::size_t simulated = outcome.of(PointKind::kSimulated);
  const std::size_t repriced = outcome.of(PointKind::kRepriced);
  const std::size_t alike = outcome.of(PointKind::kFailedAlike);
  fmt::print("\n{} simulated, {} re-priced, {} failed{}; network and frames loaded {}\n", plural(simulated, "point"),
             repriced, outcome.of(PointKind::kFailed) + alike,
             alike > 0 ? fmt::format(", {} of them by what had failed for another", alike) : "",
             plural(outcome.loads, "time"));
  fmt::print("Time: {}; in workers {}: loading {}, recording {}, simulating {}, pricing {}\n", duration(wall),
             duration(used), duration(seconds.load), duration(seconds.record), duration(seconds.simulate),
             duration(seconds.price));
  if (simulated == 0 || outcome.loads == 0) {
    return;
  }
  const double load = seconds.load / static_cast<double>(outcome.loads);
  const double simulation = seconds.simulate / static_cast<double>(simulated);
  const auto shared = static_cast<double>(simulated) - static_cast<double>(outcome.loads);
  const double by_load = std::max(0.0, shared * load);
  const double by_price = static_cast<double>(repriced) * (load + simulation);
  fmt::print(
      "Saved, about: {} by loading once, {} by re-pricing; each point alone would have taken {:.1f} times as long\n",
      duration(by_load), duration(by_price), (used + by_load + by_price) / used);
}

void print_lost(const SweepOutcome& outcome) {
  for (const auto& [number, message] : outcome.lost) {
    fmt::print(stderr, "point {}: {}; the same command tries again\n", number + 1, message);
  }
}

analysis::TableColumns columns_of(const scenarios::Sweep& sweep) {
  analysis::TableColumns columns{{}, "mode", {}};
  for (const scenarios::Axis& axis : sweep.axes) {
    columns.factors.push_back({axis.name, {}});
    for (const scenarios::Key* key : axis.keys) {
      columns.factors.back().columns.emplace_back(key->path);
    }
  }
  const auto add = [&](const std::string& figure, bool smallest) {
    const bool is_new = std::none_of(columns.metrics.begin(), columns.metrics.end(),
                                     [&](const analysis::Metric& metric) { return metric.name == figure; });
    if (is_new) {
      columns.metrics.push_back({figure, smallest ? analysis::Goal::kLeast : analysis::Goal::kMost});
    }
  };
  for (const scenarios::Objective& objective : sweep.objectives) {
    add(objective.column.substr(objective.column.find('.') + 1), objective.smallest);
  }
  if (sweep.break_even) {
    add(sweep.break_even->figure, true);
  }
  return columns;
}

/// Of a table; prints the names of its files.
void print_analyses(const scenarios::Sweep& sweep, const std::string& table, const std::string& folder) {
  std::vector<std::string> map;
  if (sweep.break_even) {
    map = {sweep.break_even->x, sweep.break_even->y, sweep.break_even->figure};
  }
  for (const std::string& path : write_analyses(table, folder + "table.csv", columns_of(sweep), map, folder)) {
    fmt::print("  {}\n", path);
  }
}

/// After a sweep: what cannot be analysed is said, and is no failure of the sweep.
void analyse_if_asked(const SweepWork& work, const SweepTable& table, const SweepFolder& folder) {
  if (columns_of(work.sweep).metrics.empty() || table.missing > 0 || table.done == 0) {
    return;
  }
  try {
    print_analyses(work.sweep, table.csv, folder.in(""));
  } catch (const InputError& error) {
    fmt::print(stderr, "no analyses: {}\n", error.what());
  }
}

int finish_shard(const SweepWork& work, const std::vector<std::size_t>& groups, const SweepFolder& folder,
                 const SweepOutcome& outcome) {
  std::size_t failed = 0;
  for (const std::size_t group : groups) {
    for (const std::size_t number : work.groups[group].points) {
      const auto result = folder.read_point(work.points[number].name);
      failed += result && result->error ? 1U : 0U;
    }
  }
  fmt::print("\n{} done, {} failed, {} lost; when all shards are done: sigdel sweep collect {}\n",
             points_in(work, groups) - failed - outcome.lost.size(), failed, outcome.lost.size(), work.sweep.file);
  print_lost(outcome);
  return failed + outcome.lost.size() > 0 ? kFailed : 0;
}

/// The first few messages; the table has all.
void print_failures(const SweepTable& table) {
  constexpr std::size_t kMost = 5;
  std::size_t told = 0;
  for (const auto& [message, points] : table.failures) {
    if (told++ == kMost) {
      fmt::print(stderr, "and {} other messages; the table has all\n", table.failures.size() - kMost);
      break;
    }
    fmt::print(stderr, "{} failed: {}\n", plural(points, "point"), message);
  }
}

int finish(const SweepWork& work, const SweepFolder& folder, const SweepOutcome& outcome) {
  folder.clean();  // of workers that were ended
  const SweepTable table = make_table(work, folder);
  write_table(table, folder);
  if (outcome.lost.empty()) {
    folder.remove_recordings();
  }
  fmt::print("\n{}, {} failed{}\nWritten:\n  {}\n  {}\n", plural(table.done, "point") + " done", table.failed,
             table.missing > 0 ? fmt::format(", {} lost", table.missing) : "", folder.in("table.csv"),
             folder.in("table.jsonl"));
  analyse_if_asked(work, table, folder);
  std::fflush(stdout);
  print_failures(table);
  print_lost(outcome);
  return table.failed + table.missing > 0 ? kFailed : 0;
}

SweepFolder folder_of(const SweepWork& work, const std::string& folder) {
  return SweepFolder(folder.empty() ? work.sweep.output_folder : folder);
}

}  // namespace

int sweep(const std::string& file, const std::string& folder_name, unsigned jobs, const Shard& shard) {
  const SweepWork work = read_work(file);
  const SweepFolder folder = folder_of(work, folder_name);
  folder.make();
  if (shard.is_all()) {
    folder.lock();
    folder.clean();
  } else {
    folder.lock_shard(shard.name());
  }
  catch_interrupts();
  Best best(work, folder);
  const std::vector<std::size_t> groups = groups_of(work, shard);
  const Pending pending = pending_of(work, groups, folder, best);
  print_plan(work, groups, shard, pending, folder);
  const auto start = std::chrono::steady_clock::now();
  SweepOutcome outcome;
  try {
    Progress progress("sweep", pending.points, "points");
    Estimate estimate(pending.groups.size(), jobs);
    outcome = run_groups(work, pending.groups, folder, jobs,
                         [&](std::size_t done, std::size_t groups_done, std::size_t number) {
                           estimate.look_at(groups_done);
                           if (progress.on_terminal()) {
                             best.look_at(number);
                             progress.show(done, best.text().empty() ? "" : "best " + best.text());
                           }
                         });
  } catch (const std::runtime_error& error) {
    fmt::print(stderr, "sigdel: {}\nWhat was finished is in {}; the same command goes on\n", error.what(),
               folder.in(""));
    return kSystem;
  }
  if (outcome.interrupted) {
    fmt::print(stderr, "interrupted; what was finished is in {}; the same command goes on\n", folder.in(""));
    return kInterrupted;
  }
  print_saved(outcome, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  return shard.is_all() ? finish(work, folder, outcome) : finish_shard(work, groups, folder, outcome);
}

int sweep_status(const std::string& file, const std::string& folder_name) {
  const SweepWork work = read_work(file);
  const SweepFolder folder = folder_of(work, folder_name);
  const SweepTable table = make_table(work, folder);
  const auto holder = folder.locked_by();
  fmt::print("{}: {}: {} done, {} failed, {} to do{}\n", work.sweep.file, plural(work.points.size(), "point"),
             table.done, table.failed, table.missing, holder ? fmt::format("; process {} works on it", *holder) : "");
  return 0;
}

int sweep_collect(const std::string& file, const std::string& folder_name) {
  const SweepWork work = read_work(file);
  const SweepFolder folder = folder_of(work, folder_name);
  const SweepTable table = make_table(work, folder);
  folder.make();
  write_table(table, folder);
  fmt::print("{} done, {} failed, {} to do\nWritten:\n  {}\n  {}\n", table.done, table.failed, table.missing,
             folder.in("table.csv"), folder.in("table.jsonl"));
  analyse_if_asked(work, table, folder);
  return table.failed + table.missing > 0 ? kFailed : 0;
}

int sweep_analyse(const std::string& file, const std::string& folder_name) {
  const SweepWork work = read_work(file);
  const SweepFolder folder = folder_of(work, folder_name);
  if (columns_of(work.sweep).metrics.empty()) {
    fail("{}: objectives: missing; an analysis needs one, as in - min: sigma-delta.full_nj_per_frame", file);
  }
  print_analyses(work.sweep, make_table(work, folder).csv, folder.in(""));
  return 0;
}

}  // namespace sigdel::cli
