/// What a mapping asks of each core.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/mapping/mapping.hpp"

namespace sigdel::mapping {

/// One core's part.
struct CoreUse {
  std::string core;  ///< "core_1_2"
  std::vector<Slice> slices;
  std::uint64_t weight_bytes = 0;
  std::uint64_t state_bytes = 0;
  std::uint64_t dense_work = 0;  ///< synaptic updates per frame if every input of its layers were sent
};

/// How evenly the dense work lies on the cores.
struct Balance {
  std::uint64_t busiest = 0;  ///< updates per frame of the core that has most
  double mean = 0;            ///< updates per frame over all cores of the mesh, idle ones included

  /// Of the busiest core to the mean: 1 is even.
  [[nodiscard]] double ratio() const { return static_cast<double>(busiest) / mean; }
};

/// Per core of the mesh, idle ones included.
std::vector<CoreUse> use_of_cores(const Mapping& mapping, const network::IntegerNetwork& network,
                                  const Capacity& capacity);

Balance balance_of(const std::vector<CoreUse>& cores);

}  // namespace sigdel::mapping
