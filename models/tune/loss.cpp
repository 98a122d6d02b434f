#include <algorithm>
#include <cmath>

#include "models/tune/batch.hpp"

namespace sigdel::tune {
namespace {

/// Logarithms of the softmax.
std::vector<double> log_softmax(const auto* values, std::size_t n) {
  const double most = *std::max_element(values, values + n);
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    sum += std::exp(double{values[i]} - most);
  }
  std::vector<double> logs(n);
  for (std::size_t i = 0; i < n; ++i) {
    logs[i] = double{values[i]} - most - std::log(sum);
  }
  return logs;
}

/// sum p (log p - log q), whose derivative by the logits of p is p (log p - log q - KL).
template <class Real>
double kl(const Real* rounded, const Real* dense, std::size_t n, double weight, Real* gradient) {
  const std::vector<double> p = log_softmax(rounded, n);
  const std::vector<double> q = log_softmax(dense, n);
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    sum += std::exp(p[i]) * (p[i] - q[i]);
  }
  for (std::size_t i = 0; i < n; ++i) {
    gradient[i] = static_cast<Real>(weight * std::exp(p[i]) * (p[i] - q[i] - sum));
  }
  return sum;
}

template <class Real>
double l2(const Real* rounded, const Real* dense, std::size_t n, double weight, Real* gradient) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double difference = double{rounded[i]} - double{dense[i]};
    sum += difference * difference;
    gradient[i] = static_cast<Real>(weight * 2 * difference);
  }
  return sum;
}

}  // namespace

std::size_t output_node(const network::Graph& graph) {
  const std::size_t last = graph.nodes.size() - 1;
  const bool is_softmax = std::holds_alternative<network::Softmax>(graph.nodes[last].operation);
  return is_softmax ? graph.nodes[last].inputs.front() : last;
}

Loss loss_for(const network::Graph& graph, Loss loss) {
  if (loss != Loss::kAuto) {
    return loss;
  }
  return output_node(graph) + 1 == graph.nodes.size() ? Loss::kL2 : Loss::kKl;
}

template <class Real>
double loss_of(Loss loss, std::size_t batch, const Values<Real>& rounded, const Values<Real>& dense,
               Values<Real>& gradient) {
  gradient.resize(rounded.size());
  const std::size_t n = rounded.size() / batch;
  const double weight = 1.0 / static_cast<double>(batch);
  double sum = 0;
  for (std::size_t first = 0; first < rounded.size(); first += n) {
    const auto one = loss == Loss::kKl ? kl<Real> : l2<Real>;
    sum += one(rounded.data() + first, dense.data() + first, n, weight, gradient.data() + first);
  }
  return sum * weight;
}

template double loss_of(Loss, std::size_t, const Values<float>&, const Values<float>&, Values<float>&);
template double loss_of(Loss, std::size_t, const Values<double>&, const Values<double>&, Values<double>&);

}  // namespace sigdel::tune
