/// A made-up report with figures that can be checked by hand, for the tests of the writers.
#pragma once

#include "energy/report.hpp"
#include "energy/table.hpp"

namespace sigdel::energy::test {

/// The shipped table at the default cells and temperature and the sample's clock.
inline Table horowitz() {
  return at_conditions(read_table("horowitz-45nm", SIGDEL_SOURCE_DIR "/energy/tables"), {SramCells::kLop, 320, 500});
}

/// Tallies of a layer of `inputs` x `outputs` that received `events` spikes, all of magnitude 1, in every frame.
inline Work work_of(Mode mode, std::uint64_t events, std::uint64_t outputs, std::uint64_t frames) {
  Work work;
  const std::uint64_t updates = events * outputs * frames;
  work[Tally::kEvents] = events * frames;
  work[Tally::kMagnitude] = events * frames;
  work[Tally::kUpdates] = updates;
  work[Tally::kPaperAdds] = updates;
  work[Tally::kPaperMultiplies] = is_quantised(mode) ? 0 : updates;
  work[Tally::kAdds] = is_quantised(mode) ? updates - updates / 4 : updates;
  work[Tally::kSubtracts] = is_quantised(mode) ? updates / 4 : 0;
  work[Tally::kMultiplies] = is_quantised(mode) ? 0 : updates;
  work[Tally::kShifts] = outputs * frames;
  work[Tally::kCompares] = 3 * outputs * frames;
  work[Tally::kRounds] = outputs * frames;
  return work;
}

/// Records of one layer on one core: arithmetic from the tallies, and one of everything else per event.
inline Activity records_of(const std::string& block, const std::string& layer, const Work& work, bool machine) {
  Activity records{{block, layer, Action::kAdd, 32, 0, work[Tally::kAdds]},
                   {block, layer, Action::kSubtract, 32, 0, work[Tally::kSubtracts]},
                   {block, layer, Action::kMultiply, 32, 0, work[Tally::kMultiplies]},
                   {block, layer, Action::kShift, 32, 0, work[Tally::kShifts]},
                   {block, layer, Action::kCompare, 32, 0, work[Tally::kCompares]},
                   {block, layer, Action::kRound, 32, 0, work[Tally::kRounds]}};
  if (machine) {
    const std::uint64_t events = work[Tally::kEvents];
    records.push_back({block, layer, Action::kWeightRead, 64, 262144, 100 * events});
    records.push_back({block, layer, Action::kStateRead, 64, 65536, 100 * events});
    records.push_back({block, layer, Action::kStateWrite, 64, 65536, 100 * events});
    for (const Action action :
         {Action::kInboxWrite, Action::kInboxRead, Action::kOutboxWrite, Action::kOutboxRead, Action::kRouterQueueWrite,
          Action::kRouterQueueRead, Action::kRouterTraverse, Action::kLinkTraverse}) {
      records.push_back({block, layer, action, 64, 0, events});
    }
  }
  return records;
}

/// Four cores and routers, powered for so many cycles.
inline Activity static_records(std::uint64_t cycles) {
  Activity records;
  for (const char* place : {"0_0", "0_1", "1_0", "1_1"}) {
    const std::string core = std::string("core_") + place;
    records.push_back({core, "", Action::kWeightLeakage, 0, 262144, cycles});
    records.push_back({core, "", Action::kStateLeakage, 0, 65536, cycles});
    records.push_back({core, "", Action::kLaneLeakage, 32, 0, 16 * cycles});
    records.push_back({core, "", Action::kLaneClock, 32, 0, 16 * cycles});
    records.push_back({core, "", Action::kCoreLeakage, 0, 0, cycles});
    records.push_back({core, "", Action::kCoreClock, 0, 0, cycles});
    records.push_back({std::string("router_") + place, "", Action::kRouterLeakage, 64, 0, cycles});
    records.push_back({std::string("router_") + place, "", Action::kRouterClock, 64, 0, cycles});
  }
  return records;
}

inline MachineResult sample_machine(std::uint64_t cycles) {
  MachineResult machine;
  machine.total = {cycles};
  machine.powered = {cycles};
  machine.clock_mhz = 500;
  machine.latency_mean = 1234.5;
  machine.latency_worst = {2345};
  machine.frames_per_second = 62500;
  machine.packets = 11840;
  machine.hops = 23680;
  machine.activity_hash = 0x0123456789abcdefULL;
  machine.cpu_seconds = 0.125;
  for (const std::uint32_t share : {4U, 8U, 16U}) {
    machine.layers.push_back({1, {cycles / share}, {2000}, {400}, 0.75, {}, "lanes", "fc1"});
  }
  for (const char* core : {"core_0_0", "core_0_1", "core_1_0", "core_1_1"}) {
    machine.cores.push_back({core, {cycles / 8}, {cycles / 8}, {cycles / 4}, {cycles / 2}});
  }
  return machine;
}

/// One mode; `events` are the spikes that each layer receives in each of `frames` frames.
inline ModeResult sample_mode(Mode mode, const std::vector<LayerInfo>& layers, const std::vector<std::uint64_t>& events,
                              std::uint64_t frames, bool machine) {
  ModeResult result;
  result.mode = mode;
  result.class_error = 0.025;
  result.agreement = 0.975;
  result.input_saturations = 5;
  result.outputs_hash = 255;
  result.activity_engine = machine ? Engine::kMachine : Engine::kExecutor;
  result.executor_seconds = 0.5;
  result.answers = {{3, 0, 0.5}, {4, 2, 1.5}, {9, 5, 0.25}};
  for (std::size_t i = 0; i < layers.size(); ++i) {
    result.layers.push_back(work_of(mode, events[i], layers[i].outputs, frames));
    result.first_frame.push_back(work_of(mode, events[i], layers[i].outputs, 1));
    const std::string block = machine ? "core_0_" + std::to_string(i) : "executor";
    const Activity records = records_of(block, layers[i].name, result.layers.back(), machine);
    result.activity.insert(result.activity.end(), records.begin(), records.end());
    if (machine) {  // weights of 32 bits, a quarter of the words for 8
      result.activity_8bit.push_back({block, layers[i].name, Action::kWeightRead, 64, 262144, 25 * events[i] * frames});
      result.activity_8bit.push_back(
          {block, layers[i].name, Action::kMultiply, 8, 0, result.layers.back()[Tally::kMultiplies]});
    }
  }
  if (machine) {
    result.activity.push_back({"host", "", Action::kLinkTraverse, 64, 0, 784 * frames});
    const Activity powered = static_records(frames * 8000);
    result.activity.insert(result.activity.end(), powered.begin(), powered.end());
    result.machine = sample_machine(frames * 8000);
  }
  return result;
}

/// A layer per core, and an idle core.
inline MappingResult sample_mapping() {
  return {262144,
          65536,
          156800,
          3.1559,
          {{"core_0_0", {{"fc1", false, {0, 200}, {}, {}}}, 200000, 1200, 156800},
           {"core_0_1", {{"fc2", false, {0, 200}, {}, {}}}, 160800, 1200, 40000},
           {"core_1_0", {{"fc3, \"out\"", false, {0, 10}, {}, {}}}, 8040, 60, 2000},
           {"core_1_1", {}, 0, 0, 0}}};
}

/// 784-200-200-10, 10 frames: dense and sigma-delta on the machine, temporal-difference in the executor.
inline Report sample_report() {
  Report report;
  report.program = "sigdel 0.1.0";
  report.scenario = "sample";
  report.network = "mnist-784-200-200-10.onnx";
  report.frames = 10;
  report.labelled = true;
  report.max_magnitude = 2047;
  report.mesh_columns = 2;
  report.mesh_rows = 2;
  report.encoding = "unary";
  report.scan = "touched";
  report.discipline = "barrier";
  report.semantics = "step";
  report.clock_mhz = 500;
  report.mapping = sample_mapping();
  report.layers = {{"fc1", 784, 200, {{2.5, 16, 1234567}}, {{32767, 9, 2345678}}},
                   {"fc2", 200, 200, {{1.5, 17, 3456789}}, {{4096.5, 10, 4567890}}},
                   {"fc3, \"out\"", 200, 10, {{1.25, 18, 5678901}}, {{2048.25, 11, 6789012}}}};
  report.accuracy = {0.019, {{0.0012, 0.0003, 0}}, {{0.25, 0.01, 1}}};
  report.labels = {3, 4, 9, 9};
  report.float_answers = {{3, 8}, {1, 4}, {5, 0}, {9, 1}};
  report.tensors = {"image", "edge, \"first\""};
  report.tensor_frames = {{{10, {}, {}}, {4, {}, {}}}, {{12, 2.5, 0.125}, {0, 4, 1}}};
  report.modes = {sample_mode(Mode::kDense, report.layers, {784, 200, 200}, 10, true),
                  sample_mode(Mode::kTemporalDifference, report.layers, {90, 80, 70}, 10, false),
                  sample_mode(Mode::kSigmaDelta, report.layers, {60, 40, 30}, 10, true)};
  report.checks = {{"outputs equal the executor's", true, "10 frames x 10 outputs"},
                   {"flits injected = flits ejected", true, "23680 = 23680"}};
  report.resolved = "network:\n  file: mnist.onnx\n";
  return report;
}

}  // namespace sigdel::energy::test
