#include "tests/support/recorded_run.hpp"

#include <sstream>

#include "traces/record_mode.hpp"

namespace sigdel::test {

traces::Frames frames_of(const RandomCase& random) {
  traces::Frames frames({static_cast<std::int64_t>(random.inputs())});
  frames.add(random.frames);
  return frames;
}

traces::RecordingHeader header_of(const RandomCase& random, const std::vector<Mode>& modes, Semantics semantics) {
  const std::optional<network::IntegerNetwork> network = random.network;
  const std::optional<network::IntegerNetwork> none;
  return traces::make_header({&network, &network, &none}, frames_of(random), modes, semantics);
}

std::string recorded_bytes(const RandomCase& random, const std::vector<Mode>& modes, Semantics semantics) {
  std::ostringstream out;
  traces::RecordingWriter writer(out, header_of(random, modes, semantics));
  const traces::Frames frames = frames_of(random);
  for (const Mode mode : modes) {
    traces::record_mode(random.network, mode, frames, writer, [] {});
  }
  writer.finish();
  return out.str();
}

}  // namespace sigdel::test
