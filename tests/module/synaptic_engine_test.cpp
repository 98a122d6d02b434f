#include "sim/core/synaptic_engine.hpp"

#include <gtest/gtest.h>

namespace sigdel::sim {
namespace {

CoreConfig config_with(std::uint32_t lanes, std::uint32_t weight_port, std::uint32_t state_port) {
  CoreConfig config;
  config.lanes = lanes;
  config.weight_port_bits = weight_port;
  config.state_port_bits = state_port;
  return config;
}

struct ServiceCase {
  std::uint64_t fan_out;
  std::uint64_t passes;
  std::uint64_t weight_bits;
  CoreConfig config;
  std::uint64_t cycles;
};

TEST(ServiceTime, IsTheSlowestOfLanesWeightPortAndStatePort) {
  const CoreConfig wide = config_with(16, 1U << 20U, 1U << 20U);
  const std::vector<ServiceCase> cases{
      {0, 1, 8, wide, 1},  // a dropped border still takes a cycle
      {1, 1, 8, wide, 1},
      {16, 1, 8, wide, 1},
      {17, 1, 8, wide, 2},
      {67, 1, 8, wide, 5},
      {67, 3, 8, wide, 13},  // 201 lane operations
      {67, 3, 8, config_with(1, 1U << 20U, 1U << 20U), 201},
      {16, 1, 8, config_with(16, 128, 1024), 1},   // the default ports feed 16 lanes
      {16, 1, 32, config_with(16, 128, 1024), 4},  // 512 weight bits
      {17, 1, 32, config_with(64, 128, 1024), 5},
      {64, 1, 8, config_with(64, 1U << 20U, 1024), 4},  // 64 reads and writes of 32 bits
      {65, 1, 8, config_with(128, 1U << 20U, 1024), 5},
  };
  for (const ServiceCase& c : cases) {
    EXPECT_EQ(service_of(c.config, c.fan_out, c.passes, c.weight_bits, 32).cycles.value, c.cycles)
        << "F " << c.fan_out << ", passes " << c.passes << ", weights " << c.weight_bits << " bit";
  }
}

}  // namespace
}  // namespace sigdel::sim
