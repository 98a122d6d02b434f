#include "tests/bench/dense_graph.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace sigdel::bench {
namespace {

using dnnl::memory;
using network::Graph;
using network::Node;
using Tag = memory::format_tag;

constexpr auto kFloat = memory::data_type::f32;
constexpr auto kInference = dnnl::prop_kind::forward_inference;

memory::dims dims(const network::Window::Pair& pair) { return {pair[0], pair[1]}; }
memory::dims dims(const Node& node) {
  memory::dims result{1};
  result.insert(result.end(), node.shape.begin(), node.shape.end());
  return result;
}
memory::desc any(const Node& node) { return {dims(node), kFloat, Tag::any}; }

template <class T>
memory constant(const dnnl::engine& engine, const memory::desc& description, const std::vector<T>& values) {
  memory result(description, engine);
  std::copy(values.begin(), values.end(), static_cast<T*>(result.get_data_handle()));
  return result;
}

/// The ReLU that is the only reader of node i, or i.
std::size_t only_relu(const Graph& graph, std::size_t i) {
  std::size_t reader = i;
  std::size_t readers = 0;
  for (std::size_t j = i + 1; j < graph.nodes.size(); ++j) {
    if (std::count(graph.nodes[j].inputs.begin(), graph.nodes[j].inputs.end(), i) > 0) {
      reader = j;
      ++readers;
    }
  }
  return readers == 1 && std::holds_alternative<network::Relu>(graph.nodes[reader].operation) ? reader : i;
}

}  // namespace

DenseGraph::DenseGraph(const Graph& graph) : values_(graph.nodes.size()), is_fused_(graph.nodes.size()) {
  values_.front() = memory({dims(graph.nodes.front()), kFloat, Tag::nchw}, engine_);
  for (std::size_t i = 1; i < graph.nodes.size(); ++i) {
    if (!is_fused_[i]) {
      add(graph, i);
    }
  }
}

void DenseGraph::add(const Graph& graph, std::size_t i) {
  const Node& node = graph.nodes[i];
  const memory& from = values_[node.inputs.front()];
  if (const auto* map = std::get_if<network::Convolution>(&node.operation)) {
    convolve(graph, i, *map);
  } else if (const auto* max = std::get_if<network::MaxPool>(&node.operation)) {
    pool(graph, i, max->window, dnnl::algorithm::pooling_max);
  } else if (std::holds_alternative<network::GlobalAveragePool>(node.operation)) {
    const network::Shape& source = graph.nodes[node.inputs.front()].shape;
    pool(graph, i, {.kernel = {source[1], source[2]}}, dnnl::algorithm::pooling_avg_exclude_padding);
  } else if (std::holds_alternative<network::Concat>(node.operation)) {
    join(node, i);
  } else if (std::holds_alternative<network::Relu>(node.operation)) {
    rectify(node, i);
  } else if (std::holds_alternative<network::Flatten>(node.operation)) {
    const memory plain = laid_out(from, {from.get_desc().dims(), kFloat, Tag::nchw});
    values_[i] = memory({dims(node), kFloat, Tag::nc}, engine_, plain.get_data_handle());
  } else if (std::holds_alternative<network::Softmax>(node.operation)) {
    soften(i - 1);
    values_[i] = values_[i - 1];
  } else {
    throw std::logic_error("DenseGraph: no " + network::operation_name(node.operation));
  }
}

void DenseGraph::convolve(const Graph& graph, std::size_t i, const network::Convolution& map) {
  const network::Window& window = map.window;
  const memory::dims weight_dims{map.groups, map.outputs / map.groups, map.inputs / map.groups, window.kernel[0],
                                 window.kernel[1]};
  const memory::desc bias({map.outputs}, kFloat, Tag::x);
  const std::size_t relu = only_relu(graph, i);
  dnnl::primitive_attr attributes;
  dnnl::post_ops behind;
  if (relu != i) {
    behind.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
    attributes.set_post_ops(behind);
  }
  const dnnl::convolution_forward::desc operation(kInference, dnnl::algorithm::convolution_direct,
                                                  any(graph.nodes[graph.nodes[i].inputs.front()]),
                                                  {weight_dims, kFloat, Tag::any}, bias, any(graph.nodes[i]),
                                                  dims(window.stride), dims(window.pad_begin), dims(window.pad_end));
  const dnnl::convolution_forward::primitive_desc chosen(operation, attributes, engine_);
  memory weights(chosen.weights_desc(), engine_);
  memory plain = constant(engine_, {weight_dims, kFloat, Tag::goihw}, map.weights);
  dnnl::reorder(plain, weights).execute(stream_, plain, weights);
  stream_.wait();
  const memory source = laid_out(values_[graph.nodes[i].inputs.front()], chosen.src_desc());
  values_[relu] = memory(chosen.dst_desc(), engine_);
  is_fused_[relu] = relu != i;
  add_step(dnnl::convolution_forward(chosen), {{DNNL_ARG_SRC, source},
                                               {DNNL_ARG_WEIGHTS, weights},
                                               {DNNL_ARG_BIAS, constant(engine_, bias, map.bias)},
                                               {DNNL_ARG_DST, values_[relu]}});
}

void DenseGraph::pool(const Graph& graph, std::size_t i, const network::Window& window, dnnl::algorithm what) {
  const Node& node = graph.nodes[i];
  const memory& source = values_[node.inputs.front()];
  network::Window::Pair pad_end = window.pad_end;
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const std::int64_t end = (node.shape[axis + 1] - 1) * window.stride[axis] + window.kernel[axis];
    const std::int64_t extent = graph.nodes[node.inputs.front()].shape[axis + 1];
    pad_end[axis] = std::max(pad_end[axis], end - extent - window.pad_begin[axis]);
  }
  const dnnl::pooling_forward::desc operation(kInference, what, source.get_desc(), any(node), dims(window.stride),
                                              dims(window.kernel), dims(window.pad_begin), dims(pad_end));
  const dnnl::pooling_forward::primitive_desc chosen(operation, engine_);
  values_[i] = memory(chosen.dst_desc(), engine_);
  add_step(dnnl::pooling_forward(chosen), {{DNNL_ARG_SRC, source}, {DNNL_ARG_DST, values_[i]}});
}

void DenseGraph::join(const Node& node, std::size_t i) {
  std::vector<memory::desc> sources;
  Arguments arguments;
  for (std::size_t k = 0; k < node.inputs.size(); ++k) {
    sources.push_back(values_[node.inputs[k]].get_desc());
    arguments.emplace(DNNL_ARG_MULTIPLE_SRC + static_cast<int>(k), values_[node.inputs[k]]);
  }
  const dnnl::concat::primitive_desc chosen(1, sources, engine_);
  values_[i] = memory(chosen.dst_desc(), engine_);
  arguments.emplace(DNNL_ARG_DST, values_[i]);
  add_step(dnnl::concat(chosen), std::move(arguments));
}

void DenseGraph::rectify(const Node& node, std::size_t i) {
  values_[i] = values_[node.inputs.front()];
  const dnnl::eltwise_forward::desc operation(kInference, dnnl::algorithm::eltwise_relu, values_[i].get_desc(), 0.0F);
  add_step(dnnl::eltwise_forward({operation, engine_}), {{DNNL_ARG_SRC, values_[i]}, {DNNL_ARG_DST, values_[i]}});
}

void DenseGraph::soften(std::size_t i) {
  const dnnl::softmax_forward::desc operation(kInference, values_[i].get_desc(), 1);
  add_step(dnnl::softmax_forward({operation, engine_}), {{DNNL_ARG_SRC, values_[i]}, {DNNL_ARG_DST, values_[i]}});
}

memory DenseGraph::laid_out(const memory& from, const memory::desc& wanted) {
  if (from.get_desc() == wanted) {
    return from;
  }
  memory to(wanted, engine_);
  add_step(dnnl::reorder(from, to), {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
  return to;
}

void DenseGraph::add_step(dnnl::primitive primitive, Arguments arguments) {
  steps_.push_back({std::move(primitive), std::move(arguments)});
}

std::span<const float> DenseGraph::run(std::span<const float> frame) {
  std::copy(frame.begin(), frame.end(), static_cast<float*>(values_.front().get_data_handle()));
  for (const Step& step : steps_) {
    step.primitive.execute(stream_, step.arguments);
  }
  stream_.wait();
  const memory& last = values_.back();
  return {static_cast<const float*>(last.get_data_handle()), last.get_desc().get_size() / sizeof(float)};
}

}  // namespace sigdel::bench
