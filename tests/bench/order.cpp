/// How long temporal order takes on one core: sigdel_bench_order IDX_FILE prints frames and seconds.
#include <fmt/format.h>

#include <chrono>

#include "traces/frame_sink.hpp"
#include "traces/order.hpp"
#include "traces/stimulus.hpp"

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: sigdel_bench_order IDX_FILE (pictures of 28 x 28)\n");
    return 2;
  }
  try {
    sigdel::traces::Frames frames({784});
    const sigdel::traces::Noise noise(0, 1);
    sigdel::traces::FrameSink sink(frames, noise, "the benchmark");
    sigdel::traces::read_clip({argv[1], 0, 0, 1}, {}, sink);
    const auto start = std::chrono::steady_clock::now();
    const auto order = sigdel::traces::temporal_order(frames);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    fmt::print("{} frames: {:.2f} s\n", order.size(), seconds);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
  return 0;
}
