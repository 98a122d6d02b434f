/// An HDF5 file as lava-dl writes it, in memory: layers and their datasets.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace sigdel::import {

/// The values of a dataset, in C order.
struct LavaDataset {
  std::vector<std::uint64_t> shape;  ///< empty for a scalar
  std::variant<std::vector<std::int64_t>, std::vector<double>, std::vector<bool>, std::vector<std::string>> values;
};

/// One group of `/layer`; datasets by their path in it: "weight", "neuron/vThMant".
using LavaLayer = std::map<std::string, LavaDataset>;

struct LavaFile {
  std::string file;               ///< for messages
  std::vector<LavaLayer> layers;  ///< by number
};

/// Whether bytes begin as an HDF5 file does.
bool is_hdf5(const std::string& start);

/// Takes apart the content of a file; `file` is its name, for messages. Throws InputError that names file and object
/// for what is damaged, too large, or no plain dataset of numbers and texts (attributes, links, filters, other files),
/// for other objects than groups of `/layer`, and for layers that are not numbered 0, 1, 2, ...
LavaFile load_lava(const std::string& content, const std::string& file);

}  // namespace sigdel::import
