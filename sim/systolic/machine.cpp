#include "sim/systolic/machine.hpp"

#include <algorithm>

#include "models/network/counting.hpp"

namespace sigdel::systolic {
namespace {

using network::IntegerLayer;
using network::IntegerNetwork;

Widths widths_of(const IntegerNetwork& network, const IntegerLayer& layer) {
  const auto activation = static_cast<std::uint32_t>(network.activation_bits);
  const auto accumulator = static_cast<std::uint32_t>(network.accumulator_bits);
  return {activation, static_cast<std::uint32_t>(layer.weight_bits()), accumulator,
          layer.is_output ? accumulator : activation};
}

class Runner {
 public:
  explicit Runner(const Input& input) : input_(input), array_(input.config.rows, input.config.columns) {
    for (const IntegerLayer& layer : input.network.layers) {
      weights_.push_back(layer.synapses.front().values());
    }
    result_.layers.resize(input.network.layers.size());
  }

  Result run(const std::function<void(std::uint64_t)>& report) {
    const std::size_t frames = input_.frames.size();
    for (std::size_t first = 0; first < frames; first += input_.config.batch) {
      const std::size_t end = std::min<std::size_t>(frames, first + input_.config.batch);
      run_batch(first, end);
      if (report) {
        report(end);
      }
    }
    result_.powered = std::max(result_.total, due(frames));
    result_.latency_mean = static_cast<double>(latencies_) / static_cast<double>(std::max<std::size_t>(frames, 1));
    return std::move(result_);
  }

 private:
  void run_batch(std::size_t first, std::size_t end) {
    const Cycles start = std::max(result_.total, due(end - 1));
    std::vector<std::int32_t> values = load(first, end);
    Cycles now = start;
    for (std::size_t l = 0; l < result_.layers.size(); ++l) {
      now += run_layer(l, static_cast<std::uint32_t>(end - first), values);
    }
    result_.outputs.insert(result_.outputs.end(), values.begin(), values.end());
    result_.total = now;
    for (std::size_t frame = first; frame < end; ++frame) {
      const Cycles latency = now - (input_.frame_period.value == 0 ? start : due(frame));
      latencies_ += latency.value;
      result_.latency_worst = std::max(result_.latency_worst, latency);
    }
  }

  [[nodiscard]] Cycles due(std::size_t frame) const { return {frame * input_.frame_period.value}; }

  /// The batch's frames as rows of the first layer's activations.
  std::vector<std::int32_t> load(std::size_t first, std::size_t end) {
    const IntegerLayer& layer = input_.network.layers.front();
    const Widths widths = widths_of(input_.network, layer);
    std::vector<std::int32_t> values((end - first) * layer.inputs());
    for (std::size_t frame = first; frame < end; ++frame) {
      for (const network::Event event : input_.frames[frame]) {
        values[(frame - first) * layer.inputs() + event.source] = event.value;
      }
      result_.layers.front().frame_words += words_of(layer.inputs(), widths.activation, input_.config.word_bits);
    }
    return values;
  }

  /// `values`: the layer's activations; afterwards what it sends on.
  Cycles run_layer(std::size_t l, std::uint32_t batch, std::vector<std::int32_t>& values) {
    const IntegerLayer& layer = input_.network.layers[l];
    LayerResult& result = result_.layers[l];
    const Gemm gemm{batch, layer.inputs(), layer.outputs(), values, weights_[l], layer.bias};
    GemmResult product = run_gemm(array_, input_.config, widths_of(input_.network, layer), gemm, result.words);
    if (layer.is_output) {
      std::transform(product.outputs.begin(), product.outputs.end(), product.outputs.begin(),
                     [&](std::int32_t sum) { return network::rectified(layer, sum); });
    } else {
      for (std::int32_t& output : product.outputs) {
        const network::Activation activation = network::activate(layer, output);
        output = activation.value;
        result.saturations += activation.saturated ? 1 : 0;
      }
    }
    result.counts += product.counts;
    result.folds += product.folds;
    result.weight_words_8bit += product.weight_words_8bit;
    result.outputs += product.outputs.size();
    values = std::move(product.outputs);
    return {product.counts.cycles.total()};
  }

  const Input& input_;
  Array array_;
  std::vector<std::vector<std::int32_t>> weights_;  ///< per layer, inputs x outputs
  std::uint64_t latencies_ = 0;
  Result result_;
};

/// Appends records of one layer that are not zero.
class Recorder {
 public:
  Recorder(Activity& activity, std::string layer) : activity_(activity), layer_(std::move(layer)) {}

  void add(const std::string& block, Action action, std::uint32_t bits, std::uint64_t memory_bytes,
           std::uint64_t count) {
    if (count != 0) {
      activity_.push_back({block, layer_, action, bits, memory_bytes, count});
    }
  }

 private:
  Activity& activity_;
  std::string layer_;
};

void record_memories(Recorder& recorder, const LayerResult& result, bool is_output, const Config& config) {
  const auto add = [&](const std::string& block, Action action, std::uint64_t bytes, std::uint64_t count) {
    recorder.add(block, action, config.word_bits, bytes, count);
  };
  const Counts<Port>& words = result.words;
  const std::uint64_t results = words[Port::kResultWrite];
  add("systolic.input", Action::kStateRead, config.input_memory_bytes, words[Port::kActivationRead]);
  add("systolic.input", Action::kStateWrite, config.input_memory_bytes, result.frame_words + (is_output ? 0 : results));
  add("systolic.weights", Action::kWeightRead, config.weight_bank_bytes(),
      words[Port::kWeightRead] + words[Port::kBiasRead]);
  add("systolic.output", Action::kStateRead, config.output_memory_bytes, words[Port::kPartialSumRead]);
  add("systolic.output", Action::kStateWrite, config.output_memory_bytes,
      words[Port::kPartialSumWrite] + (is_output ? results : 0));
}

/// All memories, elements and one core's worth of control leak and are clocked all the time; no layer can be named.
void record_static(Recorder& recorder, const Config& config, std::uint32_t accumulator_bits, Cycles powered) {
  const std::uint64_t cycles = powered.value;
  const std::uint64_t elements = std::uint64_t{config.rows} * config.columns;
  recorder.add("systolic.weights", Action::kWeightLeakage, 0, config.weight_bank_bytes(), config.weight_banks * cycles);
  recorder.add("systolic.input", Action::kStateLeakage, 0, config.input_memory_bytes, cycles);
  recorder.add("systolic.output", Action::kStateLeakage, 0, config.output_memory_bytes, cycles);
  recorder.add("systolic", Action::kLaneLeakage, accumulator_bits, 0, elements * cycles);
  recorder.add("systolic", Action::kLaneClock, accumulator_bits, 0, elements * cycles);
  recorder.add("systolic", Action::kCoreLeakage, 0, 0, cycles);
  recorder.add("systolic", Action::kCoreClock, 0, 0, cycles);
}

}  // namespace

Result run(const Input& input, const std::function<void(std::uint64_t)>& report) { return Runner(input).run(report); }

Work work_of(const LayerResult& result, const IntegerLayer& layer, Mode mode) {
  Work work;
  const std::uint64_t done = sends_zeros(mode) ? result.counts.macs : result.counts.switched;
  for (const Tally tally :
       {Tally::kUpdates, Tally::kPaperAdds, Tally::kPaperMultiplies, Tally::kAdds, Tally::kMultiplies}) {
    work[tally] = done;
  }
  work[Tally::kSaturations] = result.saturations;
  network::count_fire(mode, layer, {0, result.outputs, result.outputs, 0}, work);
  return work;
}

Activity activity_of(const Result& result, const IntegerNetwork& network, const Config& config, Mode mode) {
  const auto accumulator_bits = static_cast<std::uint32_t>(network.accumulator_bits);
  Activity activity;
  for (std::size_t l = 0; l < result.layers.size(); ++l) {
    const IntegerLayer& layer = network.layers[l];
    Recorder recorder(activity, layer.name);
    const Work work = work_of(result.layers[l], layer, mode);
    for (const auto& [action, tally, multiplies] : kArithmeticActions) {
      recorder.add("systolic", action, multiplies ? network.multiply_bits() : accumulator_bits, 0, work[tally]);
    }
    record_memories(recorder, result.layers[l], layer.is_output, config);
  }
  Recorder recorder(activity, "");
  record_static(recorder, config, accumulator_bits, result.powered);
  return activity;
}

Activity activity_8bit_of(const Result& result, const IntegerNetwork& network, const Config& config, Mode mode) {
  Activity activity;
  for (std::size_t l = 0; l < result.layers.size(); ++l) {
    const LayerResult& layer = result.layers[l];
    Recorder recorder(activity, network.layers[l].name);
    recorder.add("systolic", Action::kMultiply, 8, 0, work_of(layer, network.layers[l], mode)[Tally::kMultiplies]);
    recorder.add("systolic.weights", Action::kWeightRead, config.word_bits, config.weight_bank_bytes(),
                 layer.weight_words_8bit + layer.words[Port::kBiasRead]);
  }
  return activity;
}

}  // namespace sigdel::systolic
