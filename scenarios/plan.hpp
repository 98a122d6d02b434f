/// A scenario with everything loaded, folded, mapped and cross-checked: a run is a function of it and cannot fail on
/// user input any more.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "energy/table.hpp"
#include "models/mapping/mapping.hpp"
#include "models/network/graph.hpp"
#include "models/network/integer_network.hpp"
#include "models/quantise/scales.hpp"
#include "models/quantise/weight_layers.hpp"
#include "models/reference/float_network.hpp"
#include "scenarios/scenario.hpp"
#include "sim/core/config.hpp"
#include "traces/frames.hpp"
#include "traces/recording.hpp"

namespace sigdel::scenarios {

struct Plan {
  Scenario scenario;
  network::Graph graph;
  quantise::WeightLayers layers;
  quantise::Scales scales;                        ///< of `scaled`; empty if it is not there
  std::optional<network::IntegerNetwork> scaled;  ///< rounding, sigma-delta; nothing if neither runs
  std::optional<network::IntegerNetwork> grid;    ///< dense, zero-skip, temporal-difference; nothing if none runs
  traces::Frames frames;
  reference::FloatResult in_float;  ///< the float32 network's outputs on these frames, and the ranges behind the grid
  mapping::Mapping mapping;         ///< empty when no mode runs on the machine
  sim::MachineConfig machine;
  std::vector<std::string> traced_blocks;  ///< names that trace.blocks selects; empty when nothing is traced
  energy::Table table;                     ///< for the scenario's cells, temperature and clock
  std::shared_ptr<const traces::Recording> recording;  ///< fits the run; null when execution is full

  [[nodiscard]] const network::IntegerNetwork& network_for(Mode mode) const {
    return is_quantised(mode) ? scaled.value() : grid.value();
  }
  /// For what both families share: names, shapes, widths of weights and accumulators.
  [[nodiscard]] const network::IntegerNetwork& any_network() const { return scaled ? *scaled : grid.value(); }
  [[nodiscard]] reference::FrameReader frame_reader() const {
    return [this](std::size_t i, std::span<float> values) { frames.read(i, values); };
  }
  /// What the mapping has to fit.
  [[nodiscard]] mapping::Capacity capacity() const {
    return {machine.columns, machine.rows, machine.core.weight_memory_bytes, machine.core.state_memory_bytes,
            machine.discipline == sim::Discipline::kBarrier ? 2U : 1U};
  }
};

}  // namespace sigdel::scenarios
