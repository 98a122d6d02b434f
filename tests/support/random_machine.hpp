/// Random networks on random machines, for property tests: a seed gives the same case on every platform.
#pragma once

#include "models/mapping/mapping.hpp"
#include "models/reference/mapped_work.hpp"
#include "sim/core/config.hpp"
#include "tests/support/random_network.hpp"

namespace sigdel::test {

/// A network, a machine that holds it, and their mapping.
struct MachineCase {
  RandomCase net;
  sim::MachineConfig config;
  mapping::Mapping mapping;

  [[nodiscard]] bool shares_cores() const;
  [[nodiscard]] reference::Partition partition() const;
};

/// Fully connected layers on the cores that the mapper gives them, or on others.
MachineCase random_machine_case(std::uint64_t seed);

/// A convolutional network (tests/support/random_images.hpp), each layer cut into random boxes on random cores. A
/// barrier with frame semantics only where all ways to a layer have the same length.
MachineCase random_image_machine_case(std::uint64_t seed);

/// The boxes, one to `most` of them, into which random cuts through rows, columns and channels divide a volume.
std::vector<network::Box> random_boxes(Random& random, const network::Volume& volume, std::size_t most);

}  // namespace sigdel::test
