/// NumPy's .npy files, version 1.0, little endian, C order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace sigdel::test {

template <class T>
std::vector<float> floats_of(const std::string& bytes, std::size_t begin) {
  std::vector<T> stored((bytes.size() - begin) / sizeof(T));
  std::memcpy(stored.data(), bytes.data() + begin, stored.size() * sizeof(T));
  std::vector<float> values;
  values.reserve(stored.size());
  for (const T value : stored) {
    values.push_back(static_cast<float>(value));
  }
  return values;
}

/// All values of a file of uint8, int8, int32, float32 or float64, as floats; the shape is the reader's business.
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
  const auto is = [&](const char* type) { return header.find(type) != std::string::npos; };
  if (is("'|u1'")) {
    return floats_of<std::uint8_t>(bytes, begin);
  }
  if (is("'|i1'")) {
    return floats_of<std::int8_t>(bytes, begin);
  }
  if (is("'<i4'")) {
    return floats_of<std::int32_t>(bytes, begin);
  }
  if (is("'<f8'")) {
    return floats_of<double>(bytes, begin);
  }
  if (!is("'<f4'")) {
    throw std::runtime_error(file + ": of another type");
  }
  return floats_of<float>(bytes, begin);
}

}  // namespace sigdel::test
