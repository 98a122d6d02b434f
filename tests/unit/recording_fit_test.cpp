/// Whether a recording fits a run, by its header, and what is said if not.
#include <gtest/gtest.h>

#include "tests/support/recorded_run.hpp"
#include "tests/support/vector_layer.hpp"

namespace sigdel::traces {
namespace {

using test::RandomCase;

RandomCase case_of_two() {
  return test::random_case(11, {.fewest_layers = 2, .most_layers = 2, .narrowest = 5, .widest = 9, .frames = 3});
}

std::string difference_of(const RecordingHeader& recorded, const RecordingHeader& wanted) {
  return difference(recorded, wanted).value_or("");
}

TEST(RecordingFit, TakesItsOwnRunAndFewerModes) {
  const RandomCase random = case_of_two();
  const std::vector<Mode> both{Mode::kRounding, Mode::kDense};
  EXPECT_EQ(difference_of(test::header_of(random, both), test::header_of(random, both)), "");
  EXPECT_EQ(difference_of(test::header_of(random, both), test::header_of(random, {Mode::kDense})), "");
}

TEST(RecordingFit, NamesAModeThatIsNotThere) {
  const RandomCase random = case_of_two();
  EXPECT_EQ(difference_of(test::header_of(random, {Mode::kRounding, Mode::kDense}),
                          test::header_of(random, {Mode::kSigmaDelta})),
            "it lacks the mode 'sigma-delta'; it has rounding, dense");
}

TEST(RecordingFit, LooksOnlyAtTheFamiliesThatTheRunNeeds) {
  const RandomCase random = case_of_two();
  RecordingHeader recorded = test::header_of(random, {Mode::kRounding, Mode::kDense});
  recorded.families[1].scales[0] *= 2;  // the grid's
  EXPECT_EQ(difference_of(recorded, test::header_of(random, {Mode::kRounding})), "");
  EXPECT_NE(difference_of(recorded, test::header_of(random, {Mode::kDense})), "");
}

TEST(RecordingFit, NamesWhatDiffers) {
  const RandomCase random = case_of_two();
  const RecordingHeader good = test::header_of(random, {Mode::kSigmaDelta});
  const auto with = [&](const std::function<void(RecordingHeader&)>& change) {
    RecordingHeader wanted = good;
    change(wanted);
    return difference_of(good, wanted);
  };
  const auto& family = good.families[0];
  EXPECT_EQ(with([](auto& h) { h.frames = 7; }), "it holds 3 frames, the scenario has 7");
  EXPECT_EQ(with([](auto& h) { h.semantics = Semantics::kStep; }),
            "it was recorded with semantics frame, the scenario has step");
  EXPECT_EQ(with([](auto& h) { h.frames_fingerprint ^= 1U; }), "its frames are others than the scenario's");
  EXPECT_EQ(with([](auto& h) { h.layers[1].name = "head"; }),
            "layer 1 of the recorded network is '" + good.layers[1].name + "', here it is 'head'");
  const std::string shape = std::to_string(good.inputs) + "-" + std::to_string(good.layers[0].outputs) + "-";
  EXPECT_EQ(with([](auto& h) { h.layers[1].outputs = 77; }), "it was recorded from a network of " + shape +
                                                                 std::to_string(good.layers[1].outputs) +
                                                                 ", this one is " + shape + "77");
  EXPECT_EQ(with([](auto& h) { h.families[0].weight_bits = 24; }),
            "it was recorded with weight bits " + std::to_string(family.weight_bits) + ", the scenario has 24");
  EXPECT_EQ(with([](auto& h) { h.families[0].clamp = 9; }),
            "it was recorded with largest magnitude " + std::to_string(family.clamp) + ", the scenario has 9");
  EXPECT_NE(with([](auto& h) {
              h.families[0].scales = {1.5, 2};
            }).find("the scenario has [1.5, 2]"),
            std::string::npos);
  EXPECT_EQ(with([](auto& h) { h.families[0].fingerprint ^= 1U; }),
            "the weights of the recorded network are others (of the scaled family, once folded)");
}

/// Every integer that the outputs depend on is in the fingerprint.
TEST(RecordingFit, FingerprintSeesEveryNumber) {
  const RandomCase random = case_of_two();
  const std::vector<Mode> modes{Mode::kSigmaDelta};
  const std::optional<network::IntegerNetwork> none;
  const auto networks_of = [&](const std::optional<network::IntegerNetwork>& scaled) {
    return FamilyNetworks{&scaled, &none, &none};
  };
  const auto fingerprint = [&](const std::optional<network::IntegerNetwork>& network) {
    return make_header(networks_of(network), test::frames_of(random), modes, Semantics::kFrame).families[0].fingerprint;
  };
  const std::uint64_t good = fingerprint(random.network);
  const auto changes = [&](const std::function<void(network::IntegerLayer&)>& change) {
    for (std::size_t l = 0; l < 2; ++l) {
      network::IntegerNetwork other = random.network;
      change(other.layers[l]);
      EXPECT_NE(fingerprint(other), good) << "layer " << l;
    }
  };
  changes([](auto& layer) { layer.bias.back() += 1; });
  changes([](auto& layer) { layer.fraction_bits += 1; });
  changes([](auto& layer) { layer.clamp += 1; });
  changes([](auto& layer) { layer.relu = !layer.relu; });
  changes([](auto& layer) {
    std::vector<std::int32_t> weights = layer.synapses.front().values();
    weights.back() ^= 1;
    test::set_weights(layer, weights);
  });
  std::vector<float> values = random.frames;
  values.back() += 1;
  Frames frames({static_cast<std::int64_t>(random.inputs())});
  frames.add(values);
  const std::optional<network::IntegerNetwork> scaled = random.network;
  EXPECT_NE(make_header(networks_of(scaled), frames, modes, Semantics::kFrame).frames_fingerprint,
            test::header_of(random, modes).frames_fingerprint);
}

}  // namespace
}  // namespace sigdel::traces
