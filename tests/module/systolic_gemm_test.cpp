// Whole matrix products on the array: outputs against plain loops, cycles and words against closed forms, exactly.
#include <gtest/gtest.h>

#include "sim/systolic/gemm.hpp"
#include "tests/support/systolic_forms.hpp"

namespace sigdel::systolic {
namespace {

using test::GemmShape;
using test::RandomGemm;

std::uint32_t up_to(Random& random, std::uint64_t most) { return static_cast<std::uint32_t>(1 + random.below(most)); }

template <std::size_t N>
std::uint32_t one_of(Random& random, const std::array<std::uint32_t, N>& values) {
  return values[random.below(N)];
}

struct Case {
  Config config;
  Widths widths;
  RandomGemm data;

  explicit Case(Random& random)
      : config(config_of(random)),
        widths{one_of<3>(random, {8, 16, 32}), one_of<3>(random, {8, 16, 32}), one_of<2>(random, {16, 32}),
               one_of<3>(random, {8, 16, 32})},
        data(random, {up_to(random, 40), up_to(random, 40), up_to(random, 40)}) {}

  GemmResult run(Counts<Port>& words) const {
    Array array(config.rows, config.columns);
    return run_gemm(array, config, widths, data.gemm(), words);
  }

 private:
  static Config config_of(Random& random) {
    Config config;
    config.rows = up_to(random, 9);
    config.columns = up_to(random, 9);
    config.dataflow = random.below(2) == 0 ? Dataflow::kOutputStationary : Dataflow::kWeightStationary;
    config.word_bits = one_of<5>(random, {8, 24, 32, 64, 128});
    return config;
  }
};

class SystolicGemm : public testing::TestWithParam<std::uint64_t> {};

TEST_P(SystolicGemm, ComputesTheProductInTheCyclesAndWordsOfTheClosedForms) {
  Random random(GetParam());
  for (int i = 0; i < 40; ++i) {
    const Case test_case(random);
    const GemmShape& shape = test_case.data.shape;
    SCOPED_TRACE(testing::Message() << shape.m << " x " << shape.k << " x " << shape.n << " on "
                                    << test_case.config.rows << " x " << test_case.config.columns << ", "
                                    << name_of(test_case.config.dataflow));
    Counts<Port> words;
    const GemmResult result = test_case.run(words);
    EXPECT_EQ(result.outputs, test_case.data.product());
    EXPECT_EQ(result.counts.macs, std::uint64_t{shape.m} * shape.k * shape.n);
    EXPECT_EQ(result.counts.switched, test_case.data.non_zero() * shape.n);
    EXPECT_EQ(result.counts.cycles.total(),
              test::published_cycles(shape, test_case.config) - test::saved_cycles(shape, test_case.config));
    EXPECT_EQ(words, test::closed_words(shape, test_case.config, test_case.widths));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, SystolicGemm, testing::Range<std::uint64_t>(0, 25));

TEST(SystolicGemmByHand, FullFoldsTakeThePublishedCycles) {
  Random random(1);
  Config config;
  config.rows = 4;
  config.columns = 8;
  const RandomGemm data(random, {12, 30, 16});
  Counts<Port> words;
  Array array(4, 8);
  const GemmResult result = run_gemm(array, config, {}, data.gemm(), words);
  EXPECT_EQ(result.folds, 6U);                                         // 12 / 4 times 16 / 8
  EXPECT_EQ(result.counts.cycles.total(), 6U * (2 * 4 + 8 + 30 - 2));  // one after the other
  EXPECT_EQ(words[Port::kActivationRead], 2U * 12U * 8U);              // 30 x 16 bits are 7.5 words; twice
  EXPECT_EQ(words[Port::kWeightRead], 3U * 30U * 2U * 4U);             // 8 x 32 bits are 4 words; three times
  EXPECT_EQ(words[Port::kBiasRead], 3U * 2U * 4U);
  EXPECT_EQ(words[Port::kResultWrite], 12U * 2U * 2U);  // 8 x 16 bits are 2 words
}

TEST(SystolicGemmByHand, AWeightIsReadOncePerProductAndSumsSpillBetweenFolds) {
  Random random(1);
  Config config;
  config.rows = 4;
  config.columns = 8;
  config.dataflow = Dataflow::kWeightStationary;
  const RandomGemm data(random, {5, 12, 16});
  Counts<Port> words;
  Array array(4, 8);
  const GemmResult result = run_gemm(array, config, {}, data.gemm(), words);
  EXPECT_EQ(result.counts.cycles.total(), 6U * (2 * 4 + 8 + 5 - 2));
  EXPECT_EQ(words[Port::kActivationRead], 2U * 3U * 5U);       // four of 16 bits are a word; for both blocks of columns
  EXPECT_EQ(words[Port::kWeightRead], 12U * 16U * 32U / 64U);  // all weights once
  EXPECT_EQ(words[Port::kBiasRead], 8U);
  EXPECT_EQ(words[Port::kPartialSumWrite], 2U * 2U * 5U * 4U);  // after two of three folds, 8 x 32 bits, 5 rows
  EXPECT_EQ(words[Port::kPartialSumRead], 2U * 2U * 5U * 4U);
  EXPECT_EQ(words[Port::kResultWrite], 2U * 5U * 2U);
}

TEST(SystolicGemmByHand, WordsAreAddedToThoseThatAreThere) {
  Random random(2);
  const Case test_case(random);
  Counts<Port> once;
  test_case.run(once);
  Counts<Port> twice = once;
  test_case.run(twice);
  for (const Port port : all_of<Port>()) {
    EXPECT_EQ(twice[port], 2 * once[port]) << name_of(port);
  }
}

}  // namespace
}  // namespace sigdel::systolic
