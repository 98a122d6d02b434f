/// A piece of an HDF5 file; whatever is read from it is checked against its end.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

namespace sigdel::import {

/// What is wrong with the bytes, as a half sentence.
class DamagedHdf5 : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Hdf5Bytes {
 public:
  explicit Hdf5Bytes(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] std::uint64_t size() const { return bytes_.size(); }
  /// `length` bytes from `at` on.
  [[nodiscard]] std::string_view view(std::uint64_t at, std::uint64_t length) const {
    if (at > bytes_.size() || length > bytes_.size() - at) {
      throw DamagedHdf5("it points beyond the file's end");
    }
    return bytes_.substr(at, length);
  }
  [[nodiscard]] Hdf5Bytes part(std::uint64_t at, std::uint64_t length) const { return Hdf5Bytes(view(at, length)); }

  /// A number, little endian.
  template <class T>
  [[nodiscard]] T number(std::uint64_t at) const {
    static_assert(std::endian::native == std::endian::little);
    T value{};
    std::memcpy(&value, view(at, sizeof value).data(), sizeof value);
    return value;
  }
  [[nodiscard]] std::uint8_t byte(std::uint64_t at) const { return number<std::uint8_t>(at); }

  /// A text that a zero ends, without it.
  [[nodiscard]] std::string text(std::uint64_t at, std::size_t most) const {
    const std::string_view rest = view(at, at < bytes_.size() ? bytes_.size() - at : 0).substr(0, most + 1);
    const std::size_t end = rest.find('\0');
    if (end == std::string_view::npos) {
      throw DamagedHdf5("a text in it has no end");
    }
    return std::string(rest.substr(0, end));
  }
  /// Whether those bytes stand at `at`; demands it.
  void expect(std::uint64_t at, std::string_view mark, const char* what) const {
    if (view(at, mark.size()) != mark) {
      throw DamagedHdf5(std::string("no ") + what + " is where one should be");
    }
  }

 private:
  std::string_view bytes_;
};

}  // namespace sigdel::import
