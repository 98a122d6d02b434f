/// Sums by which files and their contents are told apart.
#pragma once

#include <cstdint>
#include <string_view>

namespace sigdel::traces {

/// CRC-32 (IEEE 802.3: reflected polynomial 0xEDB88320) of `bytes`, as zlib and PNG have it. `before` is the CRC of
/// what comes before them: crc32(b, crc32(a)) is that of a and b together.
std::uint32_t crc32(std::string_view bytes, std::uint32_t before = 0);

/// FNV-1a, 64 bits, over numbers as little-endian bytes: tells contents apart, protects against nobody.
class Fingerprint {
 public:
  /// Adds the lowest `bytes` bytes of the number.
  void add(std::uint64_t number, unsigned bytes = 8) {
    for (unsigned i = 0; i < bytes; ++i) {
      hash_ = (hash_ ^ ((number >> (8 * i)) & 0xffU)) * 0x100000001b3U;
    }
  }
  [[nodiscard]] std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325U;
};

}  // namespace sigdel::traces
