/// Random convolutional graphs for property tests: a seed gives the same case on every platform.
#pragma once

#include "tests/support/random_network.hpp"

namespace sigdel::test {

struct RandomImageConfig {
  std::int64_t fewest_blocks = 1;
  std::int64_t most_blocks = 3;
  std::int64_t most_channels = 6;
  std::int64_t smallest_side = 3;  ///< rows or columns of the frame
  std::int64_t largest_side = 9;
  std::size_t frames = 6;
};

/// Blocks behind each other, then what makes an answer of them. A block is a convolution (kernels up to 3 x 4, strides,
/// uneven padding, groups, depthwise), with ReLU, ReLU6 or nothing behind it and perhaps a max-pool (its last windows
/// may hang over) or an average pool; a residual block; two convolutions whose channels are joined; or a repetition of
/// pixels. At the end a fully connected layer, a global average, or the image itself.
network::Graph random_image_graph(Random& random, const RandomImageConfig& config = {});

/// Such a graph in integers of random widths, and frames for it.
RandomCase random_image_case(std::uint64_t seed, const RandomImageConfig& config = {});

}  // namespace sigdel::test
