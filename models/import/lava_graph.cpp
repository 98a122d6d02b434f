#include <algorithm>
#include <cmath>
#include <optional>

#include "models/import/lava.hpp"
#include "models/import/lava_layer.hpp"

namespace sigdel::import {
namespace {

using network::FixedPoint;
using network::Graph;
using network::Node;
using network::Shape;
using network::Window;

constexpr std::int64_t kMostExtent = 1 << 20;   ///< of kernels, strides, channels
constexpr std::int64_t kMostNeurons = 1 << 30;  ///< of a layer
constexpr std::int64_t kMostWeight = 1 << 23;   ///< floats are exact
constexpr std::int64_t kMostThreshold = 1 << 23;

/// What is asked of SDNN neurons.
struct Neuron {
  std::optional<std::int32_t> threshold;  ///< nothing: a pure integrator
};

/// Goes through the layers and appends nodes.
class GraphBuilder {
 public:
  explicit GraphBuilder(const LavaFile& file) : file_(file) {}

  Graph run() {
    for (std::size_t i = 0; i < file_.layers.size(); ++i) {
      LavaFields fields(file_.file, i, file_.layers[i]);
      refuse_delays(fields);
      add(fields, i);
      fields.finish();
    }
    if (!is_finished_) {
      fail(
          "{}: its last layer sends changes: it has no neuron/sigma_output; Sigdel reads networks whose last layer is "
          "a dense one that sums up",
          file_.file);
    }
    graph_.fixed_point = format_.value_or(FixedPoint{});
    scale_parameters();
    return std::move(graph_);
  }

 private:
  void add(LavaFields& fields, std::size_t i) {
    if ((i == 0) != (fields.type() == "input")) {
      fields.refuse("the first layer, and no other, is an input");
    }
    if (is_finished_) {
      fields.refuse("it follows a layer with neuron/sigma_output, which only the last one has");
    }
    if (fields.type() == "input") {
      add_input(fields);
    } else if (fields.type() == "conv") {
      add_convolution(fields);
    } else if (fields.type() == "pool") {
      add_pool(fields);
    } else if (fields.type() == "flatten") {
      add_flatten(fields);
    } else if (fields.type() == "dense") {
      add_dense(fields);
    } else {
      fields.refuse("blocks of this type are not read; input, conv, pool, flatten and dense are");
    }
  }

  static void refuse_delays(const LavaFields& fields) {
    for (const char* path : {"delay", "neuron/delay"}) {
      if (fields.has(path)) {
        fields.refuse("'{}': delays of single neurons or synapses are not modelled", path);
      }
    }
    for (const char* path : {"weight/real", "weight/imag"}) {
      if (fields.has(path)) {
        fields.refuse("'{}': complex weights are not read", path);
      }
    }
    for (const char* path : {"recurrent_weight", "recurrent/weight", "recurrent_synapse/weight"}) {
      if (fields.has(path)) {
        fields.refuse("'{}': recurrent connections are not read", path);
      }
    }
  }

  Neuron read_neuron(LavaFields& fields) {
    const std::string type = fields.text("neuron/type");
    if (type != "SDNN") {
      fields.refuse("neurons of type '{}'; only sigma-delta neurons (SDNN) are read", type);
    }
    const std::string activation = fields.text("neuron/activation");
    if (activation != "relu") {
      fields.refuse("the activation '{}'; only relu is read", activation);
    }
    Neuron neuron;
    neuron.threshold = static_cast<std::int32_t>(fields.integer("neuron/vThMant", 0, kMostThreshold));
    if (fields.has("neuron/sigma_output") && fields.flag("neuron/sigma_output")) {
      neuron.threshold.reset();
    }
    read_format(fields);
    return neuron;
  }

  /// Exponents and message bits, where the file has them: the same in all layers.
  void read_format(LavaFields& fields) {
    FixedPoint format;
    const auto read = [&](const char* path, int low, int high, int otherwise) {
      return fields.has(path) ? static_cast<int>(fields.integer(path, low, high)) : otherwise;
    };
    format.spike_exp = read("neuron/spike_exp", 0, FixedPoint::kMostExponent, format.spike_exp);
    format.state_exp = read("neuron/state_exp", 1, FixedPoint::kMostExponent, format.state_exp);
    format.message_bits = read("neuron/num_message_bits", 2, FixedPoint::kMostMessageBits, format.message_bits);
    if (format_ && *format_ != format) {
      fields.refuse("its exponents or message bits are others than those of the layers before");
    }
    format_ = format;
  }

  Node& push(const std::string& name, network::Operation operation, Shape shape) {
    std::vector<std::size_t> inputs;
    if (!graph_.nodes.empty()) {
      inputs.push_back(graph_.nodes.size() - 1);
    }
    graph_.nodes.push_back({name, std::move(operation), std::move(inputs), std::move(shape)});
    return graph_.nodes.back();
  }

  [[nodiscard]] const Shape& shape() const { return graph_.nodes.back().shape; }

  void check_shape(LavaFields& fields, const Shape& wanted) {
    Shape there = fields.extents("shape");
    while (there.size() > wanted.size() && there.back() == 1) {
      there.pop_back();
    }
    if (there != wanted) {
      fields.refuse("its shape is {}; what it reads and its parameters make {}", network::to_string(there),
                    network::to_string(wanted));
    }
  }

  void add_input(LavaFields& fields) {
    const Shape shape = fields.extents("shape");
    if (shape.size() == 2 || network::element_count(shape) > kMostNeurons) {
      fields.refuse("its shape is {}; channels, rows and columns were expected, or a vector",
                    network::to_string(shape));
    }
    for (const auto& [path, usual] : {std::pair{"weight", 64}, std::pair{"bias", 0}}) {
      if (fields.has(path) && fields.integer(path, -kMostWeight, kMostWeight) != usual) {
        fields.refuse("an input '{}' other than {}; scale frames in front of the network (stimulus.mean, .divide)",
                      path, usual);
      }
    }
    const Neuron neuron = read_neuron(fields);
    if (!neuron.threshold) {
      fields.refuse("an input that is a sigma_output");
    }
    push(fields.name(), network::Input{}, shape).threshold = neuron.threshold;
  }

  /// What a weight layer's neurons make of their sums.
  void add_neuron(LavaFields& fields) {
    const Neuron neuron = read_neuron(fields);
    if (!neuron.threshold) {
      is_finished_ = true;
      return;
    }
    const std::string name = fields.name();
    push(name + ".relu", network::Relu{}, shape()).threshold = neuron.threshold;
  }

  /// Kernel, stride and padding; dilation must be 1.
  Window read_window(LavaFields& fields) {
    if (shape().size() != 3) {
      fields.refuse("it reads an image, and what is before it is {}", network::to_string(shape()));
    }
    Window window;
    window.kernel = fields.pair("kernelSize", 1, kMostExtent);
    window.stride = fields.pair("stride", 1, kMostExtent);
    window.pad_begin = fields.pair("padding", 0, kMostExtent);
    window.pad_end = window.pad_begin;
    const auto dilation = fields.pair("dilation", 1, kMostExtent);
    if (dilation != Window::Pair{1, 1}) {
      fields.refuse("a dilation of {}x{}; only 1x1 is read", dilation[0], dilation[1]);
    }
    return window;
  }

  [[nodiscard]] Shape image_behind(const LavaFields& fields, const Window& window, std::int64_t channels) const {
    const std::int64_t rows = network::window_positions(window, 0, shape()[1]);
    const std::int64_t columns = network::window_positions(window, 1, shape()[2]);
    if (rows < 1 || columns < 1) {
      fields.refuse("its kernel does not fit what it reads");
    }
    Shape behind{channels, rows, columns};
    if (rows > kMostExtent || columns > kMostExtent || network::element_count(behind) > kMostNeurons) {
      fields.refuse("it would have {} neurons", network::to_string(behind));
    }
    return behind;
  }

  std::vector<float> read_bias(LavaFields& fields, std::int64_t outputs) {
    if (!fields.has("bias")) {
      std::vector<float> zeros(static_cast<std::size_t>(outputs));
      return zeros;
    }
    const auto bias = fields.integers("bias", {outputs}, kMostWeight);
    return {bias.begin(), bias.end()};
  }

  void add_convolution(LavaFields& fields) {
    network::Convolution map;
    map.window = read_window(fields);
    map.inputs = fields.integer("inChannels", 1, kMostExtent);
    map.outputs = fields.integer("outChannels", 1, kMostExtent);
    map.groups = fields.integer("groups", 1, kMostExtent);
    if (map.inputs != shape()[0] || map.inputs % map.groups != 0 || map.outputs % map.groups != 0) {
      fields.refuse("it maps {} channels to {} in {} groups, and what it reads has {} channels", map.inputs,
                    map.outputs, map.groups, shape()[0]);
    }
    const auto weights = fields.integers(
        "weight", {map.outputs, map.inputs / map.groups, map.window.kernel[0], map.window.kernel[1]}, kMostWeight);
    map.weights.assign(weights.begin(), weights.end());
    map.bias = read_bias(fields, map.outputs);
    const Shape behind = image_behind(fields, map.window, map.outputs);
    check_shape(fields, behind);
    push(fields.name(), std::move(map), behind);
    add_neuron(fields);
  }

  /// Every channel for itself, with one kernel for all: an average pool where its weights are equal.
  void add_pool(LavaFields& fields) {
    network::Convolution map;
    map.window = read_window(fields);
    map.inputs = map.outputs = map.groups = shape()[0];
    const auto kernel = fields.integers("weight", {1, 1, map.window.kernel[0], map.window.kernel[1]}, kMostWeight);
    if (map.outputs * static_cast<std::int64_t>(kernel.size()) > kMostNeurons) {
      fields.refuse("its kernel is too large");
    }
    for (std::int64_t channel = 0; channel < map.outputs; ++channel) {
      map.weights.insert(map.weights.end(), kernel.begin(), kernel.end());
    }
    map.bias.assign(static_cast<std::size_t>(map.outputs), 0.0F);
    const Shape behind = image_behind(fields, map.window, map.outputs);
    check_shape(fields, behind);
    push(fields.name(), std::move(map), behind);
    add_neuron(fields);
  }

  void add_flatten(LavaFields& fields) {
    const Shape behind{network::element_count(shape())};
    check_shape(fields, behind);
    push(fields.name(), network::Flatten{}, behind);
  }

  void add_dense(LavaFields& fields) {
    network::FullyConnected map;
    map.inputs = fields.integer("inFeatures", 1, kMostNeurons);
    map.outputs = fields.integer("outFeatures", 1, kMostExtent);
    if (shape().size() != 1 || map.inputs != shape()[0]) {
      fields.refuse("it maps {} inputs, and what it reads is {}", map.inputs, network::to_string(shape()));
    }
    const auto weights = fields.integers("weight", {map.outputs, map.inputs}, kMostWeight);
    map.weights.resize(weights.size());
    const auto inputs = static_cast<std::size_t>(map.inputs);
    const auto outputs = static_cast<std::size_t>(map.outputs);
    for (std::size_t j = 0; j < outputs; ++j) {
      for (std::size_t i = 0; i < inputs; ++i) {
        map.weights[i * outputs + j] = static_cast<float>(weights[j * inputs + i]);
      }
    }
    map.bias = read_bias(fields, map.outputs);
    const Shape shape_behind{map.outputs};
    check_shape(fields, shape_behind);
    push(fields.name(), std::move(map), shape_behind);
    add_neuron(fields);
  }

  /// From the file's integers to real numbers: powers of two, so floats are exact.
  void scale_parameters() {
    const auto scale = [this](std::vector<float>& values) {
      for (float& value : values) {
        value = std::ldexp(value, -graph_.fixed_point->state_exp);
      }
    };
    for (Node& node : graph_.nodes) {
      if (auto* dense = std::get_if<network::FullyConnected>(&node.operation)) {
        scale(dense->weights);
        scale(dense->bias);
      } else if (auto* convolution = std::get_if<network::Convolution>(&node.operation)) {
        scale(convolution->weights);
        scale(convolution->bias);
      }
    }
  }

  const LavaFile& file_;
  Graph graph_;
  std::optional<FixedPoint> format_;
  bool is_finished_ = false;
};

}  // namespace

network::Graph graph_of(const LavaFile& file) { return GraphBuilder(file).run(); }

}  // namespace sigdel::import
