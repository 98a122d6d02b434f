/// ONNX files to Graph. The only user of protobuf.
#pragma once

#include <string>

#include "models/network/graph.hpp"

namespace sigdel::import {

/// Reads an ONNX model as PyTorch exports it: the operators of docs/formats/network.md, for fully connected and
/// convolutional networks with branches. A batch axis, fixed 1 or named, is dropped; batch normalisations are folded.
/// Throws InputError that names file and node for a file that is missing, truncated or no ONNX, an unsupported
/// operator, a wrong shape, a missing initialiser, a weight that is not finite.
network::Graph read_onnx(const std::string& file);

}  // namespace sigdel::import
