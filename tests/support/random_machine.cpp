#include "tests/support/random_machine.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "models/base/errors.hpp"
#include "sim/core/packet.hpp"
#include "tests/support/random_images.hpp"

namespace sigdel::test {
namespace {

/// One to four different ones.
std::vector<sim::HostPort> random_host_ports(Random& random, const sim::MachineConfig& config) {
  std::vector<sim::HostPort> ports;
  const std::size_t wanted = 1 + random.below(4);
  while (ports.size() < wanted) {
    const auto edge = static_cast<sim::Edge>(random.below(4));
    const bool in_row = edge == sim::Edge::kWest || edge == sim::Edge::kEast;
    const sim::HostPort port{edge, static_cast<std::uint32_t>(random.below(in_row ? config.rows : config.columns))};
    if (std::find(ports.begin(), ports.end(), port) == ports.end()) {
      ports.push_back(port);
    }
  }
  return ports;
}

sim::MachineConfig random_machine(Random& random) {
  const auto between = [&](std::int64_t low, std::int64_t high) {
    return static_cast<std::uint32_t>(random.between(low, high));
  };
  sim::MachineConfig config;
  config.clock_mhz = 500;
  config.columns = between(1, 4);
  config.rows = between(1, 4);
  config.frame_period_us = random.below(4) == 0 ? 0.5 : 0;
  config.router.flit_bits = std::array{16U, 32U, 64U, 128U}[random.below(4)];
  config.router.queue_depth = between(1, 5) + (sim::kPacketBits - 1) / config.router.flit_bits;
  config.router.latency = between(1, 3);
  config.router.link_latency = between(1, 3);
  config.router.multicast = random.below(3) == 0 ? sim::Multicast::kUnicast : sim::Multicast::kTree;
  config.core.lanes = between(1, 20);
  config.core.inbox_depth = between(1, 8);
  config.core.outbox_depth = between(2, 9);
  config.core.scan_rate = between(1, 4);
  config.core.weight_port_bits = 32U * between(1, 4);
  config.core.state_port_bits = 64U * between(1, 8);
  config.core.weight_memory_bytes = between(4000, 30000);
  config.core.state_memory_bytes = between(300, 900);
  config.core.encoding = static_cast<Encoding>(random.below(3));
  config.core.scan = static_cast<Scan>(random.below(2));
  config.core.weight_banks = between(1, 4);
  config.core.state_banks = between(1, 16);
  if (random.below(2) == 0) {
    config.discipline = sim::Discipline::kBarrier;
    config.semantics = static_cast<Semantics>(random.below(2));
    config.sync_cycles = between(0, 20);
  }
  config.host_ports = random_host_ports(random, config);
  return config;
}

/// Moves every core's slices to another core.
void shuffle_cores(Random& random, std::uint32_t cores, mapping::Mapping& mapping) {
  std::vector<std::uint32_t> place(cores);
  std::iota(place.begin(), place.end(), 0U);
  for (std::size_t i = cores; i > 1; --i) {
    std::swap(place[i - 1], place[random.below(i)]);
  }
  for (mapping::Slice& slice : mapping.slices) {
    slice.core.value = place[slice.core.value];
  }
}

/// Whether no way from the frame to a layer is shorter than another.
bool has_equal_ways(const network::IntegerNetwork& network) {
  const std::vector<std::uint32_t> depths = network.depths();
  for (const network::IntegerLayer& layer : network.layers) {
    for (const network::Synapses& synapses : layer.synapses) {
      const std::uint32_t depth = depths[layer.id.value];
      const std::vector<LayerId> writers = network.writers_of(synapses.tensor());
      if ((synapses.tensor() == 0 && depth > 0) ||
          std::any_of(writers.begin(), writers.end(), [&](LayerId id) { return depths[id.value] + 1 != depth; })) {
        return false;
      }
    }
  }
  return true;
}

std::uint32_t widest_packet(const network::IntegerNetwork& network) {
  std::uint32_t bits = sim::output_bits(network.outputs());
  for (const network::Tensor& tensor : network.tensors) {
    bits = std::max(bits, sim::spike_bits(tensor.value_bits()));
  }
  return bits;
}

/// Cuts behind a random element; false if there is only one.
bool cut(Random& random, Range& range, Range& rest) {
  if (range.size() < 2) {
    return false;
  }
  const auto at = static_cast<std::uint32_t>(random.between(range.begin + 1, range.end - 1));
  rest.begin = at;
  range.end = at;
  return true;
}

mapping::Mapping random_cuts(Random& random, const network::IntegerNetwork& network, std::uint32_t cores) {
  mapping::Mapping mapping;
  std::vector<std::uint32_t> order(cores);
  std::iota(order.begin(), order.end(), 0U);
  for (const network::IntegerLayer& layer : network.layers) {
    for (std::size_t i = cores; i > 1; --i) {
      std::swap(order[i - 1], order[random.below(i)]);
    }
    const auto boxes = random_boxes(random, layer.values, std::min<std::size_t>(cores, 5));
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      mapping.slices.push_back({layer.id, {order[i]}, boxes[i]});
    }
  }
  return mapping;
}

}  // namespace

bool MachineCase::shares_cores() const {
  std::vector<int> slices(std::size_t{config.columns} * config.rows);
  return std::any_of(mapping.slices.begin(), mapping.slices.end(),
                     [&](const mapping::Slice& slice) { return ++slices[slice.core.value] == 2; });
}

reference::Partition MachineCase::partition() const {
  reference::Partition partition(net.network.layers.size());
  for (const mapping::Slice& slice : mapping.slices) {
    partition[slice.layer.value].push_back(slice.box);
  }
  return partition;
}

/// Small machines that do not hold their network get larger memories.
MachineCase random_machine_case(std::uint64_t seed) {
  RandomNetworkConfig size;
  size.widest = 40;
  size.frames = 8;
  Random random(seed * 77 + 1);
  MachineCase setup{random_case(seed, size), random_machine(random), {}};
  while (true) {
    try {
      const sim::CoreConfig& core = setup.config.core;
      const mapping::Capacity capacity{setup.config.columns, setup.config.rows, core.weight_memory_bytes,
                                       core.state_memory_bytes,
                                       setup.config.discipline == sim::Discipline::kBarrier ? 2U : 1U};
      const bool by_row = random.below(4) == 0 && setup.net.network.layers.size() <= setup.config.rows;
      setup.mapping = by_row ? mapping::map_layer_per_row(setup.net.network, capacity)
                             : mapping::map_automatically(setup.net.network, capacity);
      if (random.below(2) == 0) {
        shuffle_cores(random, capacity.cores(), setup.mapping);
      }
      mapping::validate(setup.mapping, setup.net.network, capacity);
      return setup;
    } catch (const InputError&) {
      setup.config.core.weight_memory_bytes *= 2;
      setup.config.core.state_memory_bytes *= 2;
    }
  }
}

std::vector<network::Box> random_boxes(Random& random, const network::Volume& volume, std::size_t most) {
  std::vector<network::Box> boxes{network::whole(volume)};
  for (std::size_t cuts = random.below(most); cuts > 0; --cuts) {
    network::Box& box = boxes[random.below(boxes.size())];
    network::Box rest = box;
    const std::uint64_t axis = random.below(3);
    const bool is_cut = axis == 0   ? cut(random, box.rows, rest.rows)
                        : axis == 1 ? cut(random, box.columns, rest.columns)
                                    : cut(random, box.channels, rest.channels);
    if (is_cut) {
      boxes.push_back(rest);
    }
  }
  return boxes;
}

MachineCase random_image_machine_case(std::uint64_t seed) {
  Random random(seed * 91 + 5);
  RandomImageConfig size;
  size.largest_side = 7;
  size.frames = 4;
  MachineCase result{random_image_case(seed, size), random_machine(random), {}};
  sim::MachineConfig& config = result.config;
  config.router.queue_depth += (widest_packet(result.net.network) - 1) / config.router.flit_bits;
  if (config.semantics == Semantics::kFrame && !has_equal_ways(result.net.network)) {
    config.discipline = sim::Discipline::kWavefront;
    config.sync_cycles = 0;
  }
  const std::uint32_t cores = config.columns * config.rows;
  result.mapping = random_cuts(random, result.net.network, cores);
  constexpr std::uint64_t kPlenty = std::uint64_t{1} << 40U;
  mapping::validate(result.mapping, result.net.network, {config.columns, config.rows, kPlenty, kPlenty, 1});
  return result;
}

}  // namespace sigdel::test
