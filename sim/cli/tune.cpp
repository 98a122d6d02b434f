#include "sim/cli/tune.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <optional>

#include "energy/text_table.hpp"
#include "models/base/errors.hpp"
#include "models/tune/search.hpp"
#include "scenarios/keys.hpp"
#include "scenarios/output_folder.hpp"
#include "scenarios/problems.hpp"
#include "scenarios/scales_file.hpp"
#include "sim/cli/output_files.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/tuning.hpp"
#include "sim/cli/version.hpp"
#include "sim/cli/worker.hpp"

namespace sigdel::cli {
namespace {

namespace fs = std::filesystem;

/// Tunings by lambda, each made once, with a line of progress.
class Tunings {
 public:
  explicit Tunings(const scenarios::Plan& plan) : plan_(plan) {}

  const Tuning& with(double lambda) {
    const auto known = made_.find(lambda);
    return known == made_.end() ? made_.emplace(lambda, make(lambda)).first->second : known->second;
  }

 private:
  [[nodiscard]] Tuning make(double lambda) const {
    std::optional<Progress> progress;
    return tune_with(plan_, lambda, [&](const tune::Step& step) {
      throw_if_interrupted();
      if (!progress) {
        progress.emplace(fmt::format("tuning, lambda {:.3g}", lambda), step.steps, "steps");
      }
      progress->show(step.done, fmt::format("loss {:.4g}, computation {:.4g}", step.loss, step.computation));
    });
  }

  const scenarios::Plan& plan_;
  std::map<double, Tuning> made_;
};

double operations(const scenarios::Plan& plan, const Tuning& tuning) {
  return plan.scenario.tune.settings.cost == tune::Cost::kSigmaDelta ? tuning.result().sigma_delta
                                                                     : tuning.result().rounding;
}

/// The tuning of the largest lambda within the error, or of the smallest within the operations.
Tuning meet_target(const scenarios::Plan& plan, Tunings& tunings) {
  const scenarios::TuneKeys& keys = plan.scenario.tune;
  const bool by_error = keys.max_error > 0;
  const double from = by_error ? tune::kLeastLambda : tune::kMostLambda;
  const double to = by_error ? tune::kMostLambda : tune::kLeastLambda;
  const auto lambda = tune::farthest_lambda(from, to, tune::kBisections, [&](double each) {
    const Tuning& tuning = tunings.with(each);
    return by_error ? tuning.result().error <= keys.max_error : operations(plan, tuning) <= keys.max_operations;
  });
  if (lambda) {
    return tunings.with(*lambda);
  }
  const Tuning& nearest = tunings.with(from);
  const std::string key = by_error ? "tune.max_error" : "tune.max_operations";
  const std::string found =
      by_error ? fmt::format("an error of {:.4g} %, not {:.4g} %", 100 * nearest.result().error, 100 * keys.max_error)
               : fmt::format("{:.0f} additions per frame, not {:.0f}", operations(plan, nearest), keys.max_operations);
  fail(
      "{}: {}: cannot be reached: even lambda {:g} gives {}; more epochs, another tune.start or tune.learning_rate may",
      plan.scenario.place_of(key), key, from, found);
}

scenarios::Notes notes_of(const Measured& measured) {
  return {{"frames", fmt::format("{}", measured.frames)},
          {"error", fmt::format("{:.6g}", measured.error)},
          {"loss", fmt::format("{:.6g}", measured.loss)},
          {"rounding_operations", fmt::format("{:.1f}", measured.rounding)},
          {"sigma_delta_operations", fmt::format("{:.1f}", measured.sigma_delta)}};
}

/// The keys of tuning, and the lambda that was used.
scenarios::Notes settings_of(const scenarios::Plan& plan, const Tuning& tuning) {
  scenarios::Notes notes;
  for (const scenarios::Key& key : scenarios::keys()) {
    if (key.path.starts_with("tune.") && key.path != "tune.lambda") {
      notes.emplace_back(key.path.substr(5), scenarios::value_text(key, key.field.get(plan.scenario)));
    }
  }
  notes.emplace_back("lambda", fmt::format("{:.6g}", tuning.lambda));
  notes.emplace_back("max_magnitude", fmt::format("{}", plan.scenario.network.max_magnitude));
  return notes;
}

std::string file_text(const scenarios::Plan& plan, const Tuning& tuning) {
  scenarios::Notes tuned = notes_of(tuning.on_tuned);
  tuned.emplace_back("last_epoch_loss", fmt::format("{:.6g}", tuning.loss));
  tuned.emplace_back("last_epoch_computation", fmt::format("{:.6g}", tuning.computation));
  scenarios::ScalesFile about{
      program_version(), plan.scenario.network.file, settings_of(plan, tuning), {{"tuned_frames", tuned}}};
  if (tuning.on_held_out.frames > 0) {
    about.results.emplace_back("held_out_frames", notes_of(tuning.on_held_out));
  }
  return write_scales(about, plan.layers, tuning.scales);
}

std::string scale_text(const std::vector<double>& scales) {
  const auto [least, most] = std::minmax_element(scales.begin(), scales.end());
  return scales.size() == 1 ? fmt::format("{}", scales.front()) : fmt::format("{} to {}", *least, *most);
}

void print(const scenarios::Plan& plan, const Tuning& tuning, const std::string& file) {
  energy::TextTable scales({{"", "tensor"}, {"", "scale"}});
  for (std::size_t i = 0; i < plan.layers.scales(); ++i) {
    scales.add_row({plan.layers.tensors[i].name, scale_text(tuning.scales[i])});
  }
  energy::TextTable results(
      {{"", ""}, {"", "frames"}, {"", "error %"}, {"", "loss"}, {"", "rounding adds"}, {"", "sigma-delta adds"}});
  const auto add = [&](const std::string& name, const Measured& measured) {
    if (measured.frames > 0) {
      results.add_row({name, fmt::format("{}", measured.frames), fmt::format("{:.3f}", 100 * measured.error),
                       fmt::format("{:.4g}", measured.loss), fmt::format("{:.1f}", measured.rounding),
                       fmt::format("{:.1f}", measured.sigma_delta)});
    }
  };
  add("tuned on", tuning.on_tuned);
  add("held out", tuning.on_held_out);
  fmt::print(
      "Tuned {} with lambda {:.6g}\n{}\nPer frame:\n{}\nWritten:\n  {}\n\nTo use them: scales_file instead of scales\n",
      plan.scenario.name, tuning.lambda, scales.text(), results.text(), file);
}

}  // namespace

scenarios::Scenario tunable(scenarios::Scenario scenario) {
  scenarios::Problems problems;
  const scenarios::TuneKeys& keys = scenario.tune;
  const int goals =
      (keys.settings.lambda > 0 ? 1 : 0) + (keys.max_error > 0 ? 1 : 0) + (keys.max_operations > 0 ? 1 : 0);
  if (goals != 1) {
    problems.add(scenario.place_of("tune.lambda"), "tune.lambda",
                 fmt::format("{} of tune.lambda, tune.max_error and tune.max_operations are above 0; give one", goals));
  }
  if (keys.settings.cost == tune::Cost::kSigmaDelta && keys.settings.batch < 2) {
    problems.add(scenario.place_of("tune.batch"), "tune.batch",
                 "a single frame has no difference from the one before; with tune.cost sigma-delta give 2 or more");
  }
  problems.throw_if_any();
  scenario.modes = {Mode::kDense};
  scenario.machine_modes.clear();
  scenario.systolic_modes.clear();
  scenario.mapping = {};
  scenario.trace.enabled = false;
  scenario.execution = scenarios::Execution::kFull;
  scenario.recording_file.clear();
  return scenario;
}

double share_of(const std::string& text) {
  const bool is_percent = text.ends_with('%');
  std::size_t end = 0;
  double share = 0;
  try {
    share = std::stod(text, &end) / (is_percent ? 100 : 1);
  } catch (const std::logic_error&) {
    end = 0;
  }
  if (end == 0 || end + (is_percent ? 1 : 0) != text.size() || !(share > 0 && share <= 1)) {
    fail("--max-error {}: expected a share of frames above 0 and at most 1, like 0.005 or 0.5%", text);
  }
  return share;
}

void tune(const scenarios::Plan& plan, const std::string& file) {
  const std::string name = fs::path(file).filename().string();
  std::string folder = fs::path(file).parent_path().string();
  if (name.empty() || name == "." || name == "..") {
    fail("{}: this is a folder; the scales need the name of a file", file);
  }
  folder = folder.empty() ? "." : folder;
  scenarios::check_output_folder(folder);
  catch_interrupts();
  Tunings tunings(plan);
  const double lambda = plan.scenario.tune.settings.lambda;
  const Tuning tuning = lambda > 0 ? tunings.with(lambda) : meet_target(plan, tunings);
  OutputFiles files(folder);
  files.write(name, file_text(plan, tuning));
  print(plan, tuning, files.commit({}).front());
}

}  // namespace sigdel::cli
