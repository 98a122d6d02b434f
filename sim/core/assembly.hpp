/// Who is who in a machine: which parts and host ports a mapping asks for, and who sends to whom.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "models/mapping/mapping.hpp"
#include "models/network/integer_network.hpp"
#include "models/network/recorded_layer.hpp"
#include "sim/core/config.hpp"
#include "sim/core/destinations.hpp"
#include "sim/core/host.hpp"
#include "sim/core/layer_part.hpp"
#include "sim/core/router.hpp"

namespace sigdel::sim {

/// What a machine is built from. Everything must outlive the machine and be valid: a Plan's.
struct MachineInput {
  const network::IntegerNetwork& network;
  const mapping::Mapping& mapping;
  const FrameEvents& frames;
  MachineConfig config;
  Mode mode = Mode::kSigmaDelta;
  /// In which order blocks are built, wired, numbered and stepped within a cycle; it must not matter. 0: hosts, then
  /// routers and cores row by row; others: a shuffle with that seed.
  std::uint64_t order_seed = 0;
  /// What the layers sent in an earlier run of the same network, frames and mode: then the machine does no arithmetic.
  const network::RecordedLayers* recorded = nullptr;
};

/// Works out, once, the tables behind a machine's blocks. The input must outlive it.
class Assembly {
 public:
  explicit Assembly(const MachineInput& input);

  /// Where each memory port is, and how much lies behind it. Empty if nothing is off chip.
  [[nodiscard]] const std::vector<HostPlace>& memory_places() const { return memory_places_; }
  /// The memory port of a core: the nearest by links, the lowest of several.
  [[nodiscard]] std::uint32_t memory_of(CoreId core) const { return nearest(core, memory_places_); }
  /// Links between a core and its memory port's router.
  [[nodiscard]] std::uint32_t links_to_memory(CoreId core) const;
  /// Where each host port is.
  [[nodiscard]] const std::vector<HostPlace>& host_places() const { return host_places_; }
  /// Who reads each tensor but the last.
  [[nodiscard]] const std::vector<std::shared_ptr<const Destinations>>& destinations() const { return destinations_; }
  /// The layers' parts on a core; sources, grants and destinations set.
  [[nodiscard]] std::vector<LayerPart> parts(std::uint32_t core) const;
  [[nodiscard]] std::unique_ptr<Host> host(std::uint32_t port) const;

 private:
  [[nodiscard]] LayerPart part(const mapping::Slice& slice) const;
  [[nodiscard]] std::uint32_t nearest(CoreId core, const std::vector<HostPlace>& places) const;
  [[nodiscard]] std::uint32_t links(CoreId core, const HostPlace& place) const;
  void place_off_chip();
  [[nodiscard]] std::shared_ptr<const Destinations> destinations_of(std::uint32_t tensor) const;
  [[nodiscard]] std::shared_ptr<const Destinations> output_to(std::uint32_t port) const;
  [[nodiscard]] std::vector<Source> sources_of(std::uint32_t tensor) const;
  [[nodiscard]] const network::IntegerLayer& layer_of(const mapping::Slice& slice) const {
    return input_->network.layers[slice.layer.value];
  }

  const MachineInput* input_;
  std::vector<HostPlace> host_places_;
  std::vector<HostPlace> memory_places_;
  std::map<const mapping::Slice*, OffChip> off_chip_;
  std::vector<Endpoint> host_endpoints_;
  std::vector<std::shared_ptr<const Destinations>> destinations_;  // by tensor, but the last
  std::vector<std::shared_ptr<const Destinations>> outputs_;       // by host port
  std::vector<std::vector<const mapping::Slice*>> placed_;         // by core
};

}  // namespace sigdel::sim
