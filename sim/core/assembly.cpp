#include "sim/core/assembly.hpp"

#include <algorithm>

namespace sigdel::sim {
namespace {

Endpoint endpoint_of(CoreId core) { return static_cast<Endpoint>(core.value); }

std::uint32_t distance(std::uint32_t a, std::uint32_t b) { return a > b ? a - b : b - a; }

}  // namespace

Assembly::Assembly(const MachineInput& input)
    : input_(&input), placed_(std::size_t{input.config.columns} * input.config.rows) {
  for (const HostPort& port : input.config.host_ports) {
    const auto number = static_cast<std::uint32_t>(host_places_.size());
    host_endpoints_.push_back(host_endpoint(number));
    host_places_.push_back(place_of(port, input.config.columns, input.config.rows));
    outputs_.push_back(output_to(number));
  }
  for (const mapping::Slice& slice : input.mapping.slices) {
    placed_[slice.core.value].push_back(&slice);
  }
  for (std::uint32_t tensor = 0; tensor + 1 < input.network.tensors.size(); ++tensor) {
    destinations_.push_back(destinations_of(tensor));
  }
  place_off_chip();
}

std::shared_ptr<const Destinations> Assembly::destinations_of(std::uint32_t tensor) const {
  std::vector<Reader> readers;
  for (const mapping::Slice& slice : input_->mapping.slices) {
    const network::IntegerLayer& layer = layer_of(slice);
    for (const network::Synapses& synapses : layer.synapses) {
      if (synapses.tensor() == tensor) {
        readers.push_back({endpoint_of(slice.core), layer.id.value, &synapses, layer.sums_of(slice.box)});
      }
    }
  }
  const network::Tensor& read = input_->network.tensors[tensor];
  return std::make_shared<Destinations>(read.shape, std::move(readers), spike_bits(read.value_bits()));
}

std::shared_ptr<const Destinations> Assembly::output_to(std::uint32_t port) const {
  const Reader host{host_endpoint(port), Source::kFromHost, nullptr, {}};
  return std::make_shared<Destinations>(input_->network.tensors.back().shape, std::vector<Reader>{host},
                                        output_bits(input_->network.outputs()));
}

std::vector<Source> Assembly::sources_of(std::uint32_t tensor) const {
  std::vector<Source> sources;
  for (const Endpoint host : tensor == 0 ? host_endpoints_ : std::vector<Endpoint>{}) {
    sources.push_back({host, Source::kFromHost, 0});
  }
  for (const mapping::Slice& slice : input_->mapping.slices) {
    if (layer_of(slice).tensor == tensor) {
      sources.push_back({endpoint_of(slice.core), slice.layer.value, static_cast<std::uint16_t>(tensor)});
    }
  }
  return sources;
}

std::uint32_t Assembly::links(CoreId core, const HostPlace& place) const {
  const std::uint32_t columns = input_->config.columns;
  return distance(place.column, core.value % columns) + distance(place.row, core.value / columns);
}

/// The nearest by links, the lowest of several.
std::uint32_t Assembly::nearest(CoreId core, const std::vector<HostPlace>& places) const {
  const auto found = std::min_element(places.begin(), places.end(), [&](const HostPlace& a, const HostPlace& b) {
    return links(core, a) < links(core, b);
  });
  return static_cast<std::uint32_t>(found - places.begin());
}

std::uint32_t Assembly::links_to_memory(CoreId core) const { return links(core, memory_places_[memory_of(core)]); }

/// Regions follow each other in the order of the slices, each from a whole burst on.
void Assembly::place_off_chip() {
  for (const HostPort& port : input_->config.memory_ports) {
    memory_places_.push_back(place_of(port, input_->config.columns, input_->config.rows));
  }
  std::vector<std::uint64_t> end(memory_places_.size());
  const std::uint64_t burst = input_->config.dram.burst_bytes;
  for (const mapping::Slice& slice : input_->mapping.slices) {
    const auto width = static_cast<std::uint32_t>(input_->network.accumulator_bits);
    const OffChip sizes(layer_of(slice), slice.box, width, std::nullopt, std::nullopt);
    std::uint64_t& at = end[memory_of(slice.core)];
    const auto take = [&](bool is_off_chip, std::uint64_t bytes) {
      const std::uint64_t first = at;
      at += is_off_chip ? (bytes + burst - 1) / burst * burst : 0;
      return is_off_chip ? std::optional(first) : std::nullopt;
    };
    const auto weights = take(slice.weights_off_chip, sizes.weight_bytes());
    const auto states = take(slice.states_off_chip, sizes.state_bytes());
    if (weights || states) {
      off_chip_.emplace(&slice, OffChip(layer_of(slice), slice.box, width, weights, states));
    }
  }
  if (off_chip_.empty()) {
    memory_places_.clear();
  }
}

LayerPart Assembly::part(const mapping::Slice& slice) const {
  const network::IntegerLayer& layer = layer_of(slice);
  LayerPart part(layer, input_->mode, slice.box, input_->config.core, input_->network.accumulator_bits,
                 network::recorded_layer(input_->recorded, slice.layer.value));
  for (const network::Synapses& synapses : layer.synapses) {
    const std::vector<Source> sources = sources_of(synapses.tensor());
    part.sources.insert(part.sources.end(), sources.begin(), sources.end());
  }
  for (const Source& source : part.sources) {
    const ReadyToken grant{source.endpoint, source.tensor};
    if (std::find(part.grants.begin(), part.grants.end(), grant) == part.grants.end()) {
      part.grants.push_back(grant);
    }
  }
  if (const auto found = off_chip_.find(&slice); found != off_chip_.end()) {
    part.off_chip = found->second;
  }
  part.destinations = layer.is_output ? outputs_[nearest(slice.core, host_places_)] : destinations_[layer.tensor];
  part.ready_tokens = part.destinations->readers().size();
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
    if (layer_of(slice).is_output && nearest(slice.core, host_places_) == port) {
      sources.push_back({endpoint_of(slice.core), slice.box});
    }
  }
  const HostConfig config{port,
                          static_cast<std::uint32_t>(host_places_.size()),
                          input_->network.tensors.back().shape,
                          static_cast<std::uint16_t>(input_->network.tensors.size() - 1),
                          input_->network.depths().back() + 1,
                          input_->config.frame_period(),
                          input_->config.router};
  return std::make_unique<Host>(config, input_->frames, destinations_[0], std::move(sources));
}

}  // namespace sigdel::sim
