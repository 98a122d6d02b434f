/// What a machine must count when its mapping cuts layers: an event counts at every core that it reaches, and
/// accumulators under pooling windows that straddle a border are computed on both sides.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/base/activity.hpp"
#include "models/base/mode.hpp"
#include "models/network/integer_network.hpp"

namespace sigdel::reference {

/// Per layer how a mapping cuts its values among cores.
using Partition = std::vector<std::vector<network::Box>>;

/// Works on shapes alone: it has no accumulators and no part of the executor's or the machine's loops.
class MappedWork {
 public:
  /// `network` must outlive it.
  MappedWork(const network::IntegerNetwork& network, const Partition& partition, Mode mode, Encoding encoding);

  /// Events of one frame on one tensor.
  void add(std::uint32_t tensor, std::span<const network::Event> events);

  /// What a machine counts, from what the executor has counted in the same frames.
  [[nodiscard]] std::vector<Work> from(const std::vector<Work>& executor) const;

 private:
  /// What the neurons of one tensor reach in one layer, per pixel and group of input channels.
  struct Reached {
    std::uint32_t layer = 0;
    std::uint32_t tensor = 0;
    std::uint32_t channels_per_group = 1;
    std::uint32_t groups = 1;
    std::vector<std::uint32_t> cores;
    std::vector<std::uint32_t> mapped;  ///< accumulators on all cores
    std::vector<std::uint32_t> whole;   ///< accumulators of the layer in one piece, as the executor has it
  };

  Mode mode_;
  Encoding encoding_;
  std::vector<Reached> reached_;
  std::vector<Work> mapped_;  ///< per layer, of events alone
  std::vector<Work> whole_;
};

}  // namespace sigdel::reference
