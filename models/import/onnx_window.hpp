/// Attributes that Conv and the pools share.
#pragma once

#include "models/import/onnx_importer.hpp"

namespace sigdel::import {

/// The shape of the image that a graph node gives; refuses one without channels, rows and columns.
network::Shape image_shape(const OnnxImporter& importer, const OnnxNode& node, std::size_t input);

/// Strides, pads or auto_pad, for a kernel that slides over `image`. Refuses dilations, and a kernel or stride of 0.
network::Window read_window(const OnnxImporter& importer, const OnnxNode& node, network::Window::Pair kernel,
                            const network::Shape& image);

/// {channels, rows, columns} after the window went over the image; refuses an image smaller than the window.
network::Shape slide(const OnnxImporter& importer, const OnnxNode& node, const network::Window& window,
                     const network::Shape& image, std::int64_t channels, bool ceil);

}  // namespace sigdel::import
