#include <stdexcept>

#include "models/reference/float_tensors.hpp"

namespace sigdel::reference {
namespace {

constexpr auto kTraining = dnnl::prop_kind::forward_training;

/// The gradient with respect to one node's input: a function per operation.
struct Backward {
  const Library& library;
  const network::Graph& graph;
  const Node& node;
  std::size_t batch;
  const Values& x;
  const Values& dy;
  Values& dx;

  [[nodiscard]] const Shape& source() const { return graph.nodes[node.inputs.front()].shape; }

  template <class Other>
  void operator()(const Other& /*unused*/) const {
    throw std::logic_error("backward: no such operation");
  }
  void operator()(const network::FullyConnected& map) const;
  void operator()(const network::Convolution& layer) const;
  void operator()(const network::MaxPool& pool) const { slide(pool.window, dnnl::algorithm::pooling_max); }
  void operator()(const network::AveragePool& pool) const {
    slide(pool.window, pool.pads_count ? dnnl::algorithm::pooling_avg_include_padding
                                       : dnnl::algorithm::pooling_avg_exclude_padding);
  }
  void operator()(const network::GlobalAveragePool& /*unused*/) const {
    slide({.kernel = {source()[1], source()[2]}}, dnnl::algorithm::pooling_avg_exclude_padding);
  }
  void slide(const Window& window, dnnl::algorithm what) const;
};

void Backward::operator()(const network::FullyConnected& map) const {
  const auto rows = static_cast<std::int64_t>(dx.size()) / map.inputs;
  const memory::desc source({rows, map.inputs}, kFloat, Tag::nc);
  const memory::desc weights({map.outputs, map.inputs}, kFloat, Tag::io);
  const memory::desc result({rows, map.outputs}, kFloat, Tag::nc);
  const dnnl::inner_product_forward::primitive_desc hint({kTraining, source, weights, result}, library.engine);
  const dnnl::inner_product_backward_data::desc operation(source, weights, result);
  execute(library, dnnl::inner_product_backward_data({operation, library.engine, hint}),
          {{DNNL_ARG_DIFF_DST, read_only(result, library, dy)},
           {DNNL_ARG_WEIGHTS, read_only(weights, library, map.weights)},
           {DNNL_ARG_DIFF_SRC, writable(source, library, dx)}});
}

void Backward::operator()(const network::Convolution& layer) const {
  const Window& window = layer.window;
  const memory::dims weight_dims{layer.groups, layer.outputs / layer.groups, layer.inputs / layer.groups,
                                 window.kernel[0], window.kernel[1]};
  const memory::desc from(image_dims(batch, source()), kFloat, Tag::any);
  const memory::desc any(weight_dims, kFloat, Tag::any);
  const memory::desc to(image_dims(batch, node.shape), kFloat, Tag::any);
  const auto direct = dnnl::algorithm::convolution_direct;
  const dnnl::convolution_forward::primitive_desc hint(
      {kTraining, direct, from, any, to, dims(window.stride), dims(window.pad_begin), dims(window.pad_end)},
      library.engine);
  const dnnl::convolution_backward_data::primitive_desc chosen(
      {direct, from, any, to, dims(window.stride), dims(window.pad_begin), dims(window.pad_end)}, library.engine, hint);
  const memory::desc weights(weight_dims, kFloat, Tag::goihw);
  memory blocked(chosen.diff_src_desc(), library.engine);
  execute(
      library, dnnl::convolution_backward_data(chosen),
      {{DNNL_ARG_DIFF_DST, laid_out(library, read_only(image(batch, node.shape), library, dy), chosen.diff_dst_desc())},
       {DNNL_ARG_WEIGHTS, laid_out(library, read_only(weights, library, layer.weights), chosen.weights_desc())},
       {DNNL_ARG_DIFF_SRC, blocked}});
  memory plain = writable(image(batch, source()), library, dx);
  dnnl::stream stream = library.stream;
  dnnl::reorder(blocked, plain).execute(stream, blocked, plain);
  stream.wait();
}

/// A max-pool runs forward again, for the places of its maxima.
void Backward::slide(const Window& window, dnnl::algorithm what) const {
  const memory::desc in = image(batch, source());
  const memory::desc out = image(batch, node.shape);
  const memory::dims pad_end = dims(pool_pad_end(window, source(), node.shape));
  const dnnl::pooling_forward::primitive_desc hint(
      {kTraining, what, in, out, dims(window.stride), dims(window.kernel), dims(window.pad_begin), pad_end},
      library.engine);
  const dnnl::pooling_backward::primitive_desc chosen(
      {what, in, out, dims(window.stride), dims(window.kernel), dims(window.pad_begin), pad_end}, library.engine, hint);
  std::unordered_map<int, memory> tensors{{DNNL_ARG_DIFF_DST, read_only(out, library, dy)},
                                          {DNNL_ARG_DIFF_SRC, writable(in, library, dx)}};
  if (what == dnnl::algorithm::pooling_max) {
    const memory maxima(hint.workspace_desc(), library.engine);
    Values again(dy.size());
    execute(library, dnnl::pooling_forward(hint),
            {{DNNL_ARG_SRC, read_only(in, library, x)},
             {DNNL_ARG_DST, writable(out, library, again)},
             {DNNL_ARG_WORKSPACE, maxima}});
    tensors.emplace(DNNL_ARG_WORKSPACE, maxima);
  }
  execute(library, dnnl::pooling_backward(chosen), tensors);
}

}  // namespace

Values backward(const network::Graph& graph, const Node& node, std::size_t batch, const Values& x, const Values& dy) {
  Values dx(x.size());
  std::visit(Backward{library_of_thread(), graph, node, batch, x, dy, dx}, node.operation);
  return dx;
}

}  // namespace sigdel::reference
