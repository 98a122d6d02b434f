#include "models/reference/float_primitives.hpp"

#include <dlfcn.h>

#include <stdexcept>

#include "models/reference/float_tensors.hpp"

namespace sigdel::reference {
namespace {

/// Runs one node: a function per operation.
struct Forward {
  const Library& library;
  const network::Graph& graph;
  const Node& node;
  std::size_t batch;
  const std::vector<const Values*>& inputs;
  Values& y;

  [[nodiscard]] const Values& x() const { return *inputs.front(); }
  [[nodiscard]] const Shape& source() const { return graph.nodes[node.inputs.front()].shape; }

  void operator()(const network::Input& /*unused*/) const {
    throw std::logic_error("forward: the input has no inputs");
  }
  void operator()(const network::Flatten& /*unused*/) const { y = x(); }
  void operator()(const network::FullyConnected& map) const;
  void operator()(const network::Relu& /*unused*/) const { pointwise(dnnl::algorithm::eltwise_relu, 0); }
  void operator()(const network::Clip& clip) const { pointwise(dnnl::algorithm::eltwise_clip, clip.high); }
  void operator()(const network::MaxPool& pool) const { slide(pool.window, dnnl::algorithm::pooling_max); }
  void operator()(const network::AveragePool& pool) const {
    slide(pool.window, pool.pads_count ? dnnl::algorithm::pooling_avg_include_padding
                                       : dnnl::algorithm::pooling_avg_exclude_padding);
  }
  void operator()(const network::GlobalAveragePool& /*unused*/) const {
    slide({.kernel = {source()[1], source()[2]}}, dnnl::algorithm::pooling_avg_exclude_padding);
  }
  void operator()(const network::Convolution& layer) const;
  void operator()(const network::Concat& /*unused*/) const;
  void operator()(const network::Add& /*unused*/) const;
  void operator()(const network::ResizeNearest& /*unused*/) const;
  void operator()(const network::Softmax& /*unused*/) const;

  /// alpha is 0: the slope below 0, or the lower end.
  void pointwise(dnnl::algorithm what, float beta) const {
    const memory::desc tensor = flat(batch, node.shape);
    const dnnl::eltwise_forward::desc operation(kInference, what, tensor, 0.0F, beta);
    execute(library, dnnl::eltwise_forward({operation, library.engine}),
            {{DNNL_ARG_SRC, read_only(tensor, library, x())}, {DNNL_ARG_DST, writable(tensor, library, y)}});
  }

  /// A pool.
  void slide(const Window& window, dnnl::algorithm what) const {
    const memory::desc in = image(batch, source());
    const memory::desc out = image(batch, node.shape);
    const dnnl::pooling_forward::desc operation(kInference, what, in, out, dims(window.stride), dims(window.kernel),
                                                dims(window.pad_begin),
                                                dims(pool_pad_end(window, source(), node.shape)));
    execute(library, dnnl::pooling_forward({operation, library.engine}),
            {{DNNL_ARG_SRC, read_only(in, library, x())}, {DNNL_ARG_DST, writable(out, library, y)}});
  }
};

void Forward::operator()(const network::Convolution& layer) const {
  const Window& window = layer.window;
  const memory::dims weight_dims{layer.groups, layer.outputs / layer.groups, layer.inputs / layer.groups,
                                 window.kernel[0], window.kernel[1]};
  const memory::desc bias({layer.outputs}, kFloat, Tag::x);
  const dnnl::convolution_forward::desc operation(
      kInference, dnnl::algorithm::convolution_direct, {image_dims(batch, source()), kFloat, Tag::any},
      {weight_dims, kFloat, Tag::any}, bias, {image_dims(batch, node.shape), kFloat, Tag::any}, dims(window.stride),
      dims(window.pad_begin), dims(window.pad_end));
  const dnnl::convolution_forward::primitive_desc chosen(operation, library.engine);
  const memory::desc out = image(batch, node.shape);
  const memory result =
      chosen.dst_desc() == out ? writable(out, library, y) : memory(chosen.dst_desc(), library.engine);
  const memory::desc weights(weight_dims, kFloat, Tag::goihw);
  execute(library, dnnl::convolution_forward(chosen),
          {{DNNL_ARG_SRC, laid_out(library, read_only(image(batch, source()), library, x()), chosen.src_desc())},
           {DNNL_ARG_WEIGHTS, laid_out(library, read_only(weights, library, layer.weights), chosen.weights_desc())},
           {DNNL_ARG_BIAS, read_only(bias, library, layer.bias)},
           {DNNL_ARG_DST, result}});
  if (chosen.dst_desc() != out) {
    memory plain = writable(out, library, y);
    memory blocked = result;
    dnnl::stream stream = library.stream;
    dnnl::reorder(blocked, plain).execute(stream, blocked, plain);
    stream.wait();
  }
}

/// Channels come first, so joining them joins the frames' flat tensors.
void Forward::operator()(const network::Concat& /*unused*/) const {
  std::vector<memory::desc> sources;
  std::unordered_map<int, memory> tensors;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    sources.push_back(flat(batch, graph.nodes[node.inputs[i]].shape));
    tensors.emplace(DNNL_ARG_MULTIPLE_SRC + static_cast<int>(i), read_only(sources.back(), library, *inputs[i]));
  }
  const memory::desc out = flat(batch, node.shape);
  tensors.emplace(DNNL_ARG_DST, writable(out, library, y));
  execute(library, dnnl::concat({out, 1, sources, library.engine}), tensors);
}

void Forward::operator()(const network::Add& /*unused*/) const {
  const memory::desc tensor = flat(batch, node.shape);
  const dnnl::binary::desc operation(dnnl::algorithm::binary_add, tensor, tensor, tensor);
  execute(library, dnnl::binary({operation, library.engine}),
          {{DNNL_ARG_SRC_0, read_only(tensor, library, *inputs[0])},
           {DNNL_ARG_SRC_1, read_only(tensor, library, *inputs[1])},
           {DNNL_ARG_DST, writable(tensor, library, y)}});
}

void Forward::operator()(const network::ResizeNearest& /*unused*/) const {
  const memory::desc in = image(batch, source());
  const memory::desc out = image(batch, node.shape);
  const dnnl::resampling_forward::desc operation(kInference, dnnl::algorithm::resampling_nearest, in, out);
  // oneDNN's memory, not y's: its AVX2 kernel writes past the caches and faults where 32 bytes are not aligned.
  const memory result(out, library.engine);
  execute(library, dnnl::resampling_forward({operation, library.engine}),
          {{DNNL_ARG_SRC, read_only(in, library, x())}, {DNNL_ARG_DST, result}});
  std::copy_n(static_cast<const float*>(result.get_data_handle()), y.size(), y.begin());
}

void Forward::operator()(const network::Softmax& /*unused*/) const {
  const std::int64_t width = node.shape.back();
  const memory::desc tensor({dim(y.size()) / width, width}, kFloat, Tag::ab);
  const dnnl::softmax_forward::desc operation(kInference, tensor, 1);
  execute(library, dnnl::softmax_forward({operation, library.engine}),
          {{DNNL_ARG_SRC, read_only(tensor, library, x())}, {DNNL_ARG_DST, writable(tensor, library, y)}});
}

void Forward::operator()(const network::FullyConnected& map) const {
  const memory::desc source({dim(batch), map.inputs}, kFloat, Tag::nc);
  const memory::desc weights({map.outputs, map.inputs}, kFloat, Tag::io);
  const memory::desc bias({map.outputs}, kFloat, Tag::x);
  const memory::desc result({dim(batch), map.outputs}, kFloat, Tag::nc);
  const dnnl::inner_product_forward::desc operation(kInference, source, weights, bias, result);
  execute(library, dnnl::inner_product_forward({operation, library.engine}),
          {{DNNL_ARG_SRC, read_only(source, library, x())},
           {DNNL_ARG_WEIGHTS, read_only(weights, library, map.weights)},
           {DNNL_ARG_BIAS, read_only(bias, library, map.bias)},
           {DNNL_ARG_DST, writable(result, library, y)}});
}

/// Of the calling thread. oneDNN's threads are OpenMP's in Debian's build; nothing else here needs OpenMP, so it is not
/// linked.
void use_one_thread() {
  if (void* const set = dlsym(RTLD_DEFAULT, "omp_set_num_threads")) {
    reinterpret_cast<void (*)(int)>(set)(1);
  }
}

Library make_library() {
  use_one_thread();
  // Refused once oneDNN has made something, which is after the first time.
  [[maybe_unused]] static const dnnl::status kCapped = dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx2);
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return {engine, dnnl::stream(engine)};
}

}  // namespace

const Library& library_of_thread() {
  thread_local const Library kLibrary = make_library();
  return kLibrary;
}

Values forward(const network::Graph& graph, const Node& node, std::size_t batch,
               const std::vector<const Values*>& inputs) {
  Values y(batch * static_cast<std::size_t>(network::element_count(node.shape)));
  std::visit(Forward{library_of_thread(), graph, node, batch, inputs, y}, node.operation);
  return y;
}

}  // namespace sigdel::reference
