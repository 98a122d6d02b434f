/// Networks with thresholds on the machine, with a barrier and step semantics: every step's outputs and all counts are
/// the functional executor's, and for the published network the golden ones.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "models/base/random.hpp"
#include "models/import/lava.hpp"
#include "models/reference/executor.hpp"
#include "sim/core/machine.hpp"
#include "tests/support/lava_builder.hpp"
#include "tests/support/lava_data.hpp"
#include "tests/support/npy.hpp"
#include "tests/support/small_machine.hpp"

namespace sigdel {
namespace {

struct Steps {
  sim::FrameEvents input;
  std::vector<std::int32_t> outputs;
  std::vector<Work> work;  ///< per layer, all steps
};

/// The executor's, on frames the last of which stays.
Steps run_executor(const network::IntegerNetwork& network, const std::vector<std::vector<float>>& frames,
                   std::size_t steps) {
  Steps run;
  reference::FrameEncoder encoder(network, Mode::kThreshold);
  reference::Executor executor(network, Mode::kThreshold, {.semantics = Semantics::kStep});
  run.work.resize(network.layers.size());
  for (std::size_t t = 0; t < steps; ++t) {
    run.input.push_back(encoder.encode(frames[std::min(t, frames.size() - 1)]));
    const auto outputs = executor.run(run.input.back());
    run.outputs.insert(run.outputs.end(), outputs.begin(), outputs.end());
    for (std::size_t l = 0; l < run.work.size(); ++l) {
      run.work[l] += executor.work()[l];
    }
  }
  return run;
}

sim::MachineConfig machine_with_barrier(std::uint32_t columns, std::uint32_t rows) {
  sim::MachineConfig config = test::row_of_cores(columns);
  config.rows = rows;
  config.discipline = sim::Discipline::kBarrier;
  config.semantics = Semantics::kStep;
  return config;
}

void expect_same_events(const sim::RunResult& machine, const Steps& steps) {
  EXPECT_EQ(machine.outputs, steps.outputs);
  for (std::size_t l = 0; l < steps.work.size(); ++l) {
    EXPECT_EQ(machine.layers[l].counts.work[Tally::kUpdates], steps.work[l][Tally::kUpdates]) << "layer " << l;
    EXPECT_EQ(machine.layers[l].counts.work[Tally::kSaturations], steps.work[l][Tally::kSaturations]) << "layer " << l;
  }
}

std::vector<std::vector<float>> random_frames(std::size_t count, std::size_t size) {
  Random random(5);
  std::vector<std::vector<float>> frames(count, std::vector<float>(size));
  for (auto& frame : frames) {
    for (float& value : frame) {
      value = static_cast<float>(random.between(-64, 64)) / 64;
    }
  }
  return frames;
}

TEST(LavaOnTheMachine, SmallNetworkEveryStepAndResidue) {
  const network::Graph graph = import::graph_of(import::load_lava(test::small_lava().bytes(), "small.net"));
  for (const network::Residue residue : all_of<network::Residue>()) {
    const network::IntegerNetwork network = test::thresholds_of(graph, {6, residue});
    const Steps steps = run_executor(network, random_frames(6, 60), 14);
    const auto mapping = test::one_core_per_layer(network);
    const sim::MachineConfig config = machine_with_barrier(4, 1);
    const sim::RunResult machine = sim::run_wheel({network, mapping, steps.input, config, Mode::kThreshold, 0});
    expect_same_events(machine, steps);
    EXPECT_EQ(sim::run_plain_loop({network, mapping, steps.input, config, Mode::kThreshold, 0}).total, machine.total);
  }
}

/// Message bits set a spike's flits: 47 bits and the message.
TEST(LavaOnTheMachine, NarrowMessagesAreFewerFlits) {
  const network::Graph graph = import::graph_of(import::load_lava(test::small_lava().bytes(), "small.net"));
  const auto flits = [&](int message_bits) {
    const network::IntegerNetwork network = test::thresholds_of(graph, {message_bits, network::Residue::kUnsent});
    sim::MachineConfig config = machine_with_barrier(4, 1);
    config.router.flit_bits = 8;
    config.router.queue_depth = 16;
    const Steps steps = run_executor(network, random_frames(1, 60), 1);
    const auto mapping = test::one_core_per_layer(network);
    const sim::RunResult run = sim::run_wheel({network, mapping, steps.input, config, Mode::kThreshold, 0});
    return run.traffic.core_flits / (run.traffic.spikes_received - 1);  // the output goes to the host
  };
  EXPECT_EQ(flits(16), 8U);  // 63 bits
  EXPECT_EQ(flits(9), 7U);   // 56 bits
}

class LavaDataOnTheMachine : public test::LavaDataTest {
 protected:
  static void run(const std::string& file, const std::string& frames_file, const std::string& replay_file) {
    const network::Graph graph = import::read_lava(test::lava_folder() + file);
    const network::IntegerNetwork network = test::thresholds_of(graph);
    const auto golden = nlohmann::json::parse(std::ifstream(test::lava_folder() + replay_file));
    const auto frames = test::lava_frames(test::read_npy(test::lava_folder() + frames_file), graph.input_shape());
    const Steps steps = run_executor(network, frames, golden["steps"]);
    EXPECT_EQ(steps.outputs, golden["output"].get<std::vector<std::int32_t>>());
    const sim::MachineConfig config = machine_with_barrier(8, 8);
    const auto mapping = mapping::map_automatically(network, {8, 8, 65536, 65536, 2});
    expect_same_events(sim::run_wheel({network, mapping, steps.input, config, Mode::kThreshold, 0}), steps);
  }
};

TEST_F(LavaDataOnTheMachine, PublishedTestEveryStep) { run("pilotnet_sdnn.net", "input.npy", "gts_replay.json"); }

TEST_F(LavaDataOnTheMachine, MovingFramesEveryStep) {
  run("pilotnet_sdnn_netx.net", "netx_driving_input_i8.npy", "netx_driving_replay.json");
}

}  // namespace
}  // namespace sigdel
