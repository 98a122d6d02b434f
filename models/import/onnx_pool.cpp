/// MaxPool, AveragePool, GlobalAveragePool.
#include "models/import/onnx_operators.hpp"
#include "models/import/onnx_window.hpp"

namespace sigdel::import {
namespace {

using network::Window;

/// A window that lies on padding only has no largest element and no mean.
void check_pads(const OnnxImporter& importer, const OnnxNode& node, const Window& window) {
  for (std::size_t axis = 0; axis < 2; ++axis) {
    if (std::max(window.pad_begin[axis], window.pad_end[axis]) >= window.kernel[axis]) {
      importer.refuse(node, "its pads of {} and {} are not smaller than its window of {}", window.pad_begin[axis],
                      window.pad_end[axis], window.kernel[axis]);
    }
  }
}

struct Pool {
  std::size_t input = 0;
  network::Shape image;
  Window window;
  network::Shape shape;
};

Pool read_pool(const OnnxImporter& importer, const OnnxNode& node) {
  Pool pool;
  pool.input = importer.activation(node, 0);
  pool.image = image_shape(importer, node, pool.input);
  if (node.attributes.count("kernel_shape") == 0) {
    importer.refuse(node, "has no attribute 'kernel_shape'");
  }
  const std::vector<std::int64_t> kernel = importer.extents(node, "kernel_shape", 2, 1);
  pool.window = read_window(importer, node, {kernel[0], kernel[1]}, pool.image);
  check_pads(importer, node, pool.window);
  const bool ceil = importer.integer(node, "ceil_mode", 0) != 0;
  pool.shape = slide(importer, node, pool.window, pool.image, pool.image.front(), ceil);
  return pool;
}

}  // namespace

void import_max_pool(OnnxImporter& importer, const OnnxNode& node) {
  Pool pool = read_pool(importer, node);
  importer.add(node, node.name, network::MaxPool{pool.window}, {pool.input}, std::move(pool.shape));
}

void import_average_pool(OnnxImporter& importer, const OnnxNode& node) {
  Pool pool = read_pool(importer, node);
  const bool pads_count = importer.integer(node, "count_include_pad", 0) != 0;
  for (std::size_t axis = 0; axis < 2; ++axis) {
    if (pads_count && network::hangs_over(pool.window, axis, pool.image[axis + 1], pool.shape[axis + 1])) {
      importer.refuse(node,
                      "counts pads (count_include_pad) and has windows that hang over them (ceil_mode); programs "
                      "divide those by different numbers: use one of the two only");
    }
  }
  importer.add(node, node.name, network::AveragePool{pool.window, pads_count}, {pool.input}, std::move(pool.shape));
}

void import_global_average_pool(OnnxImporter& importer, const OnnxNode& node) {
  const std::size_t input = importer.activation(node, 0);
  const network::Shape image = image_shape(importer, node, input);
  importer.add(node, node.name, network::GlobalAveragePool{}, {input}, {image.front(), 1, 1});
}

}  // namespace sigdel::import
