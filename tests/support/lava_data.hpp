/// The published PilotNet SDNN and what is known of its runs. Not part of the project: SIGDEL_DATA names a folder that
/// holds lava/, by default shared/data beside the checkout. The README there says what each file is.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "models/network/graph.hpp"
#include "models/network/integer_network.hpp"
#include "models/quantise/fold_thresholds.hpp"

namespace sigdel::test {

inline std::string lava_folder() {
  const char* data = std::getenv("SIGDEL_DATA");
  return data != nullptr ? std::string(data) + "/lava/" : SIGDEL_SOURCE_DIR "/../shared/data/lava/";
}

/// A test of that data, skipped where it is not.
class LavaDataTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::is_directory(lava_folder())) {
      GTEST_SKIP() << "no folder " << lava_folder() << ": set SIGDEL_DATA to one that holds lava/";
    }
  }
};

/// The network's own integers, with weights of 8 bits.
inline network::IntegerNetwork thresholds_of(const network::Graph& graph, const quantise::MessageRules& rules = {}) {
  return quantise::fold_thresholds(graph, quantise::weight_layers(graph), {8, 32}, rules);
}

/// Frames of (columns, rows, channels, frames), each in C order of channels, rows, columns, divided by 64.
inline std::vector<std::vector<float>> lava_frames(const std::vector<float>& values, const network::Shape& shape) {
  const auto extent = [&](std::size_t axis) { return static_cast<std::size_t>(shape[axis]); };
  const std::size_t size = extent(0) * extent(1) * extent(2);
  const std::size_t count = values.size() / size;
  std::vector<std::vector<float>> frames(count, std::vector<float>(size));
  for (std::size_t at = 0; at < values.size(); ++at) {
    const std::size_t channel = at / count % extent(0);
    const std::size_t row = at / count / extent(0) % extent(1);
    const std::size_t column = at / count / extent(0) / extent(1);
    frames[at % count][(channel * extent(1) + row) * extent(2) + column] = values[at] / 64;
  }
  return frames;
}

}  // namespace sigdel::test
