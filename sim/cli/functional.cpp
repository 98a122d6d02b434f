#include "sim/cli/functional.hpp"

#include <algorithm>
#include <chrono>

#include "models/reference/executor.hpp"
#include "sim/cli/worker.hpp"
#include "traces/replay.hpp"

namespace sigdel::cli {
namespace {

template <class T>
std::uint32_t first_largest(std::span<const T> values) {
  return static_cast<std::uint32_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

/// What the host sends, and how many of its values the clamp changed.
void encode_frames(const scenarios::Plan& plan, FunctionalRun& run) {
  reference::FrameEncoder encoder(plan.network_for(run.mode), run.mode);
  for (std::size_t t = 0; t < plan.frames.count; ++t) {
    run.input.push_back(encoder.encode(plan.frames.frame(t)));
  }
  run.input_saturations = encoder.saturations();
}

void read_frames(const traces::Recording& recording, FunctionalRun& run) {
  for (std::uint64_t t = 0; t < recording.header().frames; ++t) {
    traces::SentTensor frame = recording.read(run.mode, t, 0);
    run.input.push_back(std::move(frame.events));
    run.input_saturations += frame.saturations;
  }
}

}  // namespace

std::vector<Work> FunctionalRun::total() const {
  std::vector<Work> sum(work.front().size());
  for (const std::vector<Work>& frame : work) {
    for (std::size_t layer = 0; layer < sum.size(); ++layer) {
      sum[layer] += frame[layer];
    }
  }
  return sum;
}

FunctionalRun run_functional(const scenarios::Plan& plan, Mode mode) {
  FunctionalRun run;
  run.mode = mode;
  network::RecordedLayers recorded;
  if (plan.recording) {
    read_frames(*plan.recording, run);
    recorded = traces::replay(*plan.recording, mode);
  } else {
    encode_frames(plan, run);
  }
  reference::Executor executor(plan.network_for(mode), mode,
                               {plan.machine.core.encoding, plan.machine.core.scan, plan.machine.semantics},
                               plan.recording ? &recorded : nullptr);
  const auto start = std::chrono::steady_clock::now();
  for (const auto& events : run.input) {
    throw_if_interrupted();
    const auto outputs = executor.run(events);
    run.outputs.insert(run.outputs.end(), outputs.begin(), outputs.end());
    run.work.push_back(executor.work());
  }
  run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return run;
}

std::uint32_t class_of(std::span<const std::int32_t> accumulators) { return first_largest(accumulators); }
std::uint32_t class_of(std::span<const float> outputs) { return first_largest(outputs); }

}  // namespace sigdel::cli
