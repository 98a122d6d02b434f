/// Frames of an IDX file of images as networks take them, read without the program's own reader.
#pragma once

#include <cstddef>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace sigdel::test {

/// The frames of these numbers, `size` pixels each, behind each other: pixels / 255.
inline std::vector<float> read_idx_frames(const std::string& file, const std::vector<std::size_t>& numbers,
                                          std::size_t size) {
  constexpr std::size_t kHeader = 16;
  std::ifstream stream(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  std::vector<float> values;
  for (const std::size_t number : numbers) {
    for (std::size_t i = 0; i < size; ++i) {
      values.push_back(static_cast<float>(static_cast<unsigned char>(bytes.at(kHeader + number * size + i))) / 255.0F);
    }
  }
  return values;
}

}  // namespace sigdel::test
