#include "tests/bench/loads.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <stdexcept>

#include "models/reference/executor.hpp"
#include "scenarios/resolve.hpp"
#include "sim/systemc/platform.hpp"
#include "tests/support/small_machine.hpp"
#include "tests/support/traffic_mesh.hpp"

namespace sigdel::bench {
namespace {

Cycles last_active(const sim::BlockSet& set) {
  Cycles last;
  for (const sim::ClockedBlock* block : set.blocks()) {
    last = std::max(last, block->last_active());
  }
  return last;
}

class TrafficLoad final : public Load {
 public:
  explicit TrafficLoad(const test::TrafficConfig& config)
      : mesh_(config, true), routers_(std::uint64_t{config.columns} * config.rows) {}
  sim::BlockSet& block_set() override { return mesh_.block_set(); }
  LoadCounts counts() override {
    const test::TrafficCounts counts = mesh_.counts();
    return {last_active(block_set()).value + 1, 0, counts.made, counts.hops, 0, mesh_.router_flits(), routers_};
  }

 private:
  test::TrafficMesh mesh_;
  std::uint64_t routers_;
};

/// Owns all that its machine reads.
class MachineLoad final : public Load {
 public:
  MachineLoad(network::IntegerNetwork network, mapping::Mapping mapping, sim::FrameEvents frames,
              sim::MachineConfig config, Mode mode)
      : network_(std::move(network)),
        mapping_(std::move(mapping)),
        frames_(std::move(frames)),
        machine_({network_, mapping_, frames_, std::move(config), mode, 0}, true) {}
  sim::BlockSet& block_set() override { return machine_.block_set(); }
  LoadCounts counts() override {
    const sim::RunResult result = machine_.finish();
    LoadCounts counts{result.total.value,
                      result.frames.size(),
                      result.traffic.deliveries + result.traffic.tokens_sent,
                      result.traffic.link_flits,
                      0,
                      result.traffic.router_flits,
                      machine_.routers().size()};
    for (const sim::LayerResult& layer : result.layers) {
      counts.updates += layer.counts.work[Tally::kUpdates];
    }
    return counts;
  }

 private:
  network::IntegerNetwork network_;
  mapping::Mapping mapping_;
  sim::FrameEvents frames_;
  sim::Machine machine_;
};

/// A scenario in its mode `sigma-delta`.
std::unique_ptr<Load> scenario(const std::string& file, std::vector<std::string> overrides) {
  overrides.emplace_back("modes=[sigma-delta]");
  overrides.emplace_back("trace.mode=sigma-delta");
  const auto plan =
      scenarios::resolve(scenarios::read_scenario(file, overrides), std::string(SIGDEL_SOURCE_DIR) + "/energy/tables");
  const network::IntegerNetwork& network = plan.network_for(Mode::kSigmaDelta);
  reference::FrameEncoder encoder(network, Mode::kSigmaDelta);
  sim::FrameEvents frames;
  for (std::size_t t = 0; t < plan.frames.count; ++t) {
    frames.push_back(encoder.encode(plan.frames.frame(t)));
  }
  return std::make_unique<MachineLoad>(network, plan.mapping, std::move(frames), plan.machine, Mode::kSigmaDelta);
}

std::unique_ptr<Load> quickstart(std::vector<std::string> overrides) {
  return scenario(std::string(SIGDEL_SOURCE_DIR) + "/scenarios/quickstart.yaml", std::move(overrides));
}

/// Layers of `width` neurons, each cut evenly over `cores` cores that follow each other.
mapping::Mapping cut_evenly(const network::IntegerNetwork& network, std::uint32_t cores) {
  mapping::Mapping mapping;
  for (std::uint32_t layer = 0; layer < network.layers.size(); ++layer) {
    const std::uint32_t outputs = network.layers[layer].outputs();
    for (std::uint32_t i = 0; i < cores; ++i) {
      mapping.slices.push_back(
          {{layer}, {layer * cores + i}, network::elements({outputs * i / cores, outputs * (i + 1) / cores})});
    }
  }
  return mapping;
}

/// As a convolution's, spikes are many, reach a few cores each, and have 32 targets in each: 8 x 8 cores, a layer per
/// row.
std::unique_ptr<Load> convolution_like() {
  auto network = test::plain_chain(std::vector<std::uint32_t>(9, 256));
  sim::MachineConfig config = test::row_of_cores(8);
  config.rows = 8;
  auto mapping = cut_evenly(network, 8);
  auto frames = test::full_frames(network, 60);
  return std::make_unique<MachineLoad>(std::move(network), std::move(mapping), std::move(frames), config, Mode::kDense);
}

std::unique_ptr<Load> uniform(std::uint32_t side, double load, std::uint64_t cycles) {
  test::TrafficConfig config;
  config.columns = side;
  config.rows = side;
  config.load = load;
  config.cycles = cycles;
  return std::make_unique<TrafficLoad>(config);
}

/// Which is to say: 2 % of all (router, cycle) forward something.
constexpr double kSparseLoad = 0.02 / 11.6;

const std::map<std::string, std::function<std::unique_ptr<Load>()>, std::less<>>& loads() {
  static const std::map<std::string, std::function<std::unique_ptr<Load>()>, std::less<>> kLoads{
      {"quickstart-3x3", [] { return quickstart({}); }},
      {"uniform-8x8", [] { return uniform(8, 1, 10'000); }},
      {"sparse-16x16", [] { return uniform(16, kSparseLoad, 100'000); }},
      {"convolution-8x8", [] { return convolution_like(); }},
      {"gaps-10-us",
       [] {
         return quickstart({"stimulus.frames=100", "machine.frame_period_us=10"});
       }},
      {"gaps-100-us",
       [] {
         return quickstart({"stimulus.frames=100", "machine.frame_period_us=100"});
       }},
  };
  return kLoads;
}

}  // namespace

const std::vector<std::string>& load_names() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names;
    for (const auto& [name, make] : loads()) {
      names.push_back(name);
    }
    return names;
  }();
  return kNames;
}

std::unique_ptr<Load> make_load(std::string_view name, const std::vector<std::string>& overrides) {
  if (name.ends_with(".yaml")) {
    return scenario(std::string(name), overrides);
  }
  const auto found = loads().find(name);
  if (found == loads().end()) {
    throw std::invalid_argument("no such load: " + std::string(name));
  }
  return found->second();
}

/// Four layers of 2,048 neurons, 256 cores each: every spike goes to 256 cores.
LargeMesh::LargeMesh()
    : network(test::plain_chain(std::vector<std::uint32_t>(5, 2048))),
      mapping(cut_evenly(network, 256)),
      frames(test::full_frames(network, 1)),
      config(test::row_of_cores(32)) {
  config.rows = 32;
}

std::uint64_t LargeMesh::neurons() const {
  std::uint64_t sum = 0;
  for (const network::IntegerLayer& layer : network.layers) {
    sum += layer.outputs();
  }
  return sum;
}

[[gnu::noinline]] void measured_floor(Load& load) {
  sim::BlockSet& set = load.block_set();
  while (const auto now = set.next_cycle()) {
    set.run_cycle(*now);
  }
}

[[gnu::noinline]] void measured_kernel(Load& load) { sim::run_systemc(load.block_set(), 500); }

}  // namespace sigdel::bench
