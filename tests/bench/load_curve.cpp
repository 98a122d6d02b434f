/// docs/studies/latency-and-load.md: latency and accepted load against offered load, uniform random traffic on 8 x 8
/// routers, as CSV.
#include <fmt/format.h>

#include "tests/support/traffic_mesh.hpp"

int main() {
  fmt::print("offered,accepted,latency\n");
  for (int percent = 2; percent <= 60; percent += 2) {
    sigdel::test::TrafficConfig config;
    config.load = percent / 100.0;
    config.warm_up = 5'000;
    config.cycles = 25'000;
    const auto counts = sigdel::test::run_traffic(config);
    const double node_cycles = 20'000.0 * config.columns * config.rows;
    fmt::print("{:.2f},{:.4f},{:.2f}\n", config.load, static_cast<double>(counts.accepted) / node_cycles,
               static_cast<double>(counts.latencies) / static_cast<double>(counts.timed));
  }
  return 0;
}
