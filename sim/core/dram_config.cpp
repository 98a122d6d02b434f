#include "sim/core/dram_config.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <stdexcept>
#include <string_view>

namespace sigdel::sim {

DramConfig checked(const DramConfig& config) {
  constexpr std::uint32_t kAny = std::numeric_limits<std::uint32_t>::max();
  constexpr std::uint32_t kMostBytes = 1U << 28U;  // so that their bits fit an ActivityRecord
  constexpr std::uint32_t kMostEntries = 1U << 20U;
  struct Rule {
    std::string_view name;
    std::uint32_t value;
    std::uint32_t most;
  };
  const std::array<Rule, 7> rules{{{"bytes_per_cycle", config.bytes_per_cycle, kAny},
                                   {"burst_bytes", config.burst_bytes, kMostBytes},
                                   {"banks", config.banks, kMostEntries},
                                   {"row_bytes", config.row_bytes, kMostBytes},
                                   {"bursts_in_flight", config.bursts_in_flight, kMostEntries},
                                   {"queue_depth", config.queue_depth, kMostEntries},
                                   {"reply_bursts", config.reply_bursts, kMostEntries}}};
  for (const Rule& rule : rules) {
    if (rule.value == 0 || rule.value > rule.most) {
      throw std::invalid_argument(fmt::format("{} of a DRAM is {}, not in 1 .. {}", rule.name, rule.value, rule.most));
    }
  }
  if (config.row_bytes % config.burst_bytes != 0) {
    throw std::invalid_argument(fmt::format("row_bytes of a DRAM is {}, not a multiple of burst_bytes, {}",
                                            config.row_bytes, config.burst_bytes));
  }
  return config;
}

}  // namespace sigdel::sim
