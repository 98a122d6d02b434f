#include "models/tune/batch.hpp"

#include <algorithm>
#include <cmath>

#include "models/base/errors.hpp"

namespace sigdel::tune {
namespace {

/// Pointers to what a node reads.
template <class Real>
std::vector<const Values<Real>*> inputs_of(const network::Node& node, const std::vector<Values<Real>>& values) {
  std::vector<const Values<Real>*> inputs;
  for (const std::size_t input : node.inputs) {
    inputs.push_back(&values[input]);
  }
  return inputs;
}

template <class Real>
void add_to(Values<Real>& sum, Values<Real> part) {
  if (sum.empty()) {
    sum = std::move(part);
  } else {
    std::transform(sum.begin(), sum.end(), part.begin(), sum.begin(), std::plus<>());
  }
}

quantise::Scales zeros_like(const quantise::Scales& scales) {
  quantise::Scales zeros;
  for (const auto& tensor : scales) {
    zeros.emplace_back(tensor.size(), 0.0);
  }
  return zeros;
}

/// Calls visit(index of the value, its channel's number among the scales, pixel) for `frames` frames.
template <class Visit>
void for_each_value(std::size_t frames, std::size_t scales, std::size_t channels, std::size_t pixels,
                    const Visit& visit) {
  std::size_t i = 0;
  for (std::size_t frame = 0; frame < frames; ++frame) {
    for (std::size_t channel = 0; channel < channels; ++channel) {
      for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
        visit(i++, scales == 1 ? 0 : channel, pixel);
      }
    }
  }
}

/// What an integer costs, and the derivative by the logarithm of its scale of what it is expected to cost: x is the
/// value that became the integer by rounding, whose magnitude is that of x on average and which is an event with a
/// probability of min(1, |x|).
struct Charge {
  double cost = 0;
  double derivative = 0;
};

Charge charge_of(const Price& price, double reach, double integer, double x) {
  const double magnitude = std::abs(integer);
  const double expected = std::abs(x);
  const double per_event = price.per_target * reach + price.per_event;
  return {price.per_addition * reach * magnitude + (magnitude == 0 ? 0 : per_event),
          price.per_addition * reach * expected + (expected < 1 ? per_event * expected : 0)};
}

}  // namespace

template <class Real>
Batch<Real>::Batch(const network::Graph& graph, const quantise::WeightLayers& layers,
                   const std::vector<TensorPrice>& prices, const Settings& settings)
    : graph_(graph),
      layers_(layers),
      prices_(prices),
      settings_(settings),
      output_(output_node(graph)),
      tensor_of_(graph.nodes.size()),
      arithmetic_(graph) {
  settings_.loss = loss_for(graph, settings.loss);
  for (std::size_t i = 0; i < layers.scales(); ++i) {
    std::optional<std::size_t>& tensor = tensor_of_[layers.tensors[i].node];
    if (tensor) {
      fail("tensor '{}': the network sends it both as it is and averaged; such a tensor cannot be tuned",
           layers.tensors[i].name);
    }
    tensor = i;
  }
}

template <class Real>
Values<Real> Batch<Real>::dense(const Values<Real>& frames, std::size_t count) const {
  std::vector<Values<Real>> values(graph_.nodes.size());
  values.front() = frames;
  for (std::size_t i = 1; i <= output_; ++i) {
    values[i] = arithmetic_.forward(graph_.nodes[i], count, inputs_of(graph_.nodes[i], values));
  }
  return values[output_];
}

/// In units of the values: rha(k a) / k, clamped to +-clamp / k, or a + noise / k.
template <class Real>
void Batch<Real>::quantise(const std::vector<double>& scales, std::size_t elements, Random& random,
                           Values<Real>& values) const {
  const double limit = settings_.clamp;
  const std::size_t of_channel = elements / scales.size();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double k = scales[i / of_channel % scales.size()];
    const double x = k * double{values[i]};
    const double sent = settings_.gradient == Gradient::kNoise ? x + random.unit() - 0.5 : std::round(x);
    values[i] = static_cast<Real>(std::clamp(sent, -limit, limit) / k);
  }
}

template <class Real>
typename Batch<Real>::Trace Batch<Real>::run(const Values<Real>& frames, std::size_t count,
                                             const quantise::Scales& scales, Random& random) const {
  Trace trace{std::vector<Values<Real>>(graph_.nodes.size()), std::vector<Values<Real>>(graph_.nodes.size())};
  for (std::size_t i = 0; i <= output_; ++i) {
    const network::Node& node = graph_.nodes[i];
    trace.sent[i] = i == 0 ? frames : arithmetic_.forward(node, count, inputs_of(node, trace.sent));
    if (tensor_of_[i]) {
      trace.raw[i] = trace.sent[i];
      quantise(scales[*tensor_of_[i]], trace.raw[i].size() / count, random, trace.sent[i]);
    }
  }
  return trace;
}

/// With the residual held, sent = a + residual / k: its derivative by log k is a - sent. What the clamp cut is clamp /
/// k: the derivative is -sent, and none goes on to a. The literal rule has -sent everywhere.
template <class Real>
void Batch<Real>::add_loss(std::size_t tensor, const Trace& trace, std::size_t count, const std::vector<double>& scales,
                           Values<Real>& gradient, std::vector<double>& result) const {
  const std::size_t node = layers_.tensors[tensor].node;
  const Values<Real>& raw = trace.raw[node];
  const Values<Real>& sent = trace.sent[node];
  const std::size_t of_channel = raw.size() / count / scales.size();
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const std::size_t channel = i / of_channel % scales.size();
    const bool is_cut = std::abs(double{raw[i]}) * scales[channel] >= settings_.clamp + 0.5;
    const bool holds_integer = is_cut || settings_.gradient == Gradient::kLiteral;
    const double derivative = (holds_integer ? 0.0 : double{raw[i]}) - double{sent[i]};
    result[channel] += double{gradient[i]} * derivative;
    gradient[i] = is_cut ? Real{0} : gradient[i];
  }
}

template <class Real>
void Batch<Real>::add_computation(std::size_t tensor, const Trace& trace, std::size_t count,
                                  const std::vector<double>& scales, Gradients& result) const {
  const std::size_t node = layers_.tensors[tensor].node;
  const Values<Real>& raw = trace.raw[node];
  const Values<Real>& sent = settings_.gradient == Gradient::kNoise ? raw : trace.sent[node];
  const TensorPrice& price = prices_[tensor];
  const std::size_t size = raw.size() / count;
  const std::size_t pixels = price.reach.size();
  const bool is_change = settings_.cost == Cost::kSigmaDelta;
  const std::size_t frames = is_change ? count - 1 : count;
  const double weight = 1.0 / static_cast<double>(frames);
  const double most = settings_.clamp;
  for_each_value(frames, scales.size(), size / pixels, pixels,
                 [&](std::size_t i, std::size_t channel, std::size_t pixel) {
                   const double k = scales[channel];
                   const std::size_t now = is_change ? i + size : i;
                   const double integer = k * (double{sent[now]} - (is_change ? double{sent[i]} : 0.0));
                   const auto within = [&](std::size_t at) { return std::clamp(k * double{raw[at]}, -most, most); };
                   const double x = within(now) - (is_change ? within(i) : 0.0);
                   const double rounded = settings_.gradient == Gradient::kNoise ? integer : std::round(integer);
                   const Charge charge = charge_of(price.price, price.reach[pixel], rounded, x);
                   const bool is_cut = std::abs(within(now)) == most;
                   result.computation += weight * charge.cost;
                   result.of_computation[tensor][channel] += is_cut ? 0 : weight * charge.derivative;
                 });
}

template <class Real>
void Batch<Real>::back(const Trace& trace, std::size_t count, Values<Real> gradient, const quantise::Scales& scales,
                       Gradients& result) const {
  std::vector<Values<Real>> of_node(graph_.nodes.size());
  of_node[output_] = std::move(gradient);
  for (std::size_t i = output_ + 1; i-- > 0;) {
    if (of_node[i].empty()) {
      continue;
    }
    if (const auto tensor = tensor_of_[i]) {
      add_loss(*tensor, trace, count, scales[*tensor], of_node[i], result.of_loss[*tensor]);
    }
    const network::Node& node = graph_.nodes[i];
    const auto inputs = inputs_of(node, trace.sent);
    const Values<Real>& y = tensor_of_[i] ? trace.raw[i] : trace.sent[i];
    for (std::size_t j = 0; j < inputs.size(); ++j) {
      add_to(of_node[node.inputs[j]], arithmetic_.backward(node, j, count, inputs, y, of_node[i]));
    }
    Values<Real>().swap(of_node[i]);
  }
}

template <class Real>
Gradients Batch<Real>::gradients(const Values<Real>& frames, const Values<Real>& targets, std::size_t count,
                                 const quantise::Scales& scales, Random& random) const {
  Gradients result{0, 0, zeros_like(scales), zeros_like(scales)};
  const Trace trace = run(frames, count, scales, random);
  Values<Real> gradient;
  result.loss = loss_of(settings_.loss, count, trace.sent[output_], targets, gradient);
  back(trace, count, std::move(gradient), scales, result);
  for (std::size_t tensor = 0; tensor < layers_.scales(); ++tensor) {
    add_computation(tensor, trace, count, scales[tensor], result);
  }
  return result;
}

template class Batch<float>;
template class Batch<double>;

}  // namespace sigdel::tune
