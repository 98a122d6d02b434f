/// The result of a run, as data: what the writers (text, JSON, CSV) print and nothing else knows how to print.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "energy/area.hpp"
#include "models/base/activity.hpp"
#include "models/base/mode.hpp"
#include "models/base/part_state.hpp"
#include "models/base/units.hpp"

namespace sigdel::energy {

/// A weight layer's number formats in one family of integers.
struct FamilyInfo {
  double scale = 0;       ///< of the tensor that it reads
  int fraction_bits = 0;  ///< F of its accumulators
  std::int64_t bound = 0;
  std::int64_t level = 0;  ///< of its own threshold, in accumulator units; 0 in the other families
};

/// One weight layer's shape and number formats.
struct LayerInfo {
  std::string name;
  std::uint32_t inputs = 0;
  std::uint32_t outputs = 0;
  std::optional<FamilyInfo> scaled;  ///< nothing if no mode of the family ran
  std::optional<FamilyInfo> grid;
  std::optional<FamilyInfo> threshold{};
  double lava_fan_out = 0;          ///< synaptic operations per event in lava-dl's convention (docs/counting.md)
  std::uint64_t dense_updates = 0;  ///< accumulators that all inputs reach together: ours

  /// Of the integers that a mode runs on; they are there if the mode ran.
  [[nodiscard]] const FamilyInfo& family_of(Mode mode) const {
    switch (sigdel::family_of(mode)) {
      case Family::kScaled:
        return scaled.value();
      case Family::kThreshold:
        return threshold.value();
      default:
        return grid.value();
    }
  }
};

/// Two ways to compute the same network, compared over all frames.
struct Difference {
  double largest = 0;  ///< largest absolute difference of an output before the softmax
  double mean = 0;
  std::uint64_t other_class = 0;  ///< frames with another class
};

struct Accuracy {
  std::optional<double> float_class_error;              ///< of the float32 network, 0..1; nothing without labels
  std::optional<Difference> integer_to_float_dense;     ///< nothing if no mode of its family ran
  std::optional<Difference> integer_to_float_rounding;  ///< likewise
  std::optional<Difference> threshold_to_float{};       ///< likewise
};

/// One check that every run makes on itself.
struct Check {
  std::string name;  ///< "outputs equal the executor's"
  bool passed = false;
  std::string detail;  ///< what was compared: "500 frames x 10 outputs", or the first difference
};

/// A layer on the machine, summed over its cores and all frames.
struct LayerTiming {
  std::uint32_t cores = 0;
  Cycles engine;                 ///< cycles that synaptic engines worked for the layer
  Cycles scan;                   ///< cycles in which scans of it read
  Cycles stalled;                ///< cycles that its scans waited for the outbox
  double lane_utilisation = 0;   ///< lane operations / (engine * lanes)
  Counts<PartState> time;        ///< where its cores' cycles went: they sum to cores * total
  std::string bottleneck;        ///< "weight port"
  std::string bottleneck_layer;  ///< the layer where that is: this one, or one before it
};

/// Neurons of a layer on a core.
struct MappedPart {
  std::string layer;
  bool is_image = false;
  Range channels;  ///< of a vector: its neurons, and that is all
  Range rows;
  Range columns;
};

/// What the mapping puts on a core.
struct MappedCore {
  std::string core;
  std::vector<MappedPart> parts;
  std::uint64_t weight_bytes = 0;
  std::uint64_t state_bytes = 0;
  std::uint64_t dense_updates = 0;  ///< per frame, if every input of its layers were sent
};

/// The network on the cores.
struct MappingResult {
  std::uint64_t weight_capacity_bytes = 0;  ///< of every core
  std::uint64_t state_capacity_bytes = 0;
  std::uint64_t busiest = 0;   ///< dense updates per frame of the core with most of them
  double busiest_to_mean = 0;  ///< over all cores, idle ones included
  std::vector<MappedCore> cores;
};

/// A core's cycles, each exactly one of the four.
struct CoreCycles {
  std::string core;
  Cycles integrating;
  Cycles firing;
  Cycles stalled;
  Cycles idle;
};

/// When a frame entered, and when its answer had left; nothing if the run ended before (step semantics).
struct FrameCycles {
  Cycles entered;
  std::optional<Cycles> left;
};

struct MachineResult {
  Cycles total;    ///< until the machine was at rest: a few cycles after the last output
  Cycles powered;  ///< for which leakage and clock are paid: at least all frame periods
  double clock_mhz = 0;
  std::vector<FrameCycles> frames;
  double latency_mean = 0;  ///< cycles from a frame's entry to its last output
  Cycles latency_worst;
  double frames_per_second = 0;     ///< throughput: of frames that leave, between the first and the last
  std::uint64_t packets = 0;        ///< of spikes and activations, that entered the network on chip
  std::uint64_t hops = 0;           ///< flits over links
  std::uint64_t activity_hash = 0;  ///< of all cycles in which each block did something: two schedulers must agree
  std::vector<LayerTiming> layers;
  std::vector<CoreCycles> cores;
  double cpu_seconds = 0;  ///< processor time of the simulation, elaboration included: for the timing section only
};

/// A layer on the systolic array, over all frames.
struct SystolicLayer {
  std::uint64_t folds = 0;
  Cycles fill;  ///< the three sum to the layer's cycles
  Cycles stream;
  Cycles drain;
  std::uint64_t macs = 0;         ///< operand pairs that met, zeros included
  std::uint64_t input_reads = 0;  ///< words, here and below
  std::uint64_t input_writes = 0;
  std::uint64_t weight_reads = 0;
  std::uint64_t output_reads = 0;
  std::uint64_t output_writes = 0;

  [[nodiscard]] Cycles cycles() const { return fill + stream + drain; }
};

struct SystolicResult {
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::string dataflow;
  std::uint32_t batch = 1;
  std::uint64_t memory_bytes = 0;  ///< of its three memories
  double clock_mhz = 0;
  Cycles total;
  Cycles powered;           ///< for which leakage and clock are paid
  double latency_mean = 0;  ///< cycles from a frame's due time or its batch's start to the end of its batch
  Cycles latency_worst;
  double frames_per_second = 0;  ///< frames over all cycles, at the clock
  std::vector<SystolicLayer> layers;
  double cpu_seconds = 0;  ///< of the simulation, which is one for all modes: for the timing section only
};

/// One frame's outputs in one mode, before the softmax, against the float32 network's.
struct Answer {
  std::uint32_t number = 0;  ///< the class: of the first largest output
  std::uint32_t rank = 0;    ///< how many outputs of the float32 network come before that class's: 0 is the same class
  double distance = 0;       ///< sum over outputs of |output - float32 output|
};

/// One frame's outputs of the float32 network.
struct FloatAnswer {
  std::uint32_t number = 0;
  double l1 = 0;  ///< sum over outputs of |output|
};

/// One frame of a tensor that weight layers read, in the float32 network; nothing in the first frame.
struct TensorFrame {
  double l1 = 0;                          ///< sum of magnitudes
  std::optional<double> l1_distance;      ///< from the frame before
  std::optional<double> cosine_distance;  ///< 0..2
};

/// One mode over all frames, on the mesh or in the executor; another entry if it also ran on the systolic array.
struct ModeResult {
  Mode mode = Mode::kDense;
  std::vector<Work> layers;                    ///< per layer, all frames
  std::vector<Work> first_frame;               ///< per layer, the first frame alone
  std::vector<std::vector<Work>> frames;       ///< per frame, per layer: frames.csv
  std::vector<Answer> answers;                 ///< per frame that was answered: outputs.csv
  std::uint64_t input_saturations = 0;         ///< values of the frames that the clamp changed
  std::uint64_t outputs_hash = 0;              ///< FNV-1a of all output accumulators, four bytes each, lowest first
  std::optional<double> class_error;           ///< 0..1; nothing without labels
  double agreement = 0;                        ///< share of frames with the float32 network's class
  Engine activity_engine = Engine::kExecutor;  ///< who counted `activity`
  Activity activity;       ///< from the machine if the mode ran there, else arithmetic of the executor only
  Activity activity_8bit;  ///< multiplications and weight words if weights and activations had 8 bits
  std::optional<MachineResult> machine;
  std::optional<SystolicResult> systolic;  ///< of the entry for the array alone
  double executor_seconds = 0;             ///< wall time of the functional executor
};

struct Report {
  std::string program;   ///< "sigdel 0.1.0"
  std::string scenario;  ///< name
  std::string network;   ///< file name without folder
  std::uint64_t frames = 0;
  bool labelled = false;
  int weight_bits = 32;
  int accumulator_bits = 32;
  int activation_bits = 16;
  std::int32_t max_magnitude = 0;
  std::uint32_t mesh_columns = 0;
  std::uint32_t mesh_rows = 0;
  std::string encoding;
  std::string scan;
  std::string discipline;
  std::string semantics;
  double clock_mhz = 0;  ///< of the machine; 0 without one
  std::vector<LayerInfo> layers;
  std::optional<MeshShape> shape;          ///< nothing without a machine
  std::uint32_t grid_multiply_bits = 0;    ///< of the multipliers that the lanes need in the dense family
  std::uint32_t scaled_multiply_bits = 0;  ///< in the scaled family; 0: adders are enough
  std::uint32_t threshold_multiply_bits = 0;
  std::optional<MappingResult> mapping;  ///< nothing without a machine
  Accuracy accuracy;
  std::vector<std::uint32_t> labels;                    ///< per frame; empty without
  std::vector<FloatAnswer> float_answers;               ///< per frame
  std::vector<std::string> tensors;                     ///< names of the frame and of what else weight layers read
  std::vector<std::vector<TensorFrame>> tensor_frames;  ///< per frame, per tensor: tensors.csv
  std::vector<ModeResult> modes;
  std::vector<Check> checks;
  std::string resolved;  ///< the resolved plan as text (YAML), for the record
};

}  // namespace sigdel::energy
