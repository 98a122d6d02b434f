/// What a network is made of, as text for people.
#pragma once

#include <cstdint>
#include <string>

#include "models/network/graph.hpp"

namespace sigdel::network {

/// Weights and biases of a node.
std::int64_t parameter_count(const Node& node);
/// Multiplications and additions per frame, in the paper's convention (docs/counting.md): 2 * in * out for a fully
/// connected layer; for a convolution 2 per pair of weight and output, where pairs with a padded input count only at
/// stride 1 and with an output as large as the input; 0 for what is no matrix product.
std::int64_t dense_operations(const Graph& graph, const Node& node);
/// Multiply-adds per frame of a weight layer that multiplies padding too: outputs times weights per output.
std::int64_t multiply_adds(const Node& node);

/// The table that `sigdel inspect` prints: a line with the network's input, output and totals; then one row per node
/// with its layer number (weight layers only, counted from 0 as in the reports), name, operation, output shape,
/// parameters and dense operations per frame; then the totals; with convolutions also the multiply-adds by operation.
/// Ends with a newline.
std::string inspect(const Graph& graph);

}  // namespace sigdel::network
