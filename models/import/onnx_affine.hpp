/// Batch normalisations at inference: folded, in double, into the weight layer before or behind.
#pragma once

#include "models/import/onnx_importer.hpp"

namespace sigdel::import {

/// The graph node of an activation that the node is to read, with the affine map that the caller has to fold.
Value readable(const OnnxImporter& importer, const OnnxNode& node, std::size_t which);

/// affine(layer(x)): w' = scale[output] w, b' = scale[output] b + shift[output].
void fold_behind(const OnnxImporter& importer, const Affine& affine, network::Convolution& layer);
void fold_behind(const OnnxImporter& importer, const Affine& affine, network::FullyConnected& layer);
/// layer(affine(x)): w' = scale[input] w, b' = b + sum of shift[input] w. A convolution must have no padding, which
/// would have to hold -shift / scale instead of 0: refused in the name of the batch normalisation.
void fold_before(const OnnxImporter& importer, const Affine& affine, network::Convolution& layer);
void fold_before(const OnnxImporter& importer, const Affine& affine, network::FullyConnected& layer);

}  // namespace sigdel::import
