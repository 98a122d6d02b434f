#include "models/mapping/use.hpp"

#include <algorithm>

#include "models/mapping/spill.hpp"

namespace sigdel::mapping {

std::vector<CoreUse> use_of_cores(const Mapping& mapping, const network::IntegerNetwork& network,
                                  const Capacity& capacity) {
  std::vector<CoreUse> cores(capacity.cores());
  for (std::uint32_t i = 0; i < capacity.cores(); ++i) {
    cores[i].core = capacity.name_of({i});
  }
  for (const Slice& slice : mapping.slices) {
    CoreUse& core = cores.at(slice.core.value);
    core.slices.push_back(slice);
    core.weight_bytes += weight_bytes_on_core(network, slice);
    core.state_bytes += state_bytes_on_core(network, slice, capacity.accumulator_banks);
    core.dense_work += dense_work(network, slice.layer, slice.box);
  }
  return cores;
}

Balance balance_of(const std::vector<CoreUse>& cores) {
  Balance balance;
  std::uint64_t sum = 0;
  for (const CoreUse& core : cores) {
    balance.busiest = std::max(balance.busiest, core.dense_work);
    sum += core.dense_work;
  }
  balance.mean = static_cast<double>(sum) / static_cast<double>(cores.size());
  return balance;
}

}  // namespace sigdel::mapping
