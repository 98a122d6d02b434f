/// Values as oneDNN's tensors, for what runs its primitives. Private to models/reference.
#pragma once

#include <algorithm>
#include <dnnl.hpp>

#include "models/reference/float_primitives.hpp"

namespace sigdel::reference {

using dnnl::memory;
using network::Node;
using network::Shape;
using network::Window;
using Tag = memory::format_tag;

inline constexpr auto kFloat = memory::data_type::f32;
inline constexpr auto kInference = dnnl::prop_kind::forward_inference;

/// The calling thread's oneDNN.
struct Library {
  dnnl::engine engine;
  dnnl::stream stream;
};
const Library& library_of_thread();

inline memory::dim dim(std::size_t n) { return static_cast<memory::dim>(n); }

/// oneDNN takes pointers to non-const also for what it only reads.
inline memory read_only(const memory::desc& description, const Library& library, const Values& values) {
  return {description, library.engine, const_cast<float*>(values.data())};
}

inline memory writable(const memory::desc& description, const Library& library, Values& values) {
  return {description, library.engine, values.data()};
}

inline void execute(const Library& library, const dnnl::primitive& primitive,
                    const std::unordered_map<int, memory>& tensors) {
  dnnl::stream stream = library.stream;
  primitive.execute(stream, tensors);
  stream.wait();
}

/// Frames x elements, whatever the shape.
inline memory::desc flat(std::size_t batch, const Shape& shape) {
  return {{dim(batch), network::element_count(shape)}, kFloat, Tag::ab};
}

inline memory::dims image_dims(std::size_t batch, const Shape& shape) {
  return {dim(batch), shape[0], shape[1], shape[2]};
}

inline memory::desc image(std::size_t batch, const Shape& shape) {
  return {image_dims(batch, shape), kFloat, Tag::nchw};
}

inline memory::dims dims(const Window::Pair& pair) { return {pair[0], pair[1]}; }

/// A copy in the layout that a primitive wants, or the tensor itself if it has it.
inline memory laid_out(const Library& library, memory tensor, const memory::desc& wanted) {
  if (tensor.get_desc() == wanted) {
    return tensor;
  }
  memory copy(wanted, library.engine);
  dnnl::stream stream = library.stream;
  dnnl::reorder(tensor, copy).execute(stream, tensor, copy);
  stream.wait();
  return copy;
}

/// oneDNN wants padding up to the end of a pool's last window that hangs over.
inline Window::Pair pool_pad_end(const Window& window, const Shape& source, const Shape& result) {
  Window::Pair pad_end = window.pad_end;
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const std::int64_t end = (result[axis + 1] - 1) * window.stride[axis] + window.kernel[axis];
    pad_end[axis] = std::max(pad_end[axis], end - source[axis + 1] - window.pad_begin[axis]);
  }
  return pad_end;
}

}  // namespace sigdel::reference
