/// lava-dl's HDF5 files (`.net`) to Graph.
#pragma once

#include <string>

#include "models/import/lava_file.hpp"
#include "models/network/graph.hpp"

namespace sigdel::import {

/// Reads a network of sigma-delta neurons as lava-dl exports it: docs/formats/lava.md has what is read and what is
/// refused. Weights and biases become floats that are exact; fixed_point and thresholds say what the integers are.
/// Throws InputError that names file and layer.
network::Graph read_lava(const std::string& file);

/// The same of a file that was taken apart.
network::Graph graph_of(const LavaFile& file);

}  // namespace sigdel::import
