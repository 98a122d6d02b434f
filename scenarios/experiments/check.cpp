#include "scenarios/experiments/check.hpp"

#include <array>
#include <filesystem>
#include <string>

#include "scenarios/problems.hpp"

namespace sigdel::experiments {
namespace {

namespace fs = std::filesystem;
using scenarios::Problems;
using scenarios::Scenario;

void need(const Scenario& scenario, const char* key, bool given, Problems& problems) {
  if (!given) {
    problems.add(scenario.place_of("experiment.kind"), key,
                 fmt::format("missing; the experiment `{}` needs it", name_of(scenario.experiment.kind)));
  }
}

void check_order_keys(const Scenario& scenario, Problems& problems) {
  need(scenario, "experiment.train_images", !scenario.experiment.train_images.empty(), problems);
  need(scenario, "experiment.train_labels", !scenario.experiment.train_labels.empty(), problems);
  need(scenario, "stimulus.labels", !scenario.stimulus.labels.empty(), problems);
  if (scenario.stimulus.order != traces::Order::kGiven) {
    problems.add(scenario.place_of("stimulus.order"), "stimulus.order",
                 "the experiment orders the frames itself; leave it out");
  }
  for (const char* const key : {"scales", "scale_factor"}) {
    if (scenario.origins.contains(key)) {
      problems.add(scenario.place_of(key), key, "the experiment finds the scales itself; leave it out");
    }
  }
}

/// One message for all data files that are not there.
void check_data(const Scenario& scenario) {
  const auto first = [](const std::vector<std::string>& files) {
    return files.empty() ? std::string() : files.front();
  };
  const std::array<std::pair<const char*, std::string>, 4> files{
      std::pair{"stimulus.images", first(scenario.stimulus.images)},
      {"stimulus.labels", first(scenario.stimulus.labels)},
      {"experiment.train_images", scenario.experiment.train_images},
      {"experiment.train_labels", scenario.experiment.train_labels}};
  for (const auto& [key, file] : files) {
    if (fs::exists(file)) {
      continue;
    }
    const std::string folder = fs::path(file).parent_path().filename().string();
    const bool is_known = folder == "mnist" || folder == "fashion-mnist";
    fail("{}: {}: {} is not there{}", scenario.place_of(key), key, file,
         is_known ? fmt::format("; fetch the data set first, in the project's folder: ./sigdel fetch {}", folder) : "");
  }
}

}  // namespace

void check_experiment(const Scenario& scenario) {
  Problems problems;
  need(scenario, "experiment.lambdas", !scenario.experiment.lambdas.empty(), problems);
  const bool has_data = scenario.experiment.kind == scenarios::Experiment::kTemporalOrder;
  if (has_data) {
    check_order_keys(scenario, problems);
  }
  problems.throw_if_any();
  if (has_data) {
    check_data(scenario);
  }
}

}  // namespace sigdel::experiments
