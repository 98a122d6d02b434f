#include "sim/core/assembly.hpp"

#include <algorithm>

namespace sigdel::sim {
namespace {

Endpoint endpoint_of(CoreId core) { return static_cast<Endpoint>(core.value); }

std::uint32_t distance(std::uint32_t a, std::uint32_t b) { return a > b ? a - b : b - a; }

}  // namespace

Assembly::Assembly(const MachineInput& input)
    : input_(&input),
      cores_(input.network.layers.size()),
      placed_(std::size_t{input.config.columns} * input.config.rows) {
  for (const HostPort& port : input.config.host_ports) {
    host_endpoints_.push_back(host_endpoint(static_cast<std::uint32_t>(host_places_.size())));
    host_places_.push_back(place_of(port, input.config.columns, input.config.rows));
  }
  for (const mapping::Slice& slice : input.mapping.slices) {
    placed_[slice.core.value].push_back(&slice);
    cores_[slice.layer.value].push_back(endpoint_of(slice.core));
  }
}

/// The port to which a core's outputs go: the nearest by links, the lowest of several.
std::uint32_t Assembly::nearest_host(CoreId core) const {
  const std::uint32_t columns = input_->config.columns;
  const auto hops = [&](const HostPlace& place) {
    return distance(place.column, core.value % columns) + distance(place.row, core.value / columns);
  };
  const auto nearest = std::min_element(host_places_.begin(), host_places_.end(),
                                        [&](const HostPlace& a, const HostPlace& b) { return hops(a) < hops(b); });
  return static_cast<std::uint32_t>(nearest - host_places_.begin());
}

LayerPart Assembly::part(const mapping::Slice& slice) const {
  const std::uint32_t layer = slice.layer.value;
  LayerPart part(input_->network.layers[layer], input_->mode, slice.neurons, input_->config.core,
                 input_->network.accumulator_bits, network::recorded_layer(input_->recorded, layer));
  part.sources = layer == 0 ? host_endpoints_ : cores_[layer - 1];
  part.targets =
      layer == last_layer() ? std::vector<Endpoint>{host_endpoint(nearest_host(slice.core))} : cores_[layer + 1];
  part.ready_tokens = part.targets.size();
  return part;
}

std::vector<LayerPart> Assembly::parts(std::uint32_t core) const {
  std::vector<LayerPart> parts;
  for (const mapping::Slice* slice : placed_[core]) {
    parts.push_back(part(*slice));
  }
  return parts;
}

std::unique_ptr<Host> Assembly::host(std::uint32_t port) const {
  std::vector<OutputSource> sources;
  for (const mapping::Slice& slice : input_->mapping.slices) {
    if (slice.layer.value == last_layer() && nearest_host(slice.core) == port) {
      sources.push_back({endpoint_of(slice.core), slice.neurons});
    }
  }
  const HostConfig config{port,
                          static_cast<std::uint32_t>(host_places_.size()),
                          input_->network.layers.back().outputs(),
                          static_cast<std::uint16_t>(last_layer() + 1),
                          input_->config.frame_period(),
                          input_->config.router};
  return std::make_unique<Host>(config, input_->frames, cores_[0], std::move(sources));
}

}  // namespace sigdel::sim
