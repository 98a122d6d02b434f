#include "sim/cli/sweep_runner.hpp"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <new>
#include <system_error>

#include "models/base/errors.hpp"
#include "scenarios/check_recording.hpp"
#include "scenarios/resolve.hpp"
#include "sim/cli/record.hpp"
#include "sim/cli/simulate.hpp"

namespace sigdel::cli {
namespace {

/// Adds the time until it ends to a stage.
class Stopwatch {
 public:
  explicit Stopwatch(double& seconds) : seconds_(seconds), start_(Clock::now()) {}
  ~Stopwatch() { seconds_ += std::chrono::duration<double>(Clock::now() - start_).count(); }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  using Clock = std::chrono::steady_clock;
  double& seconds_;
  Clock::time_point start_;
};

/// "check failed: sigma-delta: outputs equal the executor's: ..."
void throw_if_failed(const energy::Report& report) {
  for (const energy::Check& check : report.checks) {
    if (!check.passed) {
      throw std::runtime_error(fmt::format("check failed: {}: {}", check.name, check.detail));
    }
  }
}

/// What a point fails by; throws what is no fault of the point.
std::optional<std::string> error_of_point(const std::function<void()>& step) {
  try {
    step();
  } catch (const Interrupted&) {
    throw;
  } catch (const WorkerLost&) {
    throw;
  } catch (const std::system_error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    return error.what();
  }
  return std::nullopt;
}

}  // namespace

void SweepRunner::load(const PointGroup& group, const scenarios::Scenario& scenario) {
  if (loaded_ == group.arithmetic) {
    return;
  }
  const Stopwatch stopwatch(seconds_.load);
  loaded_.clear();
  fitted_.clear();
  plan_ = std::make_unique<scenarios::Plan>();
  plan_->scenario = scenario;
  scenarios::load_arithmetic(*plan_);
  loaded_ = group.arithmetic;
}

void SweepRunner::open_recording(const PointGroup& group) {
  if (plan_->recording) {
    return;
  }
  const std::string file = folder_.recording(group.arithmetic);
  if (!std::filesystem::exists(folder_.in(file))) {
    const Stopwatch stopwatch(seconds_.record);
    const std::string unfinished = folder_.unfinished(file);
    std::ofstream out(unfinished, std::ios::binary);
    errno = 0;
    try {
      write_recording(*plan_, out, file);
      out.close();
    } catch (const InputError&) {
      out.setstate(std::ios::failbit);
    }
    if (!out) {
      const int error = errno;
      std::filesystem::remove(unfinished);
      throw std::system_error(error, std::generic_category(), folder_.in(file));
    }
    folder_.finish(file);
  }
  const scenarios::Scenario scenario = plan_->scenario;
  plan_->scenario.execution = scenarios::Execution::kTrace;
  plan_->scenario.recording_file = folder_.in(file);
  scenarios::open_recording(*plan_);
  plan_->scenario = scenario;
}

void SweepRunner::count(const PointGroup& group, bool shares) {
  if (counted_name_ == group.activity) {
    return;
  }
  if (auto run = folder_.read_run(group.activity)) {
    counted_ = std::move(*run);
    counted_name_ = group.activity;
    return;
  }
  if (shares && plan_->scenario.on_machine()) {
    open_recording(group);
  }
  const Stopwatch stopwatch(seconds_.simulate);
  const energy::Report report = build_report(*plan_, simulate(*plan_, 1, std::nullopt));
  throw_if_failed(report);
  counted_ = {counted_columns(report), energy::activity_of(report)};
  counted_.activity.scenario = "";  // its name is no part of what was counted
  folder_.write_run(group.activity, fingerprints_.of(plan_->scenario).activity, counted_);
  counted_name_ = group.activity;
  ++simulations_;
}

void SweepRunner::fails_once(const PointGroup& group, const std::function<void()>& stage) {
  if (failed_ != group.activity) {
    const auto error = error_of_point(stage);
    if (!error) {
      return;
    }
    failed_ = group.activity;
    failure_ = *error;
  }
  throw std::runtime_error(failure_);
}

PointResult SweepRunner::result_of(const PointGroup& group, const scenarios::Scenario& scenario, bool shares) {
  scenarios::check_keys_against_each_other(scenario);
  const std::string& name = scenario.energy.table;
  if (!tables_.contains(name)) {
    tables_.emplace(name, scenarios::table_as_read(scenario, SIGDEL_TABLES));
  }
  energy::Table table = scenarios::priced_table(scenario, tables_.at(name));
  fails_once(group, [&] {
    load(group, scenario);
    plan_->scenario = scenario;
    plan_->table = std::move(table);
    if (fitted_ != group.activity) {
      fitted_.clear();
      scenarios::fit_machine(*plan_);
      fitted_ = group.activity;
    }
  });
  scenarios::check_table(*plan_);
  fails_once(group, [&] { count(group, shares); });
  const Stopwatch stopwatch(seconds_.price);
  Columns columns = counted_.columns;
  add_prices(columns, counted_.activity, plan_->table);
  return {flattened(columns), std::nullopt};
}

PointKind SweepRunner::run_point(const PointGroup& group, std::size_t number, bool shares) {
  const PointWork& point = work_.points[number];
  const scenarios::Scenario scenario = scenarios::scenario_of(work_.sweep, point.point);
  const std::size_t before = simulations_;
  const bool has_failed = failed_ == group.activity;
  PointResult result;
  const auto error = error_of_point([&] { result = result_of(group, scenario, shares); });
  if (error) {
    result = {{}, error};
  }
  folder_.write_point(point.name, fingerprints_.of(scenario).plan, result);
  if (error) {
    return has_failed && *error == failure_ ? PointKind::kFailedAlike : PointKind::kFailed;
  }
  return simulations_ > before ? PointKind::kSimulated : PointKind::kRepriced;
}

void SweepRunner::run(const PointGroup& group, bool shares, const std::function<void(std::size_t, PointKind)>& done) {
  for (const std::size_t number : group.points) {
    throw_if_interrupted();
    if (!folder_.read_point(work_.points[number].name)) {
      done(number, run_point(group, number, shares));
    }
  }
}

}  // namespace sigdel::cli
