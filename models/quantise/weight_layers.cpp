#include "models/quantise/weight_layers.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "models/base/errors.hpp"

namespace sigdel::quantise {
namespace {

using network::Graph;
using network::Node;
using network::Pool;
using network::Volume;
using network::Window;

constexpr std::size_t kNoTensor = std::numeric_limits<std::size_t>::max();

/// What a node gives: either layers whose values nobody has asked for yet, or a tensor.
struct Value {
  std::vector<std::size_t> pending;  ///< layers, their channels behind each other; empty if it is a tensor
  std::size_t tensor = kNoTensor;
  Window::Pair repeat{1, 1};  ///< of the tensor's pixels
  std::size_t node = 0;       ///< whose values they are; of averages, the node behind which the sum is taken

  [[nodiscard]] bool is_pending() const { return !pending.empty(); }
};

Volume volume_of(const Node& node) {
  if (network::element_count(node.shape) < 1 ||
      network::element_count(node.shape) > std::numeric_limits<std::int32_t>::max()) {
    fail("node '{}': {} values; a tensor has 1 to {}", node.name, network::to_string(node.shape),
         std::numeric_limits<std::int32_t>::max());
  }
  const auto extent = [&](std::size_t axis) { return static_cast<std::uint32_t>(node.shape[axis]); };
  if (node.shape.size() == 3) {
    return {extent(0), extent(1), extent(2)};
  }
  return {static_cast<std::uint32_t>(network::element_count(node.shape)), 1, 1};
}

/// The same map as by input channel, kernel row, kernel column and output channel.
std::vector<float> by_input(const network::Convolution& map) {
  const auto outputs = static_cast<std::size_t>(map.outputs);
  const auto inputs = static_cast<std::size_t>(map.inputs);
  const std::size_t inputs_of = inputs / static_cast<std::size_t>(map.groups);
  const std::size_t outputs_of = outputs / static_cast<std::size_t>(map.groups);
  const auto kernel = static_cast<std::size_t>(map.window.kernel[0] * map.window.kernel[1]);
  std::vector<float> weights(inputs * kernel * outputs_of);
  for (std::size_t j = 0; j < outputs; ++j) {
    for (std::size_t i = 0; i < inputs_of; ++i) {
      const std::size_t input = j / outputs_of * inputs_of + i;
      for (std::size_t k = 0; k < kernel; ++k) {
        weights[(input * kernel + k) * outputs_of + j % outputs_of] = map.weights[(j * inputs_of + i) * kernel + k];
      }
    }
  }
  return weights;
}

class Lowering {
 public:
  explicit Lowering(const Graph& graph) : graph_(graph), values_(graph.nodes.size()), readers_(graph.nodes.size()) {
    if (graph.nodes.empty() || !std::holds_alternative<network::Input>(graph.nodes.front().operation)) {
      fail("the network does not begin with an input");
    }
    for (const Node& node : graph.nodes) {
      for (const std::size_t input : node.inputs) {
        ++readers_[input];
      }
    }
  }

  WeightLayers run() {
    const std::size_t last = graph_.nodes.size() - 1;
    for (now_ = 0; now_ <= last; ++now_) {
      const Node& node = graph_.nodes[now_];
      if (now_ < last && readers_[now_] == 0) {
        fail("node '{}': nothing reads it", node.name);
      }
      values_[now_].node = now_;
      std::visit([&](const auto& operation) { lower(node, operation); }, node.operation);
    }
    finish(last);
    return std::move(result_);
  }

 private:
  using Layer = WeightLayer;

  Value& value() { return values_[now_]; }

  /// What input i gives. Several readers share one tensor.
  Value& input(const Node& node, std::size_t i = 0) {
    const std::size_t at = node.inputs.at(i);
    if (readers_[at] > 1) {
      make_tensor(at);
    }
    return values_[at];
  }

  void lower(const Node& node, const network::Input& /*operation*/) {
    if (now_ != 0) {
      fail("node '{}': a network has one input", node.name);
    }
    value().tensor = add_tensor(0, volume_of(node));
  }

  void lower(const Node& node, const network::FullyConnected& map) {
    const std::size_t from = node.inputs.front();
    if (network::element_count(graph_.nodes[from].shape) != map.inputs) {
      fail("node '{}': it maps {} inputs, but the tensor it reads has shape {}; flatten the tensor first", node.name,
           map.inputs, network::to_string(graph_.nodes[from].shape));
    }
    const auto [tensor, repeat] = make_tensor(from);
    const Volume& volume = result_.tensors[tensor].shape;
    network::Convolved shape{volume, volume_of(node), {}, 1, repeat};
    shape.window.kernel = {volume.rows * repeat[0], volume.columns * repeat[1]};
    add_layer(node, {{static_cast<std::uint32_t>(tensor), shape, map.weights}}, map.bias);
  }

  void lower(const Node& node, const network::Convolution& map) {
    const auto [tensor, repeat] = make_tensor(node.inputs.front());
    const network::Convolved shape{result_.tensors[tensor].shape, volume_of(node), map.window,
                                   static_cast<std::uint32_t>(map.groups), repeat};
    add_layer(node, {{static_cast<std::uint32_t>(tensor), shape, by_input(map)}}, map.bias);
  }

  void lower(const Node& node, const network::Relu& /*operation*/) {
    take_over(node, Pool::kMax);
    for_each_layer([](Layer& layer) { layer.relu = true; });
  }

  void lower(const Node& node, const network::Clip& clip) {
    take_over(node, Pool::kMax);
    for_each_layer([&](Layer& layer) {
      layer.relu = true;
      layer.ceiling = std::min(layer.ceiling.value_or(clip.high), clip.high);
    });
  }

  void lower(const Node& node, const network::MaxPool& pool) { lower_pool(node, Pool::kMax, pool.window); }

  void lower(const Node& node, const network::AveragePool& pool) {
    const Node& from = graph_.nodes[node.inputs.front()];
    for (std::size_t axis = 0; axis < 2; ++axis) {
      const bool padded = pool.window.pad_begin[axis] + pool.window.pad_end[axis] > 0 && !pool.pads_count;
      if (padded || network::hangs_over(pool.window, axis, from.shape[axis + 1], node.shape[axis + 1])) {
        fail(
            "node '{}' (average-pool): its windows at the border have fewer elements than the others; integers can "
            "only "
            "sum windows that divide by one number (no padding, or padding that counts)",
            node.name);
      }
    }
    lower_pool(node, Pool::kSum, pool.window);
  }

  void lower(const Node& node, const network::GlobalAveragePool& /*operation*/) {
    const Node& from = graph_.nodes[node.inputs.front()];
    lower_pool(node, Pool::kSum, {{from.shape[1], from.shape[2]}, {1, 1}, {}, {}});
  }

  void lower_pool(const Node& node, Pool pool, const Window& window) {
    const std::size_t from = take_over(node, Pool::kNone);
    for_each_layer([&](Layer& layer) {
      layer.pool = pool;
      layer.window = window;
      layer.values = volume_of(node);
      layer.values.channels = layer.sums.channels;
    });
    value().node = pool == Pool::kSum ? from : now_;
  }

  void lower(const Node& node, const network::Flatten& /*operation*/) { value() = input(node); }

  void lower(const Node& node, const network::ResizeNearest& resize) {
    const auto [tensor, repeat] = make_tensor(node.inputs.front());
    value().tensor = tensor;
    value().repeat = {repeat[0] * resize.factors[0], repeat[1] * resize.factors[1]};
  }

  void lower(const Node& node, const network::Concat& /*operation*/) {
    std::vector<std::size_t> layers;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const Value& each = input(node, i);
      check_is_not_flat(node, each);
      if (each.is_pending()) {
        layers.insert(layers.end(), each.pending.begin(), each.pending.end());
      } else {
        layers.push_back(add_identity(node.name, each));
      }
    }
    check_windows(node, layers);
    value().pending = std::move(layers);
  }

  void lower(const Node& node, const network::Add& /*operation*/) {
    std::vector<LinearMap> maps;
    std::vector<float> bias(volume_of(node).channels, 0.0F);
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const Value& each = input(node, i);
      check_is_not_flat(node, each);
      if (!is_linear(each)) {
        make_tensor(node.inputs[i]);
        maps.push_back(identity_map(values_[node.inputs[i]]));
        continue;
      }
      Layer& merged = result_.layers[each.pending.front()];
      maps.insert(maps.end(), std::make_move_iterator(merged.maps.begin()), std::make_move_iterator(merged.maps.end()));
      std::transform(bias.begin(), bias.end(), merged.bias.begin(), bias.begin(), std::plus<>());
      merged.maps.clear();  // gone
    }
    check_reads_each_once(node, maps);
    add_layer(node, std::move(maps), std::move(bias));
  }

  void lower(const Node& node, const network::Softmax& /*operation*/) {
    if (now_ + 1 != graph_.nodes.size()) {
      fail("node '{}': a softmax can only be the last operation", node.name);
    }
    const std::size_t from = node.inputs.front();
    value() = values_[from];
    value().node = from;
  }

  /// Its only layer's accumulators are the values themselves.
  [[nodiscard]] bool is_linear(const Value& each) const {
    if (each.pending.size() != 1) {
      return false;
    }
    const Layer& layer = result_.layers[each.pending.front()];
    return !layer.relu && layer.pool == Pool::kNone && !layer.ceiling;
  }

  /// Flattened images lie in another order here than in the file.
  void check_is_not_flat(const Node& node, const Value& each) const {
    const Volume& volume =
        each.is_pending() ? result_.layers[each.pending.front()].values : result_.tensors[each.tensor].shape;
    if (node.shape.size() != 3 && volume.pixels() > 1) {
      fail("node '{}' ({}): on integers it cannot read images that were flattened before; flatten behind it", node.name,
           network::operation_name(node.operation));
    }
  }

  void check_reads_each_once(const Node& node, const std::vector<LinearMap>& maps) const {
    for (auto map = maps.begin(); map != maps.end(); ++map) {
      if (std::any_of(maps.begin(), map, [&](const LinearMap& other) { return other.tensor == map->tensor; })) {
        fail(
            "node '{}' (add): two of its branches read '{}' with nothing but weights between; integers need a ReLU or "
            "pool in one of them, or the two folded into one layer",
            node.name, result_.tensors[map->tensor].name);
      }
    }
  }

  /// Makes this node the owner of the layers that it reads, if they are pending and have no pool but `allowed`; else of
  /// a layer that is an identity. Returns the node whose values those are.
  std::size_t take_over(const Node& node, Pool allowed) {
    Value& from = input(node);
    const bool fits = std::all_of(from.pending.begin(), from.pending.end(), [&](std::size_t l) {
      const Pool pool = result_.layers[l].pool;
      return pool == Pool::kNone || pool == allowed;
    });
    if (from.is_pending() && fits) {
      value().pending = from.pending;
      return from.node;
    }
    make_tensor(node.inputs.front());
    value().pending = {add_identity(node.name, from)};
    return from.node;
  }

  template <class Change>
  void for_each_layer(const Change& change) {
    for (const std::size_t layer : value().pending) {
      change(result_.layers[layer]);
    }
  }

  /// A tensor as it is: one weight for each channel.
  [[nodiscard]] LinearMap identity_map(const Value& from) const {
    const Volume& volume = result_.tensors[from.tensor].shape;
    const Volume to{volume.channels, volume.rows * static_cast<std::uint32_t>(from.repeat[0]),
                    volume.columns * static_cast<std::uint32_t>(from.repeat[1])};
    return {static_cast<std::uint32_t>(from.tensor),
            {volume, to, {}, volume.channels, from.repeat, true},
            std::vector<float>(volume.channels, 1.0F)};
  }

  std::size_t add_identity(const std::string& name, const Value& from) {
    LinearMap map = identity_map(from);
    const Volume to = map.shape.to;
    return push({.name = name, .maps = {std::move(map)}, .bias = std::vector<float>(to.channels, 0.0F), .sums = to});
  }

  std::size_t push(Layer layer) {
    layer.values = layer.sums;
    result_.layers.push_back(std::move(layer));
    return result_.layers.size() - 1;
  }

  void add_layer(const Node& node, std::vector<LinearMap> maps, std::vector<float> bias) {
    value().pending = {
        push({.name = node.name, .maps = std::move(maps), .bias = std::move(bias), .sums = volume_of(node)})};
  }

  std::size_t add_tensor(std::size_t node, const Volume& shape) {
    result_.tensors.push_back({graph_.nodes[node].name, node, shape, 1});
    return result_.tensors.size() - 1;
  }

  /// Rounds what the node gives, if that was not done yet; the tensor's number, and its repetition.
  std::pair<std::size_t, Window::Pair> make_tensor(std::size_t node) {
    Value& from = values_[node];
    if (from.is_pending()) {
      check_windows(graph_.nodes[node], from.pending);
      Volume shape = result_.layers[from.pending.front()].values;
      shape.channels = 0;
      from.tensor = add_tensor(from.node, shape);
      QuantisedTensor& tensor = result_.tensors[from.tensor];
      for (const std::size_t l : from.pending) {
        Layer& layer = result_.layers[l];
        layer.tensor = static_cast<std::uint32_t>(from.tensor);
        layer.first_channel = tensor.shape.channels;
        tensor.shape.channels += layer.values.channels;
        tensor.window = layer.pool == Pool::kSum ? layer.window.kernel[0] * layer.window.kernel[1] : 1;
      }
      from.pending.clear();
    }
    return {from.tensor, from.repeat};
  }

  /// Layers that write one tensor must sum windows of one size, or none.
  void check_windows(const Node& node, const std::vector<std::size_t>& layers) const {
    const auto summed = [&](std::size_t l) {
      const Layer& layer = result_.layers[l];
      return layer.pool == Pool::kSum ? layer.window.kernel[0] * layer.window.kernel[1] : 1;
    };
    for (const std::size_t l : layers) {
      if (summed(l) != summed(layers.front())) {
        fail("node '{}' (concat): '{}' averages {} values and '{}' {}; on integers both must average the same number",
             node.name, result_.layers[l].name, summed(l), result_.layers[layers.front()].name, summed(layers.front()));
      }
    }
  }

  /// What leaves is not rounded: a layer's accumulators behind ReLU and pool.
  void finish(std::size_t last) {
    std::size_t output = 0;
    if (values_[last].pending.size() == 1) {
      output = values_[last].pending.front();
    } else {
      make_tensor(last);
      output = add_identity(graph_.nodes[last].name, values_[last]);
    }
    if (result_.layers.size() == 1 && result_.layers.front().maps.front().shape.is_identity) {
      fail("the network has no weight layer");
    }
    Layer& layer = result_.layers[output];
    result_.tensors.push_back({layer.name, last, layer.values, 1});
    layer.tensor = static_cast<std::uint32_t>(result_.tensors.size() - 1);
    drop_merged();
  }

  /// Layers that a residual addition has taken over.
  void drop_merged() {
    auto& layers = result_.layers;
    layers.erase(std::remove_if(layers.begin(), layers.end(), [](const Layer& layer) { return layer.maps.empty(); }),
                 layers.end());
  }

  const Graph& graph_;
  std::vector<Value> values_;
  std::vector<std::size_t> readers_;
  std::size_t now_ = 0;
  WeightLayers result_;
};

}  // namespace

WeightLayers weight_layers(const Graph& graph) { return Lowering(graph).run(); }

}  // namespace sigdel::quantise
