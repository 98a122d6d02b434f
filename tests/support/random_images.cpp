#include "tests/support/random_images.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

namespace sigdel::test {
namespace {

using network::Convolution;
using network::Graph;
using network::Shape;
using network::Window;

class Builder {
 public:
  Builder(Random& random, const RandomImageConfig& config) : random_(random), config_(config) {
    const auto side = [&] { return random_.between(config_.smallest_side, config_.largest_side); };
    graph_.nodes.push_back({"input", network::Input{}, {}, {random_.between(1, 4), side(), side()}});
  }

  Graph build() {
    const std::int64_t blocks = random_.between(config_.fewest_blocks, config_.most_blocks);
    for (std::int64_t i = 0; i < blocks; ++i) {
      add_block();
    }
    add_end();
    return std::move(graph_);
  }

 private:
  bool chance(double probability) { return random_.unit() < probability; }
  [[nodiscard]] std::size_t last() const { return graph_.nodes.size() - 1; }
  [[nodiscard]] const Shape& shape(std::size_t node) const { return graph_.nodes[node].shape; }
  std::int64_t some_channels() { return random_.between(1, config_.most_channels); }

  std::size_t add(const std::string& kind, network::Operation operation, std::vector<std::size_t> inputs, Shape shape) {
    graph_.nodes.push_back(
        {kind + std::to_string(graph_.nodes.size()), std::move(operation), std::move(inputs), std::move(shape)});
    return last();
  }

  std::vector<float> some_values(std::int64_t count, double magnitude, double zeros) {
    std::vector<float> values;
    for (std::int64_t i = 0; i < count; ++i) {
      const double value = (2 * random_.unit() - 1) * magnitude;
      values.push_back(chance(zeros) ? 0.0F : static_cast<float>(value));
    }
    return values;
  }

  /// A window that fits the node's image, padded by less than its size.
  Window some_window(std::size_t node, std::int64_t largest_stride, bool padded) {
    Window window;
    for (std::size_t axis = 0; axis < 2; ++axis) {
      const std::int64_t most = std::min<std::int64_t>(axis == 0 ? 3 : 4, shape(node)[axis + 1]);
      window.kernel[axis] = random_.between(1, most);
      window.stride[axis] = random_.between(1, largest_stride);
      window.pad_begin[axis] = padded ? random_.between(0, window.kernel[axis] - 1) : 0;
      window.pad_end[axis] = padded ? random_.between(0, window.kernel[axis] - 1) : 0;
    }
    return window;
  }

  static Shape slid(const Window& window, const Shape& in, std::int64_t channels, bool ceil = false) {
    return {channels, network::window_positions(window, 0, in[1], ceil),
            network::window_positions(window, 1, in[2], ceil)};
  }

  std::size_t add_convolution(std::size_t from, const Window& window, std::int64_t outputs, std::int64_t groups) {
    Convolution map{shape(from)[0], outputs, groups, window, {}, {}};
    const std::int64_t fan_in = map.inputs / groups * window.kernel[0] * window.kernel[1];
    map.weights = some_values(outputs * fan_in, 2.0 / std::sqrt(static_cast<double>(fan_in)), 0.2);
    map.bias = some_values(outputs, 0.5, chance(0.3) ? 1.0 : 0.0);
    const Shape out = slid(window, shape(from), outputs);
    return add("conv", std::move(map), {from}, out);
  }

  std::size_t add_some_convolution(std::size_t from) {
    const Window window = some_window(from, 3, true);
    const std::int64_t channels = shape(from)[0];
    if (chance(0.15)) {
      return add_convolution(from, window, channels, channels);  // depthwise
    }
    if (channels % 2 == 0 && chance(0.3)) {
      return add_convolution(from, window, 2 * random_.between(1, (config_.most_channels + 1) / 2), 2);
    }
    return add_convolution(from, window, some_channels(), 1);
  }

  /// Keeps the image's size.
  std::size_t add_same_convolution(std::size_t from, std::int64_t kernel, std::int64_t outputs) {
    const std::int64_t pad = kernel / 2;
    return add_convolution(from, {{kernel, kernel}, {1, 1}, {pad, pad}, {pad, pad}}, outputs, 1);
  }

  std::size_t add_relu(std::size_t from) {
    const Shape same = shape(from);
    return chance(0.3) ? add("clip", network::Clip{static_cast<float>(0.3 + random_.unit())}, {from}, same)
                       : add("relu", network::Relu{}, {from}, same);
  }

  std::size_t add_pool(std::size_t from) {
    const bool is_max = chance(0.6);
    const bool pads_count = !is_max && chance(0.5);
    const Window window = some_window(from, 2, is_max || pads_count);
    const Shape out = slid(window, shape(from), shape(from)[0], is_max && chance(0.5));
    return is_max ? add("pool", network::MaxPool{window}, {from}, out)
                  : add("pool", network::AveragePool{window, pads_count}, {from}, out);
  }

  void add_residual() {
    const std::size_t from = last();
    const std::int64_t channels = shape(from)[0];
    const std::size_t branch = add_relu(add_same_convolution(from, 3, some_channels()));
    std::size_t other = add_same_convolution(branch, chance(0.5) ? 1 : 3, channels);
    other = chance(0.2) ? add_relu(other) : other;
    const Shape same = shape(from);
    const std::size_t sum = add("add", network::Add{}, {from, other}, same);
    if (chance(0.7)) {
      add_relu(sum);
    }
  }

  void add_branches() {
    const std::size_t from = last();
    const std::size_t narrow = add_relu(add_same_convolution(from, 1, some_channels()));
    const std::size_t wide = add_relu(add_same_convolution(from, 3, some_channels()));
    Shape out = shape(narrow);
    out[0] += shape(wide)[0];
    add("concat", network::Concat{}, {narrow, wide}, out);
  }

  void add_block() {
    const double kind = random_.unit();
    if (kind < 0.15) {
      add_residual();
    } else if (kind < 0.35) {
      add_branches();
    } else if (kind < 0.45) {
      const Window::Pair factors{random_.between(1, 2), random_.between(1, 2)};
      const Shape& in = shape(last());
      const Shape out{in[0], in[1] * factors[0], in[2] * factors[1]};
      add("resize", network::ResizeNearest{factors}, {last()}, out);
      add_relu(add_some_convolution(last()));
    } else {
      add_some_convolution(last());
      if (chance(0.8)) {
        add_relu(last());
      }
    }
    for (double pool = 0.4; chance(pool); pool = 0.2) {
      add_pool(last());
    }
  }

  void add_end() {
    const double kind = random_.unit();
    if (kind < 0.3) {
      add_same_convolution(last(), 1, some_channels());  // so that there is a weight layer, whatever the blocks were
      return;
    }
    if (kind < 0.6) {
      add_relu(add_same_convolution(last(), 1, some_channels()));
      const std::int64_t channels = shape(last())[0];
      add("mean", network::GlobalAveragePool{}, {last()}, {channels, 1, 1});
      return;
    }
    const std::int64_t inputs = network::element_count(shape(last()));
    const std::int64_t outputs = some_channels();
    add("flatten", network::Flatten{}, {last()}, {inputs});
    network::FullyConnected map{inputs, outputs, {}, {}};
    map.weights = some_values(inputs * outputs, 2.0 / std::sqrt(static_cast<double>(inputs)), 0.2);
    map.bias = some_values(outputs, 0.5, 0);
    add("fc", std::move(map), {last()}, {outputs});
    if (chance(0.3)) {
      add("softmax", network::Softmax{}, {last()}, {outputs});
    }
  }

  Random& random_;
  const RandomImageConfig& config_;
  Graph graph_;
};

}  // namespace

Graph random_image_graph(Random& random, const RandomImageConfig& config) { return Builder(random, config).build(); }

RandomCase random_image_case(std::uint64_t seed, const RandomImageConfig& config) {
  Random random(seed);
  RandomCase result = random_integers(random, random_image_graph(random, config));
  result.frames = random_frames(random, result.inputs(), config.frames);
  return result;
}

}  // namespace sigdel::test
