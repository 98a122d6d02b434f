#include "traces/bytes.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace sigdel::traces {
namespace {

constexpr std::size_t kLongestText = 65535;

}  // namespace

void ByteWriter::fixed(std::uint64_t number, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i) {
    bytes_.push_back(static_cast<char>((number >> (8 * i)) & 0xffU));
  }
}

void ByteWriter::varint(std::uint64_t number) {
  for (; number >= 0x80; number >>= 7U) {
    bytes_.push_back(static_cast<char>((number & 0x7fU) | 0x80U));
  }
  bytes_.push_back(static_cast<char>(number));
}

void ByteWriter::signed_varint(std::int32_t number) {
  const auto bits = static_cast<std::uint32_t>(number);
  varint((bits << 1U) ^ (number < 0 ? ~0U : 0U));
}

void ByteWriter::real(double number) { fixed(std::bit_cast<std::uint64_t>(number), sizeof number); }

void ByteWriter::text(std::string_view text) {
  const std::string_view kept = text.substr(0, kLongestText);
  fixed(kept.size(), 2);
  bytes_.append(kept);
}

std::string_view ByteReader::take(std::size_t bytes) {
  if (bytes > left_.size()) {
    throw Damaged("it ends too early");
  }
  const std::string_view taken = left_.substr(0, bytes);
  left_.remove_prefix(bytes);
  return taken;
}

std::uint64_t ByteReader::fixed(unsigned bytes) {
  const std::string_view taken = take(bytes);
  std::uint64_t number = 0;
  for (unsigned i = 0; i < bytes; ++i) {
    number |= std::uint64_t{static_cast<std::uint8_t>(taken[i])} << (8 * i);
  }
  return number;
}

std::uint64_t ByteReader::varint(std::uint64_t largest) {
  constexpr unsigned kMostShift = 56;  // nine bytes, 63 bits: more than anything here needs
  std::uint64_t number = 0;
  std::uint64_t byte = 0x80;
  for (unsigned shift = 0; (byte & 0x80U) != 0; shift += 7) {
    byte = static_cast<std::uint8_t>(take(1).front());
    if (shift > kMostShift) {
      throw Damaged("a number has too many bytes");
    }
    number |= (byte & 0x7fU) << shift;
  }
  if (number > largest) {
    throw Damaged("a number is too large");
  }
  return number;
}

std::int32_t ByteReader::signed_varint() {
  const auto bits = static_cast<std::uint32_t>(varint(std::numeric_limits<std::uint32_t>::max()));
  return static_cast<std::int32_t>((bits >> 1U) ^ ((bits & 1U) != 0 ? ~0U : 0U));
}

double ByteReader::real() { return std::bit_cast<double>(fixed(sizeof(double))); }

std::string ByteReader::text() {
  const std::size_t length = fixed(2);
  return std::string(take(length));
}

void ByteReader::end() const {
  if (!left_.empty()) {
    throw Damaged("it has bytes too many");
  }
}

}  // namespace sigdel::traces
