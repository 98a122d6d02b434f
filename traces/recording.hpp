/// Recordings: what every layer of a network sent, per mode and frame (docs/formats/trace.md). A machine can be timed
/// from one without any arithmetic; machine and mapping may be others each time.
#pragma once

#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "models/network/neuron_block.hpp"
#include "traces/input_file.hpp"
#include "traces/recording_header.hpp"

namespace sigdel::traces {

/// What the frame's encoder (tensor 0) or a layer (tensor l + 1) sent in one frame.
struct SentTensor {
  std::vector<network::Event> events;  ///< in order of their sources; the output layer's are its accumulators
  std::uint64_t saturations = 0;       ///< values that the clamp changed
};

/// Writes a recording piece by piece; holds one tensor at a time.
class RecordingWriter {
 public:
  /// `out` must outlive the writer; whether it could be written is for its owner to look at.
  RecordingWriter(std::ostream& out, const RecordingHeader& header);

  /// The next tensor: for each of the header's modes, for each frame, tensor 0 and then each layer's.
  void add(std::span<const network::Event> events, std::uint64_t saturations);
  /// After the last tensor. Throws std::logic_error if there were fewer or more than the header says.
  void finish();

  [[nodiscard]] const RecordingHeader& header() const { return header_; }
  /// Written so far.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  void write(std::string_view bytes);
  void chunk(char kind, std::string_view payload);

  std::ostream* out_;
  RecordingHeader header_;
  std::uint32_t crc_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t tensors_ = 0;
};

class Recording {
 public:
  /// Opens a file and checks all of it, one tensor at a time. Throws InputError that names the file for what is no
  /// recording, of another version, or damaged anywhere.
  explicit Recording(const std::string& file);

  [[nodiscard]] const RecordingHeader& header() const { return header_; }
  [[nodiscard]] const std::string& file() const { return file_.path(); }

  /// One tensor, read from the file; the mode must be one of the header's. Throws InputError if the file was changed
  /// since it was opened.
  [[nodiscard]] SentTensor read(Mode mode, std::uint64_t frame, std::size_t tensor) const;

 private:
  struct Chunk {
    char kind = 0;
    std::string payload;
    std::uint32_t crc = 0;
    std::uint64_t end = 0;  ///< where the next one begins
  };

  [[nodiscard]] Chunk chunk_at(std::uint64_t offset, std::uint32_t crc_before) const;
  [[nodiscard]] SentTensor decoded(const Chunk& chunk, Mode mode, std::size_t tensor) const;
  void check_start() const;
  void index_tensors(std::uint64_t offset, std::uint32_t crc);

  InputFile file_;
  RecordingHeader header_;
  std::vector<std::uint64_t> offsets_;  ///< of every tensor's chunk, modes x frames x tensors
};

}  // namespace sigdel::traces
