/// From the functional executor into a recording.
#pragma once

#include <cstdint>
#include <functional>

#include "models/network/integer_network.hpp"
#include "traces/frames.hpp"
#include "traces/recording.hpp"

namespace sigdel::traces {

/// Runs the mode over all frames, in the semantics of the writer's header, and writes what the frames' encoder and
/// every layer send; the mode must be the next of the writer's header. Calls `on_frame` before each frame: what it
/// throws ends the recording. Returns the events written, the output accumulators among them.
std::uint64_t record_mode(const network::IntegerNetwork& network, Mode mode, const Frames& frames,
                          RecordingWriter& writer, const std::function<void()>& on_frame);

}  // namespace sigdel::traces
