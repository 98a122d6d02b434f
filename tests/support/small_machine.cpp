#include "tests/support/small_machine.hpp"

#include "tests/support/vector_layer.hpp"

namespace sigdel::test {

network::IntegerNetwork plain_chain(const std::vector<std::uint32_t>& widths) {
  network::IntegerNetwork network;
  network.clamp = 100;
  for (const std::uint32_t width : widths) {
    network.tensors.push_back({"tensor", {width, 1, 1}, 1, network.clamp, network.clamp});
  }
  for (std::uint32_t l = 0; l + 1 < widths.size(); ++l) {
    const std::vector<std::int32_t> ones(std::size_t{widths[l]} * widths[l + 1], 1);
    network::IntegerLayer layer = vector_layer(l, widths[l], ones, std::vector<std::int32_t>(widths[l + 1]), 8);
    layer.is_output = l + 2 == widths.size();
    layer.clamp = network.clamp;
    network.layers.push_back(std::move(layer));
  }
  return network;
}

mapping::Mapping one_core_per_layer(const network::IntegerNetwork& network) {
  mapping::Mapping mapping;
  for (std::uint32_t l = 0; l < network.layers.size(); ++l) {
    mapping.slices.push_back({{l}, {l}, network::whole(network.layers[l].values)});
  }
  return mapping;
}

sim::FrameEvents full_frames(const network::IntegerNetwork& network, std::size_t frames) {
  std::vector<network::Event> events;
  for (std::uint32_t i = 0; i < network.frame().size(); ++i) {
    events.push_back({i, 1});
  }
  return sim::FrameEvents(frames, events);
}

sim::MachineConfig row_of_cores(std::uint32_t columns) {
  sim::MachineConfig config;
  config.clock_mhz = 100;
  config.columns = columns;
  return config;
}

}  // namespace sigdel::test
