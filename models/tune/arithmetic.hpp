/// Single operations forward and backward for a batch of frames, in float32 through oneDNN or in double.
#pragma once

#include <type_traits>
#include <vector>

#include "models/network/graph.hpp"

namespace sigdel::tune {

/// Values of a tensor for all frames of a batch, frame after frame, each in C order.
template <class Real>
using Values = std::vector<Real>;

/// `Real` is float: any graph; or double: graphs of fully connected layers and what works value by value.
template <class Real>
class Arithmetic {
 public:
  /// Throws InputError that names the node for what double cannot do. `graph` must outlive this.
  explicit Arithmetic(const network::Graph& graph);

  /// The output of a node that is not the input.
  [[nodiscard]] Values<Real> forward(const network::Node& node, std::size_t batch,
                                     const std::vector<const Values<Real>*>& inputs) const;
  /// The gradient with respect to input i of a node, from its inputs, its output `y` and the gradient `dy` with respect
  /// to that. Not of a softmax: the losses begin before it.
  [[nodiscard]] Values<Real> backward(const network::Node& node, std::size_t i, std::size_t batch,
                                      const std::vector<const Values<Real>*>& inputs, const Values<Real>& y,
                                      const Values<Real>& dy) const;

 private:
  const network::Graph& graph_;
};

}  // namespace sigdel::tune
