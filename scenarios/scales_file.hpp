/// Files of scales that `sigdel tune` writes and `scales_file` names (docs/formats/scales.md).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "models/quantise/scales.hpp"
#include "models/quantise/weight_layers.hpp"

namespace sigdel::scenarios {

/// Words of a file that are there for people: nothing reads them back. Keys and values, in order.
using Notes = std::vector<std::pair<std::string, std::string>>;

struct ScalesFile {
  std::string program;       ///< with version
  std::string network_file;  ///< as read; its name and a hash of its bytes are written
  Notes settings;
  std::vector<std::pair<std::string, Notes>> results;  ///< on which frames, and what
};

/// The text of a file with these scales of the layers' quantised tensors.
std::string write_scales(const ScalesFile& about, const quantise::WeightLayers& layers, const quantise::Scales& scales);

/// Reads a file; tensors may stand in any order. Throws InputError `file:line: key: ...` for what is no such file, was
/// made for a network file with other bytes, or does not name every quantised tensor once with one positive scale or as
/// many as it has channels.
quantise::Scales read_scales(const std::string& file, const std::string& network_file,
                             const quantise::WeightLayers& layers);

}  // namespace sigdel::scenarios
