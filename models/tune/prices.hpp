/// What integers cost that a tensor sends.
#pragma once

#include <vector>

#include "models/network/graph.hpp"
#include "models/quantise/weight_layers.hpp"

namespace sigdel::tune {

/// The price of one integer of magnitude m that reaches n accumulators: per_addition * m * n, and if m is not 0
/// per_target * n + per_event. In any unit.
struct Price {
  double per_addition = 1;
  double per_target = 0;
  double per_event = 0;
};

/// Of a quantised tensor, for the elements of its node in C order.
struct TensorPrice {
  std::vector<double> reach;  ///< per pixel of the node: accumulators that a value reaches, in the paper's convention
  Price price;
};

/// One for each quantised tensor. `prices`: one for each, or none for the paper's (one for each addition). Where
/// windows are summed (average pool) before a tensor is sent, each value of the window reaches what their sum does:
/// exact for additions of values of one sign, else too much.
std::vector<TensorPrice> tensor_prices(const network::Graph& graph, const quantise::WeightLayers& layers,
                                       const std::vector<Price>& prices = {});

}  // namespace sigdel::tune
