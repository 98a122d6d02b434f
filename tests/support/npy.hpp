/// NumPy's .npy files, version 1.0, little endian, C order.
#pragma once

#include <cstddef>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace sigdel::test {

/// All values of a file of uint8 or float32, as floats; the shape is the reader's business.
inline std::vector<float> read_npy(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  constexpr std::size_t kPreamble = 10;  // magic, version, length of the header in two bytes
  if (bytes.size() < kPreamble || bytes.compare(1, 5, "NUMPY") != 0) {
    throw std::runtime_error(file + ": no .npy file");
  }
  const auto low = static_cast<unsigned char>(bytes[8]);
  const auto high = static_cast<unsigned char>(bytes[9]);
  const std::size_t begin = kPreamble + low + 256U * high;
  const std::string header = bytes.substr(kPreamble, begin - kPreamble);
  if (header.find("'|u1'") != std::string::npos) {
    std::vector<float> values;
    for (std::size_t i = begin; i < bytes.size(); ++i) {
      values.push_back(static_cast<float>(static_cast<unsigned char>(bytes[i])));
    }
    return values;
  }
  if (header.find("'<f4'") == std::string::npos) {
    throw std::runtime_error(file + ": neither uint8 nor float32");
  }
  std::vector<float> values((bytes.size() - begin) / sizeof(float));
  std::memcpy(values.data(), bytes.data() + begin, values.size() * sizeof(float));
  return values;
}

}  // namespace sigdel::test
