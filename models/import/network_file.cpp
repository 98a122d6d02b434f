#include "models/import/network_file.hpp"

#include <array>
#include <filesystem>
#include <fstream>

#include "models/import/lava.hpp"
#include "models/import/lava_file.hpp"
#include "models/import/onnx.hpp"

namespace sigdel::import {

/// A pipe gives its bytes once: only regular files are looked into.
network::Graph read_network(const std::string& file) {
  std::error_code error;
  std::array<char, 8> start{};
  if (std::filesystem::is_regular_file(file, error)) {
    std::ifstream(file, std::ios::binary).read(start.data(), start.size());
  }
  return is_hdf5({start.data(), start.size()}) ? read_lava(file) : read_onnx(file);
}

}  // namespace sigdel::import
