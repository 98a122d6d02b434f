// The sentences of array.hpp and of docs/systolic.md, "Time".
#include <gtest/gtest.h>

#include <tuple>
#include <vector>

#include "sim/systolic/array.hpp"
#include "tests/support/systolic_forms.hpp"

namespace sigdel::systolic {
namespace {

using test::RandomGemm;

struct Fold {
  std::uint32_t rows = 1;
  std::uint32_t columns = 1;
  std::uint32_t stream = 1;
};

struct FoldResult {
  FoldCounts counts;
  std::vector<std::int32_t> outputs;
};

Operand block(const std::vector<std::int32_t>& values, std::uint32_t rows, std::uint32_t columns) {
  return {values.data(), columns, rows, columns};
}

test::GemmShape shape_of(const Fold& fold, Dataflow dataflow) {
  return dataflow == Dataflow::kOutputStationary ? test::GemmShape{fold.rows, fold.stream, fold.columns}
                                                 : test::GemmShape{fold.stream, fold.rows, fold.columns};
}

/// One fold on an array.
FoldResult run_fold(Array& array, const RandomGemm& data, Dataflow dataflow) {
  const auto [m, k, n] = data.shape;
  FoldResult result;
  result.outputs.resize(std::size_t{m} * n);
  const Operand bias{data.bias.data(), 0, m, n};
  const Output out{result.outputs.data(), n, m, n};
  result.counts = dataflow == Dataflow::kOutputStationary
                      ? array.run_output_stationary(block(data.a, m, k), block(data.b, k, n), bias, out)
                      : array.run_weight_stationary(block(data.a, m, k), block(data.b, k, n), bias, out);
  return result;
}

class SystolicFold : public testing::TestWithParam<std::tuple<Dataflow, Fold>> {
 protected:
  [[nodiscard]] Dataflow dataflow() const { return std::get<0>(GetParam()); }
  [[nodiscard]] Fold fold() const { return std::get<1>(GetParam()); }
  [[nodiscard]] test::GemmShape shape() const { return shape_of(fold(), dataflow()); }
};

TEST_P(SystolicFold, ComputesTheProduct) {
  Random random(1);
  const RandomGemm data(random, shape());
  Array array(fold().rows, fold().columns);
  EXPECT_EQ(run_fold(array, data, dataflow()).outputs, data.product());
}

TEST_P(SystolicFold, FillsStreamsAndDrainsAsManyCyclesAsTheHeaderSays) {
  Random random(2);
  const auto [r, c, t] = fold();
  Array array(r, c);
  const FoldCounts counts = run_fold(array, RandomGemm(random, shape()), dataflow()).counts;
  const bool keeps_outputs = dataflow() == Dataflow::kOutputStationary;
  EXPECT_EQ(counts.cycles[Phase::kFill], keeps_outputs ? r + c - 2 : r);
  EXPECT_EQ(counts.cycles[Phase::kStream], t);
  EXPECT_EQ(counts.cycles[Phase::kDrain], keeps_outputs ? r : r + c - 2);
  EXPECT_EQ(counts.cycles.total(), 2 * r + c + t - 2);
}

TEST_P(SystolicFold, LeavesTheOtherElementsOfALargerArrayAlone) {
  Random random(3);
  const RandomGemm data(random, shape());
  Array exact(fold().rows, fold().columns);
  Array larger(fold().rows + 3, fold().columns + 5);
  const FoldResult wanted = run_fold(exact, data, dataflow());
  const FoldResult got = run_fold(larger, data, dataflow());
  EXPECT_EQ(got.outputs, wanted.outputs);
  EXPECT_EQ(got.counts.cycles, wanted.counts.cycles);
  EXPECT_EQ(got.counts.macs, wanted.counts.macs);
}

TEST_P(SystolicFold, DoesNotRememberTheFoldBefore) {
  Random random(4);
  const RandomGemm first(random, {7, 7, 7});
  const RandomGemm data(random, shape());
  Array used(std::max(fold().rows, 7U), std::max(fold().columns, 7U));
  run_fold(used, first, dataflow());
  EXPECT_EQ(run_fold(used, data, dataflow()).outputs, data.product());
}

TEST_P(SystolicFold, TakesTheSameCyclesAndOperandsWhateverTheData) {
  Random random(5);
  RandomGemm data(random, shape());
  Array array(fold().rows, fold().columns);
  const FoldCounts some = run_fold(array, data, dataflow()).counts;
  data.a.assign(data.a.size(), 0);
  const FoldCounts none = run_fold(array, data, dataflow()).counts;
  EXPECT_EQ(some.cycles, none.cycles);
  EXPECT_EQ(some.macs, none.macs);
}

TEST_P(SystolicFold, SwitchesAnElementOnlyForAnActivationThatIsNotZero) {
  Random random(6);
  const RandomGemm data(random, shape());
  Array array(fold().rows, fold().columns);
  const FoldCounts counts = run_fold(array, data, dataflow()).counts;
  EXPECT_EQ(counts.macs, std::uint64_t{fold().rows} * fold().columns * fold().stream);
  EXPECT_EQ(counts.switched, data.non_zero() * shape().n);
}

INSTANTIATE_TEST_SUITE_P(Shapes, SystolicFold,
                         testing::Combine(testing::Values(Dataflow::kOutputStationary, Dataflow::kWeightStationary),
                                          testing::Values(Fold{1, 1, 1}, Fold{1, 1, 9}, Fold{1, 6, 1}, Fold{6, 1, 1},
                                                          Fold{5, 4, 1}, Fold{5, 4, 2}, Fold{2, 9, 30}, Fold{9, 2, 30},
                                                          Fold{12, 12, 3}, Fold{12, 12, 64})));

/// The edge of time, by hand: 2 x 2, one operand.
TEST(SystolicFoldByHand, TwoByTwoTakesFiveCycles) {
  // Output-stationary, A = (2, 3)^T, B = (5, 7). Cycle 0: element (0,0) multiplies 2 x 5. Cycle 1: (0,1) 2 x 7 and
  // (1,0) 3 x 5. Cycle 2: (1,1) 3 x 7, the only one of `stream`. Cycle 3: 10, 14 leave. Cycle 4: 15, 21 leave.
  const std::vector<std::int32_t> a{2, 3};
  const std::vector<std::int32_t> b{5, 7};
  const std::vector<std::int32_t> zero{0, 0};
  std::vector<std::int32_t> c(4);
  Array array(2, 2);
  const FoldCounts counts =
      array.run_output_stationary(block(a, 2, 1), block(b, 1, 2), {zero.data(), 0, 2, 2}, Output{c.data(), 2, 2, 2});
  EXPECT_EQ(c, (std::vector<std::int32_t>{10, 14, 15, 21}));
  EXPECT_EQ(counts.cycles[Phase::kFill], 2U);
  EXPECT_EQ(counts.cycles[Phase::kStream], 1U);
  EXPECT_EQ(counts.cycles[Phase::kDrain], 2U);
}

TEST(SystolicFoldByHand, PartialSumsMayBeUpdatedWhereTheyAre) {
  const std::vector<std::int32_t> a{2, 3, 4};  // three rows of one input
  const std::vector<std::int32_t> b{5, 7};
  std::vector<std::int32_t> sums{1, 2, 3, 4, 5, 6};
  Array array(4, 4);
  array.run_weight_stationary(block(a, 3, 1), block(b, 1, 2), block(sums, 3, 2), Output{sums.data(), 2, 3, 2});
  EXPECT_EQ(sums, (std::vector<std::int32_t>{11, 16, 18, 25, 25, 34}));
}

}  // namespace
}  // namespace sigdel::systolic
