#include "models/import/onnx_window.hpp"

#include <algorithm>

namespace sigdel::import {
namespace {

using network::Window;

/// Pads that make the output ceil(extent / stride) long; an odd one goes to the end (UPPER) or to the beginning.
void pad_to_same(const network::Shape& image, bool odd_at_end, Window& window) {
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const std::int64_t extent = image[axis + 1];
    const std::int64_t positions = (extent + window.stride[axis] - 1) / window.stride[axis];
    const std::int64_t pads =
        std::max<std::int64_t>((positions - 1) * window.stride[axis] + window.kernel[axis] - extent, 0);
    window.pad_begin[axis] = odd_at_end ? pads / 2 : pads - pads / 2;
    window.pad_end[axis] = pads - window.pad_begin[axis];
  }
}

void read_pads(const OnnxImporter& importer, const OnnxNode& node, const network::Shape& image, Window& window) {
  const std::string how = importer.text(node, "auto_pad", "NOTSET");
  const std::vector<std::int64_t> pads = importer.extents(node, "pads", 4, 0);
  if (how == "NOTSET") {
    window.pad_begin = {pads[0], pads[1]};
    window.pad_end = {pads[2], pads[3]};
  } else if (std::any_of(pads.begin(), pads.end(), [](std::int64_t pad) { return pad != 0; })) {
    importer.refuse(node, "has both auto_pad {} and pads; one of them was expected", how);
  } else if (how == "SAME_UPPER" || how == "SAME_LOWER") {
    pad_to_same(image, how == "SAME_UPPER", window);
  } else if (how != "VALID") {
    importer.refuse(node, "its auto_pad is '{}'; NOTSET, VALID, SAME_UPPER or SAME_LOWER were expected", how);
  }
}

}  // namespace

network::Shape image_shape(const OnnxImporter& importer, const OnnxNode& node, std::size_t input) {
  const network::Node& before = importer.graph_node(input);
  if (before.shape.size() != 3) {
    importer.refuse(node, "its input '{}' is {} per frame; channels x rows x columns were expected", before.name,
                    network::to_string(before.shape));
  }
  return before.shape;
}

Window read_window(const OnnxImporter& importer, const OnnxNode& node, Window::Pair kernel,
                   const network::Shape& image) {
  const std::vector<std::int64_t> dilations = importer.extents(node, "dilations", 2, 1);
  if (dilations != std::vector<std::int64_t>{1, 1}) {
    importer.refuse(node, "is dilated ({}); only dilation 1 is supported: use a larger kernel that holds zeros",
                    fmt::join(dilations, ", "));
  }
  const std::vector<std::int64_t> strides = importer.extents(node, "strides", 2, 1);
  if (std::min({kernel[0], kernel[1], strides[0], strides[1]}) < 1) {
    importer.refuse(node, "has a kernel of {}x{} and strides of {}; all must be 1 or more", kernel[0], kernel[1],
                    fmt::join(strides, ", "));
  }
  Window window{.kernel = kernel, .stride = {strides[0], strides[1]}};
  read_pads(importer, node, image, window);
  return window;
}

network::Shape slide(const OnnxImporter& importer, const OnnxNode& node, const Window& window,
                     const network::Shape& image, std::int64_t channels, bool ceil) {
  const std::int64_t rows = network::window_positions(window, 0, image[1], ceil);
  const std::int64_t columns = network::window_positions(window, 1, image[2], ceil);
  if (rows < 1 || columns < 1) {
    importer.refuse(node, "its window of {}x{} is larger than its input, {} per frame with pads of {}x{} and {}x{}",
                    window.kernel[0], window.kernel[1], network::to_string(image), window.pad_begin[0],
                    window.pad_begin[1], window.pad_end[0], window.pad_end[1]);
  }
  return {channels, rows, columns};
}

}  // namespace sigdel::import
