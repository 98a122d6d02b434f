#include "sim/cli/tuning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/quantise/fold.hpp"
#include "models/reference/executor.hpp"
#include "models/tune/batch.hpp"
#include "scenarios/blame.hpp"
#include "scenarios/fold_networks.hpp"
#include "sim/cli/answers.hpp"
#include "sim/cli/worker.hpp"

namespace sigdel::cli {
namespace {

/// Five digits: what a person can read, and far less than tuning is good for.
double rounded(double scale) { return std::stod(fmt::format("{:.5g}", scale)); }

quantise::Scales rounded(quantise::Scales scales) {
  for (std::vector<double>& tensor : scales) {
    std::transform(tensor.begin(), tensor.end(), tensor.begin(), [](double scale) { return rounded(scale); });
  }
  return scales;
}

/// The additions of frames [begin, end) in a mode, per frame; appends what leaves to `answers`.
double additions(const scenarios::Plan& plan, const network::IntegerNetwork& network, Mode mode, std::size_t begin,
                 std::size_t end, std::vector<std::int32_t>& answers) {
  reference::FrameEncoder encoder(network, mode);
  reference::Executor executor(network, mode);
  std::uint64_t sum = 0;
  for (std::size_t t = begin; t < end; ++t) {
    throw_if_interrupted();
    const auto outputs = executor.run(encoder.encode(plan.frames.frame(t)));
    answers.insert(answers.end(), outputs.begin(), outputs.end());
    for (const Work& work : executor.work()) {
      sum += work[Tally::kPaperAdds];
    }
  }
  return static_cast<double>(sum) / static_cast<double>(end - begin);
}

/// The integers' distance from the float32 network's outputs: `loss` and `error` of the result.
void compare(const scenarios::Plan& plan, const network::IntegerNetwork& network, std::size_t begin,
             const std::vector<std::int32_t>& answers, Measured& result) {
  const std::size_t outputs = network.outputs();
  const auto first = plan.in_float.outputs.begin() + static_cast<std::ptrdiff_t>(begin * outputs);
  const std::vector<float> wanted(first, first + static_cast<std::ptrdiff_t>(answers.size()));
  const auto in_float = float_answers(wanted, outputs);
  const auto in_integers = integer_answers(answers, network, wanted);
  double different = 0;
  double distance = 0;
  double magnitude = 0;
  for (std::size_t t = 0; t < in_float.size(); ++t) {
    different += in_float[t].number != in_integers[t].number ? 1 : 0;
    distance += in_integers[t].distance;
    magnitude += in_float[t].l1;
  }
  const tune::Loss loss = tune::loss_for(plan.graph, plan.scenario.tune.settings.loss);
  const bool has_classes = loss == tune::Loss::kKl;
  result.error = has_classes     ? different / static_cast<double>(in_float.size())
                 : magnitude > 0 ? distance / magnitude
                                 : distance;
  std::vector<double> values;
  std::transform(answers.begin(), answers.end(), std::back_inserter(values),
                 [unit = network.output_unit()](std::int32_t answer) { return answer * unit; });
  std::vector<double> unused;
  result.loss = tune::loss_of<double>(loss, in_float.size(), values, {wanted.begin(), wanted.end()}, unused);
}

Measured measure(const scenarios::Plan& plan, const quantise::Scales& scales, std::size_t begin, std::size_t end) {
  const scenarios::NetworkKeys& keys = plan.scenario.network;
  const network::IntegerNetwork network = scenarios::blaming(
      plan.scenario, {"network.accumulator_bits", "network.weight_bits", "network.max_magnitude"}, [&] {
        return quantise::fold(plan.layers, scales, keys.max_magnitude, {keys.weight_bits, keys.accumulator_bits},
                              "scaled");
      });
  Measured measured{.frames = end - begin};
  std::vector<std::int32_t> answers;
  measured.sigma_delta = additions(plan, network, Mode::kSigmaDelta, begin, end, answers);
  compare(plan, network, begin, answers, measured);
  answers.clear();
  measured.rounding = additions(plan, network, Mode::kRounding, begin, end, answers);
  return measured;
}

/// What one integer costs on a core, without the way to it.
tune::Price core_price(const scenarios::Plan& plan) {
  const sim::CoreConfig& core = plan.machine.core;
  const scenarios::NetworkKeys& network = plan.scenario.network;
  const auto price = [&](Action action, int bits, std::uint64_t bytes) {
    return energy::price_of(plan.table, action, static_cast<std::uint32_t>(bits), bytes).energy.value;
  };
  const auto word = static_cast<int>(core.word_bits);
  const auto words = [&](int bits) { return bits / static_cast<double>(word); };
  const std::uint64_t states = core.state_memory_bytes / core.state_banks;
  tune::Price sum{0, 0, 0};
  sum.per_target =
      words(network.weight_bits) * price(Action::kWeightRead, word, core.weight_memory_bytes / core.weight_banks) +
      words(network.accumulator_bits) *
          (price(Action::kStateRead, word, states) + price(Action::kStateWrite, word, states));
  const double add = price(Action::kAdd, network.accumulator_bits, 0);
  (core.encoding == Encoding::kUnary ? sum.per_addition : sum.per_target) += add;
  return sum;
}

/// Boxes at both ends, and routers and links over the mean distance of two places on a mesh, a third of each side.
double packet_price(const scenarios::Plan& plan) {
  const sim::MachineConfig& machine = plan.machine;
  const auto price = [&](Action action, std::uint32_t bits) {
    return energy::price_of(plan.table, action, bits, 0).energy.value;
  };
  const double hops = (machine.columns + machine.rows) / 3.0;
  const std::uint32_t flit = machine.router.flit_bits;
  double sum = hops * price(Action::kLinkTraverse, flit);
  for (const Action action : {Action::kRouterQueueWrite, Action::kRouterQueueRead, Action::kRouterTraverse}) {
    sum += (hops + 1) * price(action, flit);
  }
  for (const Action action : {Action::kInboxWrite, Action::kInboxRead, Action::kOutboxWrite, Action::kOutboxRead}) {
    sum += price(action, sim::kPacketBits);
  }
  return sum;
}

}  // namespace

std::size_t tuned_frames(const scenarios::Plan& plan) {
  const auto count = static_cast<double>(plan.frames.count);
  return plan.frames.count - static_cast<std::size_t>(std::floor(count * plan.scenario.tune.held_out));
}

quantise::Scales start_scales(const scenarios::Plan& plan) {
  const scenarios::Scenario& scenario = plan.scenario;
  const bool has_scales = !scenario.scales.empty() || scenario.scale_factor != 0 || !scenario.scales_file.empty();
  const double start = scenario.tune.start;
  quantise::Scales scales =
      tune::uniform_scales(plan.layers, scenario.tune.settings.granularity, start == 0 ? 1 : start);
  if (start != 0 || !has_scales) {
    return scales;
  }
  const quantise::Scales given = scenarios::scales_of(plan);
  for (std::size_t i = 0; i < scales.size(); ++i) {
    const std::vector<double>& own = given[i];
    scales[i] = own.size() == scales[i].size() ? own : std::vector(scales[i].size(), quantise::geometric_mean(own));
  }
  return scales;
}

std::vector<tune::Price> tuning_prices(const scenarios::Plan& plan) {
  if (plan.scenario.tune.prices == scenarios::TunePrices::kAdditions) {
    return {};
  }
  return scenarios::blaming(plan.scenario, {"energy.table"}, [&] {
    tune::Price price = core_price(plan);
    price.per_event = packet_price(plan);
    return std::vector<tune::Price>(plan.layers.scales(), price);
  });
}

Tuning tune_with(const scenarios::Plan& plan, double lambda, const tune::StepObserver& observer) {
  tune::Settings settings = plan.scenario.tune.settings;
  settings.lambda = lambda;
  settings.clamp = plan.scenario.network.max_magnitude;
  const std::size_t count = tuned_frames(plan);
  const tune::Tuned tuned = tune::tune(plan.graph, plan.layers, plan.frame_reader(), count, start_scales(plan),
                                       settings, tuning_prices(plan), observer);
  Tuning tuning{lambda, rounded(tuned.scales), tuned.loss, tuned.computation, {}, {}};
  tuning.on_tuned = measure(plan, tuning.scales, 0, count);
  if (count < plan.frames.count) {
    tuning.on_held_out = measure(plan, tuning.scales, count, plan.frames.count);
  }
  return tuning;
}

}  // namespace sigdel::cli
