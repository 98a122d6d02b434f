#include "sim/cli/functional.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include "models/reference/executor.hpp"
#include "models/reference/mapped_work.hpp"
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

bool runs_on_machine(const scenarios::Plan& plan, Mode mode) {
  const auto& modes = plan.scenario.machine_modes;
  return std::find(modes.begin(), modes.end(), mode) != modes.end();
}

reference::Partition partition_of(const scenarios::Plan& plan) {
  reference::Partition partition(plan.any_network().layers.size());
  for (const mapping::Slice& slice : plan.mapping.slices) {
    partition[slice.layer.value].push_back(slice.box);
  }
  return partition;
}

/// All that was sent in the executor's last frame.
void add_frame(const network::IntegerNetwork& network, const reference::Executor& executor,
               std::span<const network::Event> input, reference::MappedWork& mapped) {
  mapped.add(0, input);
  for (const network::IntegerLayer& layer : network.layers) {
    mapped.add(layer.tensor, executor.sent(layer.id.value));
  }
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
  std::optional<reference::MappedWork> mapped;
  if (runs_on_machine(plan, mode)) {
    mapped.emplace(plan.network_for(mode), partition_of(plan), mode, plan.machine.core.encoding);
  }
  const auto start = std::chrono::steady_clock::now();
  for (const auto& events : run.input) {
    throw_if_interrupted();
    const auto outputs = executor.run(events);
    run.outputs.insert(run.outputs.end(), outputs.begin(), outputs.end());
    run.work.push_back(executor.work());
    if (mapped) {
      add_frame(plan.network_for(mode), executor, events, *mapped);
    }
  }
  run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (mapped) {
    run.on_machine = mapped->from(run.total());
  }
  return run;
}

std::uint32_t class_of(std::span<const std::int32_t> accumulators) { return first_largest(accumulators); }
std::uint32_t class_of(std::span<const float> outputs) { return first_largest(outputs); }

}  // namespace sigdel::cli
