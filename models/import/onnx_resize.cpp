/// Resize, where it repeats every pixel a whole number of times.
#include <cmath>

#include "models/import/onnx_operators.hpp"
#include "models/import/onnx_window.hpp"

namespace sigdel::import {
namespace {

/// At a whole factor output i reads input i / factor if coordinates are cut off (asymmetric, floor: what PyTorch
/// writes, and all that version 10 knows) or if pixel centres are rounded (half_pixel: never as far as half a pixel).
void check_modes(const OnnxImporter& importer, const OnnxNode& node) {
  const std::string mode = importer.text(node, "mode", "nearest");
  const bool old = importer.opset() < 11;
  const std::string where = importer.text(node, "coordinate_transformation_mode", old ? "asymmetric" : "half_pixel");
  const std::string rounding = importer.text(node, "nearest_mode", old ? "floor" : "round_prefer_floor");
  const bool cut = where == "asymmetric" && rounding == "floor";
  const bool centred = (where == "half_pixel" || where == "pytorch_half_pixel") &&
                       (rounding == "round_prefer_floor" || rounding == "round_prefer_ceil");
  if (mode != "nearest" || !(cut || centred)) {
    importer.refuse(node,
                    "is {}, {}, {}; only 'nearest' that repeats pixels is supported: asymmetric with floor, or "
                    "half_pixel with round_prefer_floor",
                    mode, where, rounding);
  }
  if (importer.integer(node, "antialias", 0) != 0) {
    importer.refuse(node, "smoothes (antialias), which is not supported");
  }
}

/// The four factors of batch, channels, rows and columns; 0 where one is no whole number.
std::vector<std::int64_t> factors_of(const OnnxImporter& importer, const OnnxNode& node, const network::Shape& image) {
  std::vector<std::int64_t> factors;
  if (OnnxImporter::has_input(node, 3)) {
    const std::vector<std::int64_t>& sizes = importer.integers(node, importer.constant(node, 3));
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      const std::int64_t extent = i == 0 || i > image.size() ? 1 : image[i - 1];
      factors.push_back(sizes[i] % extent == 0 ? sizes[i] / extent : 0);
    }
    return factors;
  }
  const std::size_t which = importer.opset() < 11 ? 1 : 2;
  if (!OnnxImporter::has_input(node, which)) {
    importer.refuse(node, "has neither scales nor sizes");
  }
  for (const float scale : importer.weights(node, importer.constant(node, which))) {
    const bool whole = scale >= 1 && scale <= 65535 && scale == std::floor(scale);
    factors.push_back(whole ? static_cast<std::int64_t>(scale) : 0);
  }
  return factors;
}

}  // namespace

void import_resize(OnnxImporter& importer, const OnnxNode& node) {
  check_modes(importer, node);
  const std::size_t input = importer.activation(node, 0);
  const network::Shape image = image_shape(importer, node, input);
  const std::vector<std::int64_t> factors = factors_of(importer, node, image);
  const bool fits = factors.size() == 4 && factors[0] == 1 && factors[1] == 1 && factors[2] >= 1 && factors[3] >= 1 &&
                    factors[2] <= kMaxElements && factors[3] <= kMaxElements;
  if (!fits) {
    importer.refuse(node,
                    "its scales or sizes do not make rows and columns of {} whole multiples and leave batch and "
                    "channels; only whole factors are supported",
                    network::to_string(image));
  }
  if (!checked_count({image[1], factors[2]}) || !checked_count({image[2], factors[3]})) {
    importer.refuse(node, "makes more than {} rows or columns", kMaxElements);
  }
  importer.add(node, node.name, network::ResizeNearest{{factors[2], factors[3]}}, {input},
               {image[0], image[1] * factors[2], image[2] * factors[3]});
}

}  // namespace sigdel::import
