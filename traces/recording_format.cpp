#include "traces/recording_format.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "traces/bytes.hpp"

namespace sigdel::traces {

TensorRules rules_of(const RecordingHeader& header, Mode mode, std::size_t tensor) {
  TensorRules rules{header.width(tensor), header.inputs, header.inputs, 0, sends_zeros(mode), sends_zeros(mode)};
  std::int64_t window = 1;
  if (tensor > 0) {
    const RecordedShape& layer = header.layers[tensor - 1];
    window = layer.window;
    rules.senders = layer.neurons;
    rules.saturations = std::uint64_t{layer.neurons} * layer.window;
  }
  rules.largest = header.family_of(mode).clamp * window * (sends_changes(mode) ? 2 : 1);
  if (tensor + 1 == header.tensors()) {  // the output layer's
    rules.largest = -std::int64_t{std::numeric_limits<std::int32_t>::min()};
    rules.all_send = true;
    rules.zeros = true;
  }
  return rules;
}

std::string tensor_bytes(std::span<const network::Event> events, std::uint64_t saturations, std::uint32_t width) {
  ByteWriter bytes;
  bytes.varint(saturations);
  bytes.varint(events.size());
  const bool all = events.size() == width;
  std::uint32_t next = 0;
  for (const network::Event& event : events) {
    if (!all) {
      bytes.varint(event.source - next);
      next = event.source + 1;
    }
    bytes.signed_varint(event.value);
  }
  return bytes.bytes();
}

SentTensor read_tensor(std::string_view content, const TensorRules& rules) {
  ByteReader bytes(content);
  SentTensor tensor;
  tensor.saturations = bytes.varint(rules.saturations);
  const std::uint64_t count = bytes.varint(rules.senders);
  const bool all = count == rules.width;
  if (rules.all_send && count != rules.senders) {
    throw Damaged("a neuron that always sends is missing");
  }
  tensor.events.reserve(std::min<std::uint64_t>(count, content.size()));  // the count may be damage
  std::uint64_t next = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t source = all ? i : next + bytes.varint(rules.width);
    const std::int32_t value = bytes.signed_varint();
    if (source >= rules.width || std::abs(std::int64_t{value}) > rules.largest || (value == 0 && !rules.zeros)) {
      throw Damaged("a neuron or value is none that the network has");
    }
    tensor.events.push_back({static_cast<std::uint32_t>(source), value});
    next = source + 1;
  }
  bytes.end();
  return tensor;
}

}  // namespace sigdel::traces
