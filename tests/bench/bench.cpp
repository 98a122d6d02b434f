/// Every load in the SystemC kernel and on the bare wheel (the floor), each run in a process of its own because SystemC
/// elaborates once. The benchmark's time is the kernel's processor time; `over_floor` is its ratio to the floor's.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace {

using Json = nlohmann::json;

/// What sigdel_bench_once prints.
Json run_once(const std::string& arguments) {
  FILE* const pipe = popen(fmt::format("'{}' {}", SIGDEL_BENCH_ONCE, arguments).c_str(), "r");
  std::string text;
  for (int c = fgetc(pipe); c != EOF; c = fgetc(pipe)) {
    text.push_back(static_cast<char>(c));
  }
  if (pclose(pipe) != 0) {
    throw std::runtime_error("sigdel_bench_once failed: " + arguments);
  }
  return Json::parse(text);
}

void run_load(benchmark::State& state, const std::string& load) {
  double floor = 0;
  double kernel = 0;
  Json sums = Json::object();
  for (auto iteration : state) {
    floor += run_once(load + " floor").at("seconds").get<double>();
    const Json run = run_once(load + " kernel");
    const auto seconds = run.at("seconds").get<double>();
    kernel += seconds;
    state.SetIterationTime(seconds);
    for (const auto& [name, value] : run.items()) {
      sums[name] = sums.value(name, 0.0) + value.get<double>();
    }
  }
  for (const char* name : {"frames", "packets", "hops", "updates", "cycles"}) {
    if (sums.value(name, 0.0) != 0) {
      state.counters[std::string(name) + "/s"] = sums[name].get<double>() / kernel;
    }
  }
  state.counters["over_floor"] = kernel / floor;
  state.counters["active_%"] =
      100 * sums["router_flits"].get<double>() /
      (sums["cycles"].get<double>() * sums["routers"].get<double>() / static_cast<double>(state.iterations()));
}

void elaborate(benchmark::State& state) {
  Json run;
  for (auto iteration : state) {
    run = run_once("elaborate-32x32");
    state.SetIterationTime(run.at("seconds").get<double>());
  }
  state.counters["fixed_MB"] = run.at("memory").get<double>() * 1e-6;
}

}  // namespace

int main(int argc, char** argv) {
  for (const char* load : {"quickstart-3x3", "uniform-8x8", "sparse-16x16", "convolution-8x8"}) {
    benchmark::RegisterBenchmark(load, run_load, load)->UseManualTime()->Unit(benchmark::kMillisecond)->MinTime(1);
  }
  benchmark::RegisterBenchmark("elaborate-32x32", elaborate)->UseManualTime()->Unit(benchmark::kMillisecond);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
