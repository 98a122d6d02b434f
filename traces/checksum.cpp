#include "traces/checksum.hpp"

#include <array>

namespace sigdel::traces {
namespace {

/// What each byte does to the remainder.
constexpr std::array<std::uint32_t, 256> kTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t remainder = byte;
    for (int bit = 0; bit < 8; ++bit) {
      remainder = (remainder >> 1U) ^ ((remainder & 1U) != 0 ? 0xEDB88320U : 0U);
    }
    table[byte] = remainder;
  }
  return table;
}();

}  // namespace

std::uint32_t crc32(std::string_view bytes, std::uint32_t before) {
  std::uint32_t remainder = ~before;
  for (const char byte : bytes) {
    remainder = (remainder >> 8U) ^ kTable[(remainder ^ static_cast<std::uint8_t>(byte)) & 0xffU];
  }
  return ~remainder;
}

}  // namespace sigdel::traces
