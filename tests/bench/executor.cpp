/// Times the functional executor, for bench.cpp's children and by hand. A line of JSON:
///   sigdel_bench_executor layer NAME BITS                         one convolution layer
///   sigdel_bench_executor squeezenet CLIP [C [BITS [THREADS]]]    frames of video; set OMP_NUM_THREADS to THREADS
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/bench/convolutions.hpp"
#include "tests/bench/squeezenet.hpp"

namespace {

using namespace sigdel::bench;

/// The shortest of as many runs as take half a second of the processor: the others were disturbed.
template <class Task>
double shortest(const Task& task) {
  double all = 0;
  double best = 1e9;
  while (all < 0.5) {
    const auto start = std::clock();
    task();
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    all += std::max(seconds, 1e-6);
    best = std::min(best, seconds);
  }
  return best;
}

void time_layer(const std::string& name, int bits) {
  const auto shape = std::find_if(layer_shapes().begin(), layer_shapes().end(),
                                  [&](const LayerShape& each) { return each.name == name; });
  if (shape == layer_shapes().end()) {
    throw std::invalid_argument("no such layer: " + name);
  }
  LayerLoad load(*shape, bits);
  constexpr int kTimes = 20;  // of one measurement
  const auto repeated = [&](auto&& task) {
    return shortest([&] {
             for (int i = 0; i < kTimes; ++i) {
               task();
             }
           }) /
           kTimes;
  };
  const double seconds = repeated([&] { load.integrate_at_once(); });
  const double one_by_one = repeated([&] { load.integrate_one_by_one(); });
  fmt::print("{{\"seconds\": {:.9f}, \"one_by_one_seconds\": {:.9f}, \"updates\": {}}}\n", seconds, one_by_one,
             load.updates());
}

void time_video(const std::vector<std::string>& arguments) {
  const auto argument = [&](std::size_t i, const char* otherwise) {
    return arguments.size() > i ? arguments[i] : std::string(otherwise);
  };
  const char* given = std::getenv("SIGDEL_DATA");
  const std::string data = given != nullptr ? given : SIGDEL_SOURCE_DIR "/../shared/data";
  if (!std::filesystem::is_directory(data + "/video")) {
    fmt::print("{{\"skipped\": \"no folder {}/video: set SIGDEL_DATA to one that holds nets/ and video/\"}}\n", data);
    return;
  }
  const auto times = time_squeezenet(data, arguments.at(1), std::stod(argument(2, "2")), std::stoi(argument(3, "16")),
                                     static_cast<unsigned>(std::stoi(argument(4, "1"))));
  fmt::print(
      "{{\"frames\": {}, \"encode\": {:.6f}, \"sigma_delta\": {:.6f}, \"dense\": {:.6f}, \"updates\": {:.0f}, "
      "\"paper_adds\": {:.0f}, \"agreement\": {:.3f}}}\n",
      times.frames, times.encode, times.sigma_delta, times.dense, times.updates, times.paper_adds, times.agreement);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.size() == 3 && arguments.front() == "layer") {
      time_layer(arguments[1], std::stoi(arguments[2]));
    } else if (arguments.size() > 1 && arguments.front() == "squeezenet") {
      time_video(arguments);
    } else {
      fmt::print(stderr, "usage: {0} layer NAME BITS\n       {0} squeezenet CLIP [C [BITS [THREADS]]]\n", argv[0]);
      return 2;
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
  return 0;
}
