/// A network on the systolic array, frame by frame: the dense opponent without event-driven overhead.
///
/// Timing:
///  - layers of a batch run one after the other, and so do batches; a layer takes the cycles of its folds (array.hpp);
///  - a batch starts when the one before has ended and its last frame is due;
///  - memories deliver and take whatever the array asks for in a cycle: no stalls. Frames are put into the
///    input memory, and activations pass their unit (ReLU, rounding, clamp), beside the array's work and in no cycle of
///    their own.
///
/// Modes `dense` and `zero-skip` are one simulation counted in two ways: with `zero-skip` (data gating) an element
/// whose activation is zero neither multiplies nor adds; cycles and memory words are the same.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "models/base/activity.hpp"
#include "models/base/mode.hpp"
#include "models/base/units.hpp"
#include "models/network/integer_network.hpp"
#include "models/network/neuron_block.hpp"
#include "sim/systolic/gemm.hpp"

namespace sigdel::systolic {

/// Per frame, the activations that the host sends; those that are not sent are zero.
using FrameEvents = std::vector<std::vector<network::Event>>;

/// What must outlive the call of run().
struct Input {
  const network::IntegerNetwork& network;  ///< the integers of the dense family
  const FrameEvents& frames;
  const Config& config;
  Cycles frame_period;  ///< 0: back to back
};

/// One layer over all frames.
struct LayerResult {
  FoldCounts counts;
  std::uint64_t folds = 0;
  Counts<Port> words;
  std::uint64_t weight_words_8bit = 0;  ///< weight words if weights had 8 bits
  std::uint64_t frame_words = 0;        ///< written into the input memory for the frames: the first layer only
  std::uint64_t outputs = 0;            ///< outputs computed
  std::uint64_t saturations = 0;        ///< values that the clamp changed
};

struct Result {
  Cycles total;             ///< until the last output of the last frame
  Cycles powered;           ///< for which leakage and clock are paid: `total`, or all frame periods if that is longer
  double latency_mean = 0;  ///< cycles from a frame's due time (back to back: its batch's start) to its last output
  Cycles latency_worst;
  std::vector<LayerResult> layers;
  std::vector<std::int32_t> outputs;  ///< accumulators of the last layer, frames x outputs
};

/// Runs all frames; `report(n)` is told how many are done after every batch.
Result run(const Input& input, const std::function<void(std::uint64_t)>& report = {});

/// What a layer did in `mode` (dense or zero-skip) as tallies that must equal the executor's; events and magnitude,
/// which an array does not see, stay 0.
Work work_of(const LayerResult& result, const network::IntegerLayer& layer, Mode mode);

/// The same, the memory words and the powered cycles as actions: arithmetic, elements and control in block `systolic`,
/// memories in `systolic.input`, `systolic.weights`, `systolic.output`.
Activity activity_of(const Result& result, const network::IntegerNetwork& network, const Config& config, Mode mode);

/// Multiplications and weight words if weights and activations had 8 bits; biases keep their width, cycles too.
Activity activity_8bit_of(const Result& result, const network::IntegerNetwork& network, const Config& config,
                          Mode mode);

}  // namespace sigdel::systolic
