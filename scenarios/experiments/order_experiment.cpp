#include "scenarios/experiments/order_experiment.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include "energy/summary.hpp"
#include "models/base/workers.hpp"
#include "models/quantise/fold.hpp"
#include "models/reference/executor.hpp"
#include "models/reference/float_network.hpp"
#include "models/tune/tune.hpp"
#include "scenarios/blame.hpp"
#include "scenarios/read_stimulus.hpp"

namespace sigdel::experiments {
namespace {

constexpr std::size_t kWatched = 500;  ///< frames after which `watch` is called

template <class T>
std::uint32_t first_largest(std::span<const T> values) {
  return static_cast<std::uint32_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

double share(std::size_t part, std::size_t of) { return static_cast<double>(part) / static_cast<double>(of); }

std::vector<std::size_t> as_given(const traces::Frames& frames) {
  std::vector<std::size_t> order(frames.count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

/// A mode over frames in some order.
struct Pass {
  Cost cost;
  std::vector<std::int32_t> outputs;  ///< by number of the frame, whatever the order
};

Pass pass(const network::IntegerNetwork& network, Mode mode, const traces::Frames& frames,
          const std::vector<std::size_t>& order, const Watch& watch) {
  reference::FrameEncoder encoder(network, mode);
  reference::Executor executor(network, mode);
  const std::size_t width = network.outputs();
  Pass result{{}, std::vector<std::int32_t>(frames.count * width)};
  std::size_t errors = 0;
  for (std::size_t done = 0; done < order.size(); ++done) {
    const std::size_t i = order[done];
    const auto outputs = executor.run(encoder.encode(frames.frame(i)));
    std::copy(outputs.begin(), outputs.end(), result.outputs.begin() + static_cast<std::ptrdiff_t>(i * width));
    errors += first_largest(outputs) != frames.labels[i] ? 1U : 0U;
    result.cost.work += energy::sum_of(executor.work());
    if ((done + 1) % kWatched == 0) {
      watch(kWatched);
    }
  }
  watch(order.size() % kWatched);
  result.cost.class_error = share(errors, order.size());
  return result;
}

std::uint64_t different_frames(const Pass& a, const Pass& b, std::size_t width) {
  std::uint64_t different = 0;
  for (std::size_t at = 0; at < a.outputs.size(); at += width) {
    const auto first = a.outputs.begin() + static_cast<std::ptrdiff_t>(at);
    different += std::equal(first, first + static_cast<std::ptrdiff_t>(width),
                            b.outputs.begin() + static_cast<std::ptrdiff_t>(at))
                     ? 0U
                     : 1U;
  }
  return different;
}

tune::Settings settings_of(const scenarios::ExperimentKeys& keys, std::int32_t clamp) {
  tune::Settings settings;
  settings.optimiser = tune::Optimiser::kSgd;
  settings.learning_rate = keys.learning_rate;
  settings.clip = keys.clip;
  settings.batch = keys.batch;
  settings.epochs = keys.epochs;
  settings.clamp = clamp;
  return settings;
}

quantise::Scales tuned(const scenarios::Plan& plan, const traces::Frames& train, double lambda, const Watch& watch) {
  const scenarios::ExperimentKeys& keys = plan.scenario.experiment;
  tune::Settings settings = settings_of(keys, plan.scenario.network.max_magnitude);
  settings.lambda = lambda * static_cast<double>(settings.batch);  // the tuner's is per frame
  const reference::FrameReader reader = [&](std::size_t i, std::span<float> values) { train.read(i, values); };
  std::size_t seen = 0;
  return tune::tune(plan.graph, plan.layers, reader, train.count,
                    tune::uniform_scales(plan.layers, settings.granularity, 1), settings, {},
                    [&](const tune::Step& step) {
                      const std::size_t now = step.done * keys.epochs * train.count / step.steps;
                      if (now - seen >= kWatched || step.done == step.steps) {
                        watch(now - seen);
                        seen = now;
                      }
                    })
      .scales;
}

OrderPoint point_of(const scenarios::Plan& plan, const OrderData& data, double lambda, const Watch& watch) {
  const auto& keys = plan.scenario.network;
  OrderPoint point;
  point.lambda = lambda;
  point.scales = tuned(plan, data.train, lambda, watch);
  const network::IntegerNetwork network = quantise::fold(plan.layers, point.scales, keys.max_magnitude,
                                                         {keys.weight_bits, keys.accumulator_bits}, "scaled");
  const Pass rounding = pass(network, Mode::kRounding, plan.frames, data.shuffled, watch);
  const Pass shuffled = pass(network, Mode::kSigmaDelta, plan.frames, data.shuffled, watch);
  const Pass temporal = pass(network, Mode::kSigmaDelta, plan.frames, data.temporal, watch);
  point.rounding = rounding.cost;
  point.delta_shuffled = shuffled.cost;
  point.delta_temporal = temporal.cost;
  point.different =
      different_frames(rounding, shuffled, network.outputs()) + different_frames(rounding, temporal, network.outputs());
  point.train_error = pass(network, Mode::kRounding, data.train, as_given(data.train), watch).cost.class_error;
  return point;
}

double float_error(const scenarios::Plan& plan) {
  const std::size_t width = plan.in_float.outputs.size() / plan.frames.count;
  std::size_t errors = 0;
  for (std::size_t i = 0; i < plan.frames.count; ++i) {
    const std::span<const float> outputs = std::span(plan.in_float.outputs).subspan(i * width, width);
    errors += first_largest(outputs) != plan.frames.labels[i] ? 1U : 0U;
  }
  return share(errors, plan.frames.count);
}

}  // namespace

OrderData read_order_data(const scenarios::Plan& plan, const traces::ReadProgress& progress) {
  scenarios::Scenario train = plan.scenario;
  train.stimulus.images = {train.experiment.train_images};
  train.stimulus.labels = {train.experiment.train_labels};
  train.stimulus.first = {0};
  train.stimulus.frames = {train.experiment.train_frames};
  train.stimulus.stride = {1};
  for (const char* const key : {"images", "labels", "frames"}) {  // where messages point
    const std::string from = std::string("experiment.train_") + key;
    const auto origin = train.origins.find(from);
    if (origin != train.origins.end()) {
      train.origins[std::string("stimulus.") + key] = origin->second;
    }
  }
  OrderData data;
  data.train = scenarios::read_stimulus(train, plan.graph, progress);
  data.shuffled = traces::shuffled_order(plan.frames.count, plan.scenario.stimulus.order_seed);
  data.temporal =
      scenarios::blaming(plan.scenario, {"stimulus.images"}, [&] { return traces::temporal_order(plan.frames); });
  return data;
}

const OrderPoint* OrderExperiment::within(double slack) const {
  const OrderPoint* best = nullptr;
  for (const OrderPoint& point : points) {
    const bool fits = point.rounding.class_error <= dense.class_error + slack + 1e-12;
    if (fits && (best == nullptr || energy::paper_operations(point.delta_temporal.work) <
                                        energy::paper_operations(best->delta_temporal.work))) {
      best = &point;
    }
  }
  return best;
}

bool OrderExperiment::equal() const {
  return std::all_of(points.begin(), points.end(), [](const OrderPoint& point) {
    return point.different == 0 && point.rounding.class_error == point.delta_shuffled.class_error &&
           point.delta_shuffled.class_error == point.delta_temporal.class_error;
  });
}

std::size_t parts_of_order_experiment(const scenarios::Plan& plan, const OrderData& data) {
  const scenarios::ExperimentKeys& keys = plan.scenario.experiment;
  const std::size_t each = (keys.epochs + 1) * data.train.count + 3 * plan.frames.count;
  return keys.lambdas.size() * each + data.train.count + 2 * plan.frames.count;
}

OrderExperiment run_order_experiment(const scenarios::Plan& plan, const OrderData& data, unsigned threads,
                                     const Watch& watch) {
  OrderExperiment experiment;
  experiment.frames = plan.frames.count;
  experiment.train_frames = data.train.count;
  experiment.float_error = float_error(plan);
  const network::IntegerNetwork& grid = plan.grid.value();
  experiment.points.resize(plan.scenario.experiment.lambdas.size());
  std::vector<std::function<void()>> tasks{
      [&] { experiment.dense = pass(grid, Mode::kDense, plan.frames, data.shuffled, watch).cost; },
      [&] { experiment.zero_skip = pass(grid, Mode::kZeroSkip, plan.frames, data.shuffled, watch).cost; },
      [&] {
        experiment.dense_train_error =
            pass(grid, Mode::kZeroSkip, data.train, as_given(data.train), watch).cost.class_error;
      }};
  for (std::size_t i = 0; i < experiment.points.size(); ++i) {
    tasks.emplace_back(
        [&, i] { experiment.points[i] = point_of(plan, data, plan.scenario.experiment.lambdas[i], watch); });
  }
  Workers workers(std::min(threads, static_cast<unsigned>(tasks.size())));
  workers.run(tasks.size(), [&](std::size_t i) { tasks[i](); });
  return experiment;
}

}  // namespace sigdel::experiments
