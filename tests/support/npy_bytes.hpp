/// Bytes of .npy files as NumPy writes them.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace sigdel::test {

inline std::string npy_file(std::string header, const std::string& values, char version = 1) {
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  while ((8 + length_bytes + header.size() + 1) % 64 != 0) {
    header.push_back(' ');
  }
  header.push_back('\n');
  std::string bytes = std::string("\x93NUMPY") + version + '\0';
  for (std::size_t i = 0; i < length_bytes; ++i) {
    bytes.push_back(static_cast<char>(header.size() >> (8 * i) & 0xffU));
  }
  return bytes + header + values;
}

/// `shape` as Python writes it, "(2, 3)".
inline std::string npy_header(const std::string& type, const std::string& shape) {
  return "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
}

template <class T>
std::string bytes_of(const std::vector<T>& values) {
  std::string bytes(values.size() * sizeof(T), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

}  // namespace sigdel::test
