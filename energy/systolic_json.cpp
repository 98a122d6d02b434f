#include "energy/systolic_json.hpp"

#include "energy/summary.hpp"

namespace sigdel::energy {

nlohmann::ordered_json json_of(const SystolicLayer& layer, const SystolicResult& array) {
  return {{"cycles", layer.cycles().value},
          {"fill_cycles", layer.fill.value},
          {"stream_cycles", layer.stream.value},
          {"drain_cycles", layer.drain.value},
          {"folds", layer.folds},
          {"macs", layer.macs},
          {"utilisation", utilisation_of(array, layer)},
          {"input_reads", layer.input_reads},
          {"input_writes", layer.input_writes},
          {"weight_reads", layer.weight_reads},
          {"output_reads", layer.output_reads},
          {"output_writes", layer.output_writes}};
}

nlohmann::ordered_json json_of(const SystolicResult& array, std::uint64_t frames) {
  return {{"rows", array.rows},
          {"columns", array.columns},
          {"dataflow", array.dataflow},
          {"batch", array.batch},
          {"memory_bytes", array.memory_bytes},
          {"clock_mhz", array.clock_mhz},
          {"total_cycles", array.total.value},
          {"powered_cycles", array.powered.value},
          {"cycles_per_frame", static_cast<double>(array.total.value) / static_cast<double>(frames)},
          {"latency_mean_cycles", array.latency_mean},
          {"latency_worst_cycles", array.latency_worst.value},
          {"throughput_frames_per_second", array.frames_per_second},
          {"utilisation", utilisation_of(array)}};
}

}  // namespace sigdel::energy
