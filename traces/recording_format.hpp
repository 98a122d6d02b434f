/// The parts of a recording's bytes that writer and reader share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "traces/recording.hpp"

namespace sigdel::traces {

inline constexpr std::string_view kMagic = "SIGDELRC";
inline constexpr std::uint32_t kVersion = 2;
inline constexpr std::size_t kStartBytes = 12;  ///< magic and version

// Chunks: kind, length of the payload in four bytes, payload, CRC in four bytes.
inline constexpr char kHeaderChunk = 'H';
inline constexpr char kTensorChunk = 'T';
inline constexpr char kEndChunk = 'E';
inline constexpr std::size_t kChunkStartBytes = 5;
inline constexpr std::size_t kCrcBytes = 4;

/// What the values of a tensor must obey.
struct TensorRules {
  std::uint32_t width = 0;
  std::uint32_t senders = 0;      ///< neurons of the layer
  std::uint64_t saturations = 0;  ///< no more than that
  std::int64_t largest = 0;       ///< magnitude of a value
  bool all_send = false;          ///< every neuron of the layer has an event
  bool zeros = false;             ///< a value may be 0
};

TensorRules rules_of(const RecordingHeader& header, Mode mode, std::size_t tensor);

std::string tensor_bytes(std::span<const network::Event> events, std::uint64_t saturations, std::uint32_t width);
/// Throws Damaged for what no network of that kind sends.
SentTensor read_tensor(std::string_view bytes, const TensorRules& rules);

}  // namespace sigdel::traces
