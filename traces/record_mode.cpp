#include "traces/record_mode.hpp"

#include "models/reference/executor.hpp"

namespace sigdel::traces {

std::uint64_t record_mode(const network::IntegerNetwork& network, Mode mode, const Frames& frames,
                          RecordingWriter& writer, const std::function<void()>& on_frame) {
  reference::FrameEncoder encoder(network, mode);
  // Encoding and scan only decide what is counted; a scan of all neurons knows all that the clamp changes.
  reference::Executor executor(network, mode, {Encoding::kUnary, Scan::kAll, writer.header().semantics});
  std::uint64_t events = 0;
  for (std::size_t t = 0; t < frames.count; ++t) {
    on_frame();
    const std::uint64_t saturations_before = encoder.saturations();
    const auto input = encoder.encode(frames.frame(t));
    writer.add(input, encoder.saturations() - saturations_before);
    events += input.size();
    executor.run(input);
    for (std::size_t l = 0; l < network.layers.size(); ++l) {
      writer.add(executor.sent(l), executor.work()[l][Tally::kSaturations]);
      events += executor.sent(l).size();
    }
  }
  return events;
}

}  // namespace sigdel::traces
