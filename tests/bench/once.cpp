/// Runs one load once, for callgrind and for bench.cpp's children:
///   sigdel_bench_once LOAD floor|kernel     a line of JSON: seconds and counts
///   sigdel_bench_once SCENARIO.yaml floor|kernel [KEY=VALUE ...]    the same of a scenario in sigma-delta
///   sigdel_bench_once elaborate-32x32       seconds, and memory in bytes
#include <fmt/format.h>
#include <malloc.h>

#include <cstdio>
#include <ctime>
#include <exception>
#include <string>
#include <systemc>
#include <vector>

#include "sim/systemc/platform.hpp"
#include "tests/bench/loads.hpp"

namespace {

/// Of the processor, so that others at work on the machine disturb less.
double seconds_since(std::clock_t start) { return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC; }

/// In bytes, from the allocator.
std::size_t memory_in_use() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

void run(const std::string& name, bool kernel, const std::vector<std::string>& overrides) {
  const auto load = sigdel::bench::make_load(name, overrides);
  const auto start = std::clock();
  kernel ? sigdel::bench::measured_kernel(*load) : sigdel::bench::measured_floor(*load);
  const double seconds = seconds_since(start);
  const sigdel::bench::LoadCounts c = load->counts();
  fmt::print(
      "{{\"seconds\": {:.6f}, \"cycles\": {}, \"frames\": {}, \"packets\": {}, \"hops\": {}, \"updates\": {}, "
      "\"router_flits\": {}, \"routers\": {}}}\n",
      seconds, c.cycles, c.frames, c.packets, c.hops, c.updates, c.router_flits, c.routers);
}

/// The machine's blocks and their modules in SystemC, ready for cycle 0.
void elaborate() {
  const sigdel::bench::LargeMesh large;
  const std::size_t before = memory_in_use();
  const auto start = std::clock();
  sigdel::sim::Machine machine(large.input(), true);
  const double blocks = seconds_since(start);
  const auto modules = sigdel::sim::elaborate(machine.block_set(), 500);
  const double all = seconds_since(start);
  fmt::print("{{\"seconds\": {:.6f}, \"blocks_seconds\": {:.6f}, \"memory\": {}, \"neurons\": {}}}\n", all, blocks,
             memory_in_use() - before, large.neurons());
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::string load = argc > 1 ? argv[1] : "";
    const std::string scheduler = argc > 2 ? argv[2] : "";
    if (load == "elaborate-32x32") {
      elaborate();
    } else if (scheduler == "floor" || scheduler == "kernel") {
      run(load, scheduler == "kernel", {argv + 3, argv + argc});
    } else {
      fmt::print(stderr, "usage: {} LOAD floor|kernel [KEY=VALUE ...]\n", argv[0]);
      return 2;
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
  return 0;
}
