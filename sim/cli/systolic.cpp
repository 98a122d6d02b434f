#include "sim/cli/systolic.hpp"

#include <fmt/format.h>

#include <ctime>

#include "sim/cli/checks.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/worker.hpp"

namespace sigdel::cli {
namespace {

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

energy::SystolicLayer layer_of(const systolic::LayerResult& layer, bool is_output) {
  using systolic::Phase;
  using systolic::Port;
  const auto& cycles = layer.counts.cycles;
  const auto& words = layer.words;
  const std::uint64_t results = words[Port::kResultWrite];
  energy::SystolicLayer result;
  result.folds = layer.folds;
  result.fill = {cycles[Phase::kFill]};
  result.stream = {cycles[Phase::kStream]};
  result.drain = {cycles[Phase::kDrain]};
  result.macs = layer.counts.macs;
  result.input_reads = words[Port::kActivationRead];
  result.input_writes = layer.frame_words + (is_output ? 0 : results);
  result.weight_reads = words[Port::kWeightRead] + words[Port::kBiasRead];
  result.output_reads = words[Port::kPartialSumRead];
  result.output_writes = words[Port::kPartialSumWrite] + (is_output ? results : 0);
  return result;
}

/// All tallies but those of events, which an array does not see.
energy::Check compare_tallies(const std::string& name, const std::vector<Work>& got, const std::vector<Work>& wanted,
                              const network::IntegerNetwork& network) {
  std::size_t compared = 0;
  for (std::size_t l = 0; l < wanted.size(); ++l) {
    for (const Tally tally : all_of<Tally>()) {
      if (tally == Tally::kEvents || tally == Tally::kMagnitude) {
        continue;
      }
      if (got[l][tally] != wanted[l][tally]) {
        return {name, false,
                fmt::format("{} {}: {} instead of {}", network.layers[l].name, name_of(tally), got[l][tally],
                            wanted[l][tally])};
      }
      ++compared;
    }
  }
  return {name, true, fmt::format("{} tallies", compared)};
}

}  // namespace

SystolicRun run_systolic(const scenarios::Plan& plan, const FunctionalRun& functional) {
  const double start = cpu_seconds();
  Progress progress("systolic array", plan.frames.count, "frames");
  const systolic::Input input{plan.network_for(functional.mode), functional.input, plan.scenario.systolic,
                              plan.machine.frame_period()};
  systolic::Result result = systolic::run(input, [&](std::uint64_t frames) {
    throw_if_interrupted();
    progress.show(frames);
  });
  return {std::move(result), cpu_seconds() - start};
}

std::vector<energy::Check> check_systolic(const scenarios::Plan& plan, const FunctionalRun& functional,
                                          const SystolicRun& run) {
  const network::IntegerNetwork& network = plan.network_for(functional.mode);
  const std::string mode = fmt::format("{}, systolic", name_of(functional.mode));
  std::vector<Work> work;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    work.push_back(systolic::work_of(run.result.layers[l], network.layers[l], functional.mode));
  }
  return {compare_outputs(mode + ": outputs equal the executor's", run.result.outputs, functional.outputs,
                          network.outputs()),
          compare_tallies(mode + ": operation counts equal the executor's", work, functional.total(), network)};
}

energy::ModeResult on_systolic(const scenarios::Plan& plan, const SystolicRun& run, energy::ModeResult mode) {
  const systolic::Config& config = plan.scenario.systolic;
  const network::IntegerNetwork& network = plan.network_for(mode.mode);
  energy::SystolicResult array;
  array.rows = config.rows;
  array.columns = config.columns;
  array.dataflow = name_of(config.dataflow);
  array.batch = config.batch;
  array.memory_bytes = config.input_memory_bytes + config.weight_memory_bytes + config.output_memory_bytes;
  array.clock_mhz = plan.machine.clock_mhz;
  array.total = run.result.total;
  array.powered = run.result.powered;
  array.latency_mean = run.result.latency_mean;
  array.latency_worst = run.result.latency_worst;
  array.frames_per_second =
      array.clock_mhz * 1e6 * static_cast<double>(plan.frames.count) / static_cast<double>(array.total.value);
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    array.layers.push_back(layer_of(run.result.layers[l], network.layers[l].is_output));
  }
  array.cpu_seconds = run.cpu_seconds;
  mode.activity_engine = Engine::kSystolic;
  mode.activity = systolic::activity_of(run.result, network, config, mode.mode);
  mode.activity_8bit = systolic::activity_8bit_of(run.result, network, config, mode.mode);
  mode.machine.reset();
  mode.frames.clear();  // frames.csv has them already
  mode.systolic = std::move(array);
  return mode;
}

}  // namespace sigdel::cli
