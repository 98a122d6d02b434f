/// Numbers and checksums of recordings, against values worked out elsewhere.
#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "traces/bytes.hpp"
#include "traces/checksum.hpp"

namespace sigdel::traces {
namespace {

TEST(Crc32, IsThatOfZlibAndPng) {
  EXPECT_EQ(crc32("123456789"), 0xCBF43926U);  // the catalogue's check value
  EXPECT_EQ(crc32("IEND"), 0xAE426082U);       // the last bytes of every PNG file
  EXPECT_EQ(crc32(""), 0U);
}

TEST(Crc32, GoesOnFromWhatCameBefore) {
  const std::string text = "what the layers send";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(crc32(text.substr(cut), crc32(text.substr(0, cut))), crc32(text));
  }
}

TEST(Fingerprint, IsFnv1a) {
  Fingerprint print;
  EXPECT_EQ(print.value(), 0xcbf29ce484222325U);
  print.add('a', 1);
  EXPECT_EQ(print.value(), 0xaf63dc4c8601ec8cU);  // published: of "a"
  Fingerprint foobar;
  foobar.add(0x7261626f6f66, 6);
  EXPECT_EQ(foobar.value(), 0x85944171f73967e8U);  // published: of "foobar"
}

std::string varint_of(std::uint64_t number) {
  ByteWriter bytes;
  bytes.varint(number);
  return bytes.bytes();
}

std::string signed_varint_of(std::int32_t number) {
  ByteWriter bytes;
  bytes.signed_varint(number);
  return bytes.bytes();
}

TEST(Varint, HasSevenBitsPerByteTheLowestFirst) {
  EXPECT_EQ(varint_of(0), std::string(1, '\0'));
  EXPECT_EQ(varint_of(127), "\x7f");
  EXPECT_EQ(varint_of(128), std::string("\x80\x01"));
  EXPECT_EQ(varint_of(300), std::string("\xac\x02"));  // protocol buffers' example
}

TEST(Varint, FoldsTheSign) {
  EXPECT_EQ(signed_varint_of(0), varint_of(0));
  EXPECT_EQ(signed_varint_of(-1), varint_of(1));
  EXPECT_EQ(signed_varint_of(1), varint_of(2));
  EXPECT_EQ(signed_varint_of(2147483647), varint_of(4294967294));
  EXPECT_EQ(signed_varint_of(std::numeric_limits<std::int32_t>::min()), varint_of(4294967295));
}

TEST(Varint, ReadsBackWhatWasWritten) {
  for (const std::uint64_t number : std::array{0UL, 1UL, 127UL, 128UL, 16383UL, 16384UL, (1UL << 62U) + 5}) {
    EXPECT_EQ(ByteReader(varint_of(number)).varint(number), number);
  }
  for (const std::int32_t number :
       std::array{0, 1, -1, 63, 64, -64, -65, 2147483647, std::numeric_limits<std::int32_t>::min()}) {
    EXPECT_EQ(ByteReader(signed_varint_of(number)).signed_varint(), number);
  }
}

TEST(Varint, RefusesWhatIsTooLargeOrHasNoEnd) {
  EXPECT_EQ(ByteReader(varint_of(300)).varint(300), 300U);
  EXPECT_THROW(ByteReader(varint_of(301)).varint(300), Damaged);
  EXPECT_THROW(ByteReader(varint_of(4294967296)).signed_varint(), Damaged);
  EXPECT_THROW(ByteReader("\x80").varint(300), Damaged);
  EXPECT_THROW(ByteReader(std::string(12, '\x80')).varint(~std::uint64_t{0}), Damaged);
}

TEST(Bytes, AreLittleEndianAndReadToTheirEnd) {
  ByteWriter writer;
  writer.fixed(0x0102, 2);
  writer.text("ab");
  writer.real(1.0);
  EXPECT_EQ(writer.bytes(), std::string("\x02\x01\x02\x00"
                                        "ab\x00\x00\x00\x00\x00\x00\xf0\x3f",
                                        14));
  ByteReader reader(writer.bytes());
  EXPECT_EQ(reader.fixed(2), 0x0102U);
  EXPECT_EQ(reader.text(), "ab");
  EXPECT_THROW(reader.end(), Damaged);
  EXPECT_EQ(reader.real(), 1.0);
  EXPECT_NO_THROW(reader.end());
  EXPECT_THROW(reader.fixed(1), Damaged);
}

}  // namespace
}  // namespace sigdel::traces
