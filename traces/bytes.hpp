/// Numbers and texts as bytes, the lowest byte first: what recordings are made of. docs/formats/trace.md has each.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace sigdel::traces {

/// The bytes do not hold what they should; becomes an InputError where the file's name is known.
class Damaged : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class ByteWriter {
 public:
  /// The lowest `bytes` bytes of the number.
  void fixed(std::uint64_t number, unsigned bytes);
  /// Seven bits per byte, the lowest first; the highest bit says that more follow.
  void varint(std::uint64_t number);
  /// A varint of 2 n for n >= 0, of -2 n - 1 for n < 0.
  void signed_varint(std::int32_t number);
  void real(double number);
  /// Its length in two bytes, then its bytes (at most 65,535; what is longer is cut).
  void text(std::string_view text);

  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  void clear() { bytes_.clear(); }

 private:
  std::string bytes_;
};

/// Reads what a ByteWriter wrote. Throws Damaged if the bytes end too early or a number is too large.
class ByteReader {
 public:
  /// `bytes` must outlive the reader.
  explicit ByteReader(std::string_view bytes) : left_(bytes) {}

  std::uint64_t fixed(unsigned bytes);
  /// At most `largest`.
  std::uint64_t varint(std::uint64_t largest);
  std::int32_t signed_varint();
  double real();
  std::string text();
  /// Throws Damaged unless all has been read.
  void end() const;

 private:
  std::string_view take(std::size_t bytes);

  std::string_view left_;
};

}  // namespace sigdel::traces
