#include <stdexcept>

#include "traces/bytes.hpp"
#include "traces/checksum.hpp"
#include "traces/recording_format.hpp"

namespace sigdel::traces {

RecordingWriter::RecordingWriter(std::ostream& out, const RecordingHeader& header) : out_(&out), header_(header) {
  ByteWriter version;
  version.fixed(kVersion, kStartBytes - kMagic.size());
  const std::string start = std::string(kMagic) + version.bytes();
  crc_ = crc32(start);
  write(start);
  chunk(kHeaderChunk, to_bytes(header));
}

void RecordingWriter::write(std::string_view bytes) {
  out_->write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes_ += bytes.size();
}

/// The CRC goes on from chunk to chunk, and leaves out the CRCs themselves.
void RecordingWriter::chunk(char kind, std::string_view payload) {
  ByteWriter length;
  length.fixed(payload.size(), kChunkStartBytes - 1);
  const std::string start = kind + length.bytes();
  crc_ = crc32(payload, crc32(start, crc_));
  ByteWriter crc;
  crc.fixed(crc_, kCrcBytes);
  write(start);
  write(payload);
  write(crc.bytes());
}

void RecordingWriter::add(std::span<const network::Event> events, std::uint64_t saturations) {
  chunk(kTensorChunk, tensor_bytes(events, saturations, header_.width(tensors_ % header_.tensors())));
  ++tensors_;
}

void RecordingWriter::finish() {
  if (tensors_ != header_.modes.size() * header_.frames * header_.tensors()) {
    throw std::logic_error("a recording has another number of tensors than its header says");
  }
  ByteWriter count;
  count.fixed(tensors_, 8);
  chunk(kEndChunk, count.bytes());
}

}  // namespace sigdel::traces
