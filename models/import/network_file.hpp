/// A network from a file of any format that is read.
#pragma once

#include <string>

#include "models/network/graph.hpp"

namespace sigdel::import {

/// By the file's first bytes: lava-dl's HDF5 (lava.hpp), anything else ONNX (onnx.hpp). Throws what they throw.
network::Graph read_network(const std::string& file);

}  // namespace sigdel::import
