// Numbers as NumPy's legacy generator draws them, and the random network that is made of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "scenarios/experiments/numpy_random.hpp"
#include "scenarios/experiments/random_experiment.hpp"
#include "scenarios/experiments/random_files.hpp"

namespace sigdel::experiments {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// As Python prints them: numpy.random.RandomState(1234).random_sample(4).
TEST(NumpyRandom, UniformNumbersAreNumPys) {
  NumpyRandom random(1234);
  EXPECT_EQ(random.uniform(), 0.1915194503788923);
  EXPECT_EQ(random.uniform(), 0.6221087710398319);
  EXPECT_EQ(random.uniform(), 0.4377277390071145);
  EXPECT_EQ(random.uniform(), 0.7853585837137692);
}

/// RandomState(1234).randn(6).
TEST(NumpyRandom, NormalNumbersAreNumPys) {
  EXPECT_THAT(NumpyRandom(1234).gauss(6), ElementsAre(0.47143516373249306, -1.1909756947064645, 1.4327069684260973,
                                                      -0.3126518960917129, -0.7205887333650116, 0.8871629403077386));
}

/// RandomState(7).randn(100001), the last of them, and one random_sample() behind it.
TEST(NumpyRandom, StayNumPysForLongAndMixed) {
  NumpyRandom random(7);
  EXPECT_EQ(random.gauss(100001).back(), -0.040355389114829734);
  EXPECT_EQ(random.uniform(), 0.18904026340021185);
}

TEST(RandomNetwork, IsDrawnInTheStatedOrder) {
  const RandomExperimentData data = draw_random_network(1234, 1000);
  const double deviation = std::sqrt(2.0 / 100);
  EXPECT_EQ(data.network.weights[0].front(), 0.47143516373249306 * deviation * 0.5);
  EXPECT_EQ(data.network.weights[1].front(), 0.7411468430600842 * deviation * 8);
  EXPECT_EQ(data.network.weights[2].back(), -0.5080097714005792 * deviation * 0.25);
  EXPECT_EQ(data.network.inputs.back(), -0.06136345160142492);
  EXPECT_THAT(data.triples.front(), ElementsAre(2.5852639241635083, 10.019816912803456, 3.6898535001623496));
  EXPECT_THAT(data.triples.back(), ElementsAre(8.713664512917845, 1.3338257655708488, 7.60424780553026));
}

/// docs/studies/random-network.md: an independent NumPy program has .45397 and 35,316 at scales of 1.
TEST(RandomNetwork, StartsWhereNumPyDoes) {
  const RandomExperimentData data = draw_random_network(1234, 1);
  const Quality start = quality_of(data.network, {1, 1, 1});
  EXPECT_NEAR(start.error, 0.4539705080403194, 1e-9);
  EXPECT_EQ(start.adds, 35316);
}

TEST(RandomNetwork, FineScalesAreExactAndCoarseOnesSendNothing) {
  const RandomExperimentData data = draw_random_network(5, 1);
  EXPECT_LT(quality_of(data.network, {1e6, 1e6, 1e6}).error, 1e-5);
  const Quality nothing = quality_of(data.network, {1e-6, 1, 1});
  EXPECT_EQ(nothing.error, 1);
  EXPECT_EQ(nothing.adds, 0);
}

TEST(Quality, DominatesWhatIsNoBetterInEither) {
  EXPECT_TRUE(dominates({0.1, 10}, {0.1, 10}));
  EXPECT_TRUE(dominates({0.1, 9}, {0.1, 10}));
  EXPECT_FALSE(dominates({0.2, 9}, {0.1, 10}));
  EXPECT_FALSE(dominates({0.05, 11}, {0.1, 10}));
}

scenarios::ExperimentKeys short_keys() {
  scenarios::ExperimentKeys keys;
  keys.kind = scenarios::Experiment::kRandomNetwork;
  keys.lambdas = {1e-7, 1e-3};
  keys.learning_rate = 0.003;
  keys.epochs = 4;
  keys.clip = 0;
  keys.triples = 20;
  return keys;
}

TEST(RandomExperiment, TunesWithBothGradientsFromOnes) {
  std::size_t parts = 0;
  const RandomExperiment experiment = run_random_experiment(short_keys(), [&](std::size_t done) { parts += done; });
  EXPECT_EQ(parts, parts_of_random_experiment(short_keys()));
  ASSERT_EQ(experiment.tunings.size(), 4U);
  for (const Tuning& tuning : experiment.tunings) {
    EXPECT_EQ(tuning.path.size(), 5U);
    EXPECT_THAT(tuning.path.front(), ElementsAre(1, 1, 1));
  }
  const Tuning& small = experiment.tunings[0];
  const Tuning& large = experiment.tunings[1];
  EXPECT_LT(small.result().error, small.qualities.front().error);
  EXPECT_LT(large.result().adds, large.qualities.front().adds);
  EXPECT_FALSE(small.literal);
  EXPECT_TRUE(experiment.tunings[2].literal);
  EXPECT_EQ(experiment.cloud.size(), 20U);
}

TEST(RandomExperiment, FilesHaveARowForEverything) {
  const RandomExperiment experiment = run_random_experiment(short_keys(), [](std::size_t) {});
  const analysis::Analyses files = files_of(experiment);
  const auto lines = [&](std::size_t i) { return std::ranges::count(files.tables[i].text, '\n'); };
  EXPECT_EQ(lines(0), 1 + 1 + 4);  // head, start, tunings
  EXPECT_EQ(lines(2), 1 + 20);
  EXPECT_EQ(lines(3), 1 + 4 * 5);
  EXPECT_THAT(files.tables[0].text, HasSubstr("\n,start,1,1,1,"));
  EXPECT_THAT(files.tables[1].text, HasSubstr("| 1e-07 | straight-through |"));
}

}  // namespace
}  // namespace sigdel::experiments
