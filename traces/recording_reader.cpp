#include <algorithm>

#include "models/base/errors.hpp"
#include "traces/bytes.hpp"
#include "traces/checksum.hpp"
#include "traces/recording_format.hpp"

namespace sigdel::traces {
namespace {

constexpr std::string_view kHint = "make a new one with `sigdel record`";

[[noreturn]] void refuse_damage(const std::string& file, std::string_view what) {
  fail("{}: damaged: {}; {}", file, what, kHint);
}

}  // namespace

Recording::Recording(const std::string& file) : file_(file) {
  check_start();
  const Chunk chunk = chunk_at(kStartBytes, crc32(file_.read(0, kStartBytes)));
  if (chunk.kind != kHeaderChunk) {
    refuse_damage(file, "there is no header");
  }
  try {
    header_ = read_header(chunk.payload);
  } catch (const Damaged& damage) {
    refuse_damage(file, fmt::format("the header: {}", damage.what()));
  }
  index_tensors(chunk.end, chunk.crc);
}

void Recording::check_start() const {
  const std::string start = file_.read(0, kStartBytes);
  if (start.empty()) {
    fail("{}: the file is empty; a recording was expected, as `sigdel record` writes them", file());
  }
  if (!start.starts_with(kMagic) && !kMagic.starts_with(start)) {
    fail("{}: no recording, as `sigdel record` writes them: it begins with other bytes", file());
  }
  if (start.size() < kStartBytes) {
    refuse_damage(file(), fmt::format("it ends after {} bytes", start.size()));
  }
  const std::uint64_t version = ByteReader(std::string_view(start).substr(kMagic.size())).fixed(4);
  if (version != kVersion) {
    fail("{}: a recording of version {}; this program reads version {}; {}", file(), version, kVersion, kHint);
  }
}

/// Never asks for more than the file has.
Recording::Chunk Recording::chunk_at(std::uint64_t offset, std::uint32_t crc_before) const {
  const std::string start = file_.read(offset, kChunkStartBytes);
  if (start.size() < kChunkStartBytes) {
    refuse_damage(file(), fmt::format("it ends after {} bytes, in front of its end mark", file_.size()));
  }
  const std::uint64_t length = ByteReader(std::string_view(start).substr(1)).fixed(kChunkStartBytes - 1);
  const std::uint64_t left = file_.size() - std::min(file_.size(), offset + kChunkStartBytes);
  if (length + kCrcBytes > left) {
    refuse_damage(file(), fmt::format("it ends after {} bytes, inside of a part", file_.size()));
  }
  std::string rest = file_.read(offset + kChunkStartBytes, length + kCrcBytes);
  rest.resize(length + kCrcBytes);  // a file that has become shorter since fails the checksum
  Chunk chunk;
  chunk.kind = start.front();
  const std::uint64_t crc = ByteReader(std::string_view(rest).substr(length)).fixed(kCrcBytes);
  rest.resize(length);
  chunk.crc = crc32(rest, crc32(start, crc_before));
  if (chunk.crc != crc) {
    refuse_damage(file(), fmt::format("the checksum at byte {} is wrong", offset + kChunkStartBytes + length));
  }
  chunk.payload = std::move(rest);
  chunk.end = offset + kChunkStartBytes + length + kCrcBytes;
  return chunk;
}

SentTensor Recording::decoded(const Chunk& chunk, Mode mode, std::size_t tensor) const {
  if (chunk.kind != kTensorChunk) {
    refuse_damage(file(), "a frame is missing");
  }
  try {
    return read_tensor(chunk.payload, rules_of(header_, mode, tensor));
  } catch (const Damaged& damage) {
    refuse_damage(file(), fmt::format("what tensor {} of '{}' sends: {}", tensor, name_of(mode), damage.what()));
  }
}

void Recording::index_tensors(std::uint64_t offset, std::uint32_t crc) {
  Chunk chunk;
  for (const Mode mode : header_.modes) {
    for (std::uint64_t frame = 0; frame < header_.frames; ++frame) {
      for (std::size_t tensor = 0; tensor < header_.tensors(); ++tensor) {
        chunk = chunk_at(offset, crc);
        static_cast<void>(decoded(chunk, mode, tensor));  // only whether it is sound
        offsets_.push_back(offset);
        offset = chunk.end;
        crc = chunk.crc;
      }
    }
  }
  const Chunk end = chunk_at(offset, crc);
  const bool counted = end.payload.size() == 8 && ByteReader(end.payload).fixed(8) == offsets_.size();
  if (end.kind != kEndChunk || !counted || end.end != file_.size()) {
    refuse_damage(file(), "it does not end with its end mark");
  }
}

SentTensor Recording::read(Mode mode, std::uint64_t frame, std::size_t tensor) const {
  const auto& modes = header_.modes;
  const auto index = static_cast<std::uint64_t>(std::find(modes.begin(), modes.end(), mode) - modes.begin());
  const std::uint64_t offset = offsets_.at((index * header_.frames + frame) * header_.tensors() + tensor);
  const std::string before = file_.read(offset - kCrcBytes, kCrcBytes);  // every chunk follows another's CRC
  if (before.size() < kCrcBytes) {
    refuse_damage(file(), "it was changed while it was read");
  }
  return decoded(chunk_at(offset, static_cast<std::uint32_t>(ByteReader(before).fixed(kCrcBytes))), mode, tensor);
}

}  // namespace sigdel::traces
