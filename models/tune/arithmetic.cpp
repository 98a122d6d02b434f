#include "models/tune/arithmetic.hpp"

#include <algorithm>
#include <stdexcept>

#include "models/base/errors.hpp"
#include "models/reference/float_primitives.hpp"

namespace sigdel::tune {
namespace {

using network::Graph;
using network::Node;

std::size_t elements(const network::Shape& shape) { return static_cast<std::size_t>(network::element_count(shape)); }

template <class Operation>
bool is(const Node& node) {
  return std::holds_alternative<Operation>(node.operation);
}

bool works_in_double(const Node& node) {
  return is<network::Input>(node) || is<network::FullyConnected>(node) || is<network::Relu>(node) ||
         is<network::Clip>(node) || is<network::Flatten>(node) || is<network::Add>(node) || is<network::Softmax>(node);
}

Values<double> multiply(const network::FullyConnected& map, std::size_t batch, const Values<double>& x) {
  const auto inputs = static_cast<std::size_t>(map.inputs);
  const auto outputs = static_cast<std::size_t>(map.outputs);
  Values<double> y;
  for (std::size_t frame = 0; frame < batch; ++frame) {
    y.insert(y.end(), map.bias.begin(), map.bias.end());
    double* const row = y.data() + frame * outputs;
    for (std::size_t i = 0; i < inputs; ++i) {
      const double value = x[frame * inputs + i];
      const float* const weights = map.weights.data() + i * outputs;
      for (std::size_t j = 0; value != 0 && j < outputs; ++j) {
        row[j] += value * double{weights[j]};
      }
    }
  }
  return y;
}

Values<double> multiply_back(const network::FullyConnected& map, std::size_t batch, const Values<double>& dy) {
  const auto inputs = static_cast<std::size_t>(map.inputs);
  const auto outputs = static_cast<std::size_t>(map.outputs);
  Values<double> dx(batch * inputs);
  for (std::size_t frame = 0; frame < batch; ++frame) {
    for (std::size_t i = 0; i < inputs; ++i) {
      const float* const weights = map.weights.data() + i * outputs;
      double sum = 0;
      for (std::size_t j = 0; j < outputs; ++j) {
        sum += dy[frame * outputs + j] * double{weights[j]};
      }
      dx[frame * inputs + i] = sum;
    }
  }
  return dx;
}

Values<double> forward_in_double(const Node& node, std::size_t batch,
                                 const std::vector<const Values<double>*>& inputs) {
  if (const auto* map = std::get_if<network::FullyConnected>(&node.operation)) {
    return multiply(*map, batch, *inputs.front());
  }
  Values<double> y = *inputs.front();
  if (is<network::Add>(node)) {
    std::transform(y.begin(), y.end(), inputs.back()->begin(), y.begin(), std::plus<>());
  } else if (is<network::Relu>(node)) {
    std::transform(y.begin(), y.end(), y.begin(), [](double each) { return std::max(each, 0.0); });
  } else if (const auto* clip = std::get_if<network::Clip>(&node.operation)) {
    std::transform(y.begin(), y.end(), y.begin(),
                   [&](double each) { return std::clamp(each, 0.0, double{clip->high}); });
  }
  return y;
}

/// Where the output is neither 0 nor the ceiling.
template <class Real>
Values<Real> rectify_back(const Values<Real>& y, const Values<Real>& dy, Real ceiling) {
  Values<Real> dx(dy.size());
  std::transform(y.begin(), y.end(), dy.begin(), dx.begin(),
                 [&](Real value, Real gradient) { return value > 0 && value < ceiling ? gradient : Real{0}; });
  return dx;
}

/// The part of the gradient that belongs to input i.
template <class Real>
Values<Real> concat_back(const Graph& graph, const Node& node, std::size_t i, std::size_t batch,
                         const Values<Real>& dy) {
  std::size_t before = 0;
  for (std::size_t j = 0; j < i; ++j) {
    before += elements(graph.nodes[node.inputs[j]].shape);
  }
  const std::size_t size = elements(graph.nodes[node.inputs[i]].shape);
  const std::size_t all = elements(node.shape);
  Values<Real> dx;
  for (std::size_t frame = 0; frame < batch; ++frame) {
    const auto begin = dy.begin() + static_cast<std::ptrdiff_t>(frame * all + before);
    dx.insert(dx.end(), begin, begin + static_cast<std::ptrdiff_t>(size));
  }
  return dx;
}

/// Sums over what a pixel was repeated to.
template <class Real>
Values<Real> resize_back(const Graph& graph, const Node& node, std::size_t batch, const Values<Real>& dy) {
  const network::Shape& source = graph.nodes[node.inputs.front()].shape;
  const auto rows = static_cast<std::size_t>(node.shape[1]);
  const auto columns = static_cast<std::size_t>(node.shape[2]);
  const auto narrow = static_cast<std::size_t>(source[2]);
  const std::size_t vertical = rows / static_cast<std::size_t>(source[1]);
  const std::size_t horizontal = columns / narrow;
  Values<Real> dx(batch * elements(source));
  for (std::size_t i = 0; i < dy.size(); ++i) {
    const std::size_t row = i / columns;  // of all images and channels: a multiple of vertical begins each image
    dx[row / vertical * narrow + i % columns / horizontal] += dy[i];
  }
  return dx;
}

}  // namespace

template <class Real>
Arithmetic<Real>::Arithmetic(const Graph& graph) : graph_(graph) {
  for (const Node& node : graph.nodes) {
    if (std::is_same_v<Real, double> && !works_in_double(node)) {
      fail("node '{}' ({}): double precision is there for networks of fully connected layers; use float32", node.name,
           network::operation_name(node.operation));
    }
  }
}

template <class Real>
Values<Real> Arithmetic<Real>::forward(const Node& node, std::size_t batch,
                                       const std::vector<const Values<Real>*>& inputs) const {
  if constexpr (std::is_same_v<Real, float>) {
    return reference::forward(graph_, node, batch, inputs);
  } else {
    return forward_in_double(node, batch, inputs);
  }
}

template <class Real>
Values<Real> Arithmetic<Real>::backward(const Node& node, std::size_t i, std::size_t batch,
                                        const std::vector<const Values<Real>*>& inputs, const Values<Real>& y,
                                        const Values<Real>& dy) const {
  if (is<network::Flatten>(node) || is<network::Add>(node)) {
    return dy;
  }
  if (is<network::Relu>(node)) {
    return rectify_back(y, dy, std::numeric_limits<Real>::infinity());
  }
  if (const auto* clip = std::get_if<network::Clip>(&node.operation)) {
    return rectify_back(y, dy, static_cast<Real>(clip->high));
  }
  if (is<network::Concat>(node)) {
    return concat_back(graph_, node, i, batch, dy);
  }
  if (is<network::ResizeNearest>(node)) {
    return resize_back(graph_, node, batch, dy);
  }
  if constexpr (std::is_same_v<Real, float>) {
    return reference::backward(graph_, node, batch, *inputs[i], dy);
  } else {
    const auto* map = std::get_if<network::FullyConnected>(&node.operation);
    if (map == nullptr) {
      throw std::logic_error("backward: no such operation in double");
    }
    return multiply_back(*map, batch, dy);
  }
}

template class Arithmetic<float>;
template class Arithmetic<double>;

}  // namespace sigdel::tune
