// What is refused of an experiment, and how that is said.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/experiments/check.hpp"
#include "tests/support/scenario_text.hpp"

namespace sigdel::experiments {
namespace {

using test::error_of;
using test::read_text;
using ::testing::HasSubstr;

const std::string kRandom = "experiment:\n  kind: random-network\n  lambdas: [0.1]\n";
const std::string kOrder =
    "network: {file: net.onnx}\nstimulus:\n  images: data/mnist/i\n  labels: data/mnist/l\n"
    "experiment:\n  kind: temporal-order\n  lambdas: 0.1\n  train_images: a\n  train_labels: b\n";

std::string error(const std::string& text, const std::vector<std::string>& overrides = {}) {
  return error_of([&] { check_experiment(read_text(text, overrides)); });
}

TEST(ExperimentKeys, ARandomNetworkNeedsNoFiles) {
  const scenarios::Scenario scenario = read_text(kRandom);
  EXPECT_EQ(scenario.experiment.kind, scenarios::Experiment::kRandomNetwork);
  EXPECT_EQ(scenario.output_folder, "out/s");
  EXPECT_NO_THROW(check_experiment(scenario));
}

TEST(ExperimentKeys, AnotherKindStillNeedsThem) {
  const std::string message = test::error_of_text("experiment: {kind: temporal-order}\n");
  EXPECT_THAT(message, HasSubstr("network.file: missing"));
  EXPECT_THAT(message, HasSubstr("stimulus.images: missing"));
}

TEST(ExperimentKeys, KindsAreListed) {
  EXPECT_THAT(test::error_of_text(kRandom, {"experiment.kind=random"}), HasSubstr("random-network, temporal-order"));
}

TEST(ExperimentKeys, LambdasAreNeeded) {
  EXPECT_THAT(error("experiment:\n  kind: random-network\n"),
              HasSubstr("experiment.lambdas: missing; the experiment `random-network` needs it"));
}

TEST(ExperimentKeys, NegativeLambdasAreRefused) {
  EXPECT_THAT(test::error_of_text(kRandom, {"experiment.lambdas=[-1]"}), HasSubstr("experiment.lambdas"));
}

TEST(ExperimentKeys, TemporalOrderNeedsFramesToTuneOnAndLabels) {
  const std::string message =
      error("network: {file: n}\nstimulus: {images: i}\nexperiment: {kind: temporal-order, lambdas: 0.1}\n");
  EXPECT_THAT(message, HasSubstr("experiment.train_images: missing"));
  EXPECT_THAT(message, HasSubstr("experiment.train_labels: missing"));
  EXPECT_THAT(message, HasSubstr("stimulus.labels: missing"));
}

TEST(ExperimentKeys, ScalesAndOrderAreTheExperiments) {
  EXPECT_THAT(error(kOrder, {"scales=2"}), HasSubstr("scales: the experiment finds the scales itself"));
  EXPECT_THAT(error(kOrder, {"scale_factor=2"}), HasSubstr("scale_factor: the experiment finds"));
  EXPECT_THAT(error(kOrder, {"stimulus.order=temporal"}), HasSubstr("stimulus.order: the experiment orders"));
}

TEST(ExperimentKeys, DataThatIsNotThereIsSaidOnceWithTheCommandThatFetchesIt) {
  const std::string message = error(kOrder);
  EXPECT_THAT(message, HasSubstr("s.yaml:3: stimulus.images: "));
  EXPECT_THAT(message,
              HasSubstr("is not there; fetch the data set first, in the project's folder: ./sigdel fetch mnist"));
  EXPECT_EQ(message.find('\n'), std::string::npos);
}

TEST(ExperimentKeys, KeysOfAnExperimentAreWrittenOnlyWithOne) {
  EXPECT_THAT(scenarios::to_yaml(read_text(kRandom), "."), HasSubstr("experiment:\n  kind: random-network\n"));
  EXPECT_EQ(scenarios::to_yaml(read_text(test::kSmallScenario), ".").find("experiment"), std::string::npos);
}

}  // namespace
}  // namespace sigdel::experiments
