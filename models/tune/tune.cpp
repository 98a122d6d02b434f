#include "models/tune/tune.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/base/errors.hpp"
#include "models/tune/batch.hpp"

namespace sigdel::tune {
namespace {

constexpr double kSmallestScale = 1e-6;
constexpr double kLargestScale = 1e6;

/// Running means of a derivative and of its square: Kingma and Ba, "Adam", ICLR 2015. The second forgets within a
/// hundred steps, as derivatives shrink by orders of magnitude on the way and descents are short.
class Adam {
 public:
  /// The direction of step `number`, from 1, at most about 1 in size.
  double direction(double derivative, std::size_t number) {
    mean_ = kMean * mean_ + (1 - kMean) * derivative;
    square_ = kSquare * square_ + (1 - kSquare) * derivative * derivative;
    const auto steps = static_cast<double>(number);
    const double square = square_ / (1 - std::pow(kSquare, steps));
    return square == 0 ? 0 : mean_ / (1 - std::pow(kMean, steps)) / std::sqrt(square);
  }

 private:
  static constexpr double kMean = 0.9;
  static constexpr double kSquare = 0.99;
  double mean_ = 0;
  double square_ = 0;
};

/// What the steps share.
template <class Real>
class Descent {
 public:
  Descent(const network::Graph& graph, const quantise::WeightLayers& layers, const reference::FrameReader& frames,
          std::size_t count, quantise::Scales start, const Settings& settings, const std::vector<Price>& prices)
      : settings_(settings),
        frames_(frames),
        count_(count),
        size_(static_cast<std::size_t>(network::element_count(graph.input_shape()))),
        prices_(tensor_prices(graph, layers, prices)),
        batch_(graph, layers, prices_, settings),
        random_(settings.seed),
        order_(order(count)),
        targets_(count),
        result_{std::move(start), 0, 0} {
    for (const std::vector<double>& tensor : result_.scales) {
      adam_.emplace_back(tensor.size());
    }
  }

  Tuned run(const StepObserver& observer) {
    const std::size_t of_epoch = steps_of_epoch();
    const std::size_t steps = of_epoch * settings_.epochs;
    for (std::size_t epoch = 0; epoch < settings_.epochs; ++epoch) {
      shuffle();
      result_.loss = result_.computation = 0;
      for (std::size_t i = 0; i < of_epoch; ++i) {
        const std::size_t done = epoch * of_epoch + i;
        const Gradients gradients = step(i * settings_.batch, done, steps);
        result_.loss += gradients.loss / static_cast<double>(of_epoch);
        result_.computation += gradients.computation / static_cast<double>(of_epoch);
        if (observer) {
          observer({done + 1, steps, gradients.loss, gradients.computation, result_.scales});
        }
      }
    }
    return result_;
  }

 private:
  static std::vector<std::size_t> order(std::size_t count) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), 0);
    return order;
  }

  /// The last batch of an epoch may be smaller; a single frame has no difference.
  [[nodiscard]] std::size_t steps_of_epoch() const {
    const std::size_t rest = count_ % settings_.batch;
    const bool is_used = rest > (settings_.cost == Cost::kSigmaDelta ? 1U : 0U);
    return count_ / settings_.batch + (is_used ? 1 : 0);
  }

  /// Fisher and Yates; with Cost::kSigmaDelta of whole batches, the last incomplete one stays last.
  void shuffle() {
    if (!settings_.shuffle) {
      return;
    }
    const std::size_t unit = settings_.cost == Cost::kSigmaDelta ? settings_.batch : 1;
    for (std::size_t i = count_ / unit; i > 1; --i) {
      const auto a = order_.begin() + static_cast<std::ptrdiff_t>((i - 1) * unit);
      const auto b = order_.begin() + static_cast<std::ptrdiff_t>(random_.below(i) * unit);
      if (a != b) {
        std::swap_ranges(a, a + static_cast<std::ptrdiff_t>(unit), b);
      }
    }
  }

  Gradients step(std::size_t first, std::size_t done, std::size_t steps) {
    const std::size_t n = std::min(settings_.batch, count_ - first);
    Values<Real> frames;
    std::vector<float> frame(size_);
    for (std::size_t i = first; i < first + n; ++i) {
      frames_(order_[i], frame);
      frames.insert(frames.end(), frame.begin(), frame.end());
    }
    Gradients gradients = batch_.gradients(frames, targets(first, n, frames), n, result_.scales, random_);
    for (std::size_t tensor = 0; tensor < result_.scales.size(); ++tensor) {
      for (std::size_t i = 0; i < result_.scales[tensor].size(); ++i) {
        const double derivative = gradients.of_loss[tensor][i] + settings_.lambda * gradients.of_computation[tensor][i];
        double& scale = result_.scales[tensor][i];
        scale = std::clamp(scale * std::exp(-change(derivative, adam_[tensor][i], done, steps)), kSmallestScale,
                           kLargestScale);
      }
    }
    return gradients;
  }

  /// By how much the logarithm of a scale falls.
  [[nodiscard]] double change(double derivative, Adam& adam, std::size_t done, std::size_t steps) const {
    const double most = settings_.clip == 0 ? std::numeric_limits<double>::infinity() : settings_.clip;
    const double clipped = std::clamp(derivative, -most, most);
    if (settings_.optimiser == Optimiser::kSgd) {
      return settings_.learning_rate * clipped;
    }
    const double left = 1 - static_cast<double>(done) / static_cast<double>(steps);
    return settings_.learning_rate * left * adam.direction(clipped, done + 1);
  }

  /// What the dense network says to these frames, calculated when they come for the first time.
  Values<Real> targets(std::size_t first, std::size_t n, const Values<Real>& frames) {
    const auto begin = order_.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = begin + static_cast<std::ptrdiff_t>(n);
    Values<Real> targets;
    if (std::any_of(begin, end, [&](std::size_t i) { return targets_[i].empty(); })) {
      targets = batch_.dense(frames, n);
      const auto width = static_cast<std::ptrdiff_t>(targets.size() / n);
      for (std::size_t i = 0; i < n; ++i) {
        const auto at = targets.begin() + static_cast<std::ptrdiff_t>(i) * width;
        targets_[order_[first + i]].assign(at, at + width);
      }
      return targets;
    }
    std::for_each(begin, end,
                  [&](std::size_t i) { targets.insert(targets.end(), targets_[i].begin(), targets_[i].end()); });
    return targets;
  }

  Settings settings_;
  const reference::FrameReader& frames_;
  std::size_t count_;
  std::size_t size_;  ///< of a frame
  std::vector<TensorPrice> prices_;
  Batch<Real> batch_;
  Random random_;
  std::vector<std::size_t> order_;
  std::vector<Values<Real>> targets_;  ///< per frame
  Tuned result_;
  std::vector<std::vector<Adam>> adam_;  ///< shaped like the scales
};

void check(const quantise::WeightLayers& layers, std::size_t count, const Settings& settings) {
  const std::size_t least = settings.cost == Cost::kSigmaDelta ? 2 : 1;
  if (count < least || settings.batch < least) {
    fail("{} frames in batches of {}; tuning needs {} or more of each{}", count, settings.batch, least,
         least == 2 ? ", as a single frame has no difference from the one before" : "");
  }
  if (settings.epochs < 1) {
    fail("no epochs; tuning needs 1 or more");
  }
  for (const quantise::WeightLayer& layer : layers.layers) {
    if (settings.granularity == Granularity::kChannel && layer.ceiling) {
      fail("layer '{}': its ReLU has a ceiling, which all its channels share; tune one scale for each tensor",
           layer.name);
    }
  }
}

}  // namespace

quantise::Scales uniform_scales(const quantise::WeightLayers& layers, Granularity granularity, double start) {
  quantise::Scales scales;
  for (std::size_t i = 0; i < layers.scales(); ++i) {
    scales.emplace_back(granularity == Granularity::kTensor ? 1 : layers.tensors[i].shape.channels, start);
  }
  return scales;
}

Tuned tune(const network::Graph& graph, const quantise::WeightLayers& layers, const reference::FrameReader& frames,
           std::size_t count, const quantise::Scales& start, const Settings& settings, const std::vector<Price>& prices,
           const StepObserver& observer) {
  check(layers, count, settings);
  if (settings.precision == Precision::kFloat64) {
    return Descent<double>(graph, layers, frames, count, start, settings, prices).run(observer);
  }
  return Descent<float>(graph, layers, frames, count, start, settings, prices).run(observer);
}

}  // namespace sigdel::tune
