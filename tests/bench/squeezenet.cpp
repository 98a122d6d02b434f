#include "tests/bench/squeezenet.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <span>
#include <vector>

#include "models/import/onnx.hpp"
#include "models/quantise/fold.hpp"
#include "models/reference/executor.hpp"
#include "models/reference/float_graph.hpp"
#include "tests/bench/dense_graph.hpp"
#include "traces/noise.hpp"
#include "traces/stimulus.hpp"

namespace sigdel::bench {
namespace {

/// One second in the clip's middle, where nobody moves it by hand.
constexpr std::size_t kFirst = 200;
constexpr std::size_t kFrames = 25;

/// c / rms of the non-zero values of every quantised tensor over some frames.
std::vector<double> scales_of(const network::Graph& graph, const quantise::WeightLayers& layers,
                              const traces::Frames& frames, double c) {
  std::vector<double> squares(graph.nodes.size());
  std::vector<double> values(graph.nodes.size());
  const auto observe = [&](std::size_t node, std::size_t /*first*/, std::span<const float> tensor) {
    for (const float value : tensor) {
      squares[node] += static_cast<double>(value) * static_cast<double>(value);
      values[node] += value != 0 ? 1 : 0;
    }
  };
  constexpr std::size_t kSeen = 4;
  const auto read = [&](std::size_t i, std::span<float> frame) { frames.read(i * frames.count / kSeen, frame); };
  reference::run_graph(graph, read, kSeen, observe);
  std::vector<double> scales;
  for (std::size_t t = 0; t < layers.scales(); ++t) {
    const std::size_t node = layers.tensors[t].node;
    scales.push_back(c / std::sqrt(squares[node] / values[node]));
  }
  return scales;
}

double now(unsigned threads) {
  if (threads == 1) {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

template <class T>
std::ptrdiff_t largest(std::span<const T> values) {
  return std::max_element(values.begin(), values.end()) - values.begin();
}

}  // namespace

SqueezeNetTimes time_squeezenet(const std::string& data, const std::string& clip, double c, int weight_bits,
                                unsigned threads) {
  const network::Graph graph = import::read_onnx(data + "/nets/squeezenet_v1.0.onnx");
  traces::Frames frames(graph.input_shape(), {{104, 117, 123}, {1}});
  const traces::Noise noise{};
  traces::FrameSink sink(frames, noise, "SqueezeNet");
  traces::PictureRules rules;
  rules.order = traces::ChannelOrder::kBgr;
  traces::read_clip({data + "/video/" + clip, kFirst, kFrames, 1}, rules, sink);
  const quantise::WeightLayers layers = quantise::weight_layers(graph);
  const auto network = quantise::fold(layers, scales_of(graph, layers, frames, c), 2047, {weight_bits, 32}, "scaled");
  DenseGraph dense(graph);
  reference::FrameEncoder encoder(network, Mode::kSigmaDelta);
  reference::Executor executor(network, Mode::kSigmaDelta, {.threads = threads});
  SqueezeNetTimes times;
  for (std::size_t t = 0; t < frames.count; ++t) {
    const std::vector<float> frame = frames.frame(t);
    const double start = now(threads);
    const auto events = encoder.encode(frame);
    const double encoded = now(threads);
    const auto outputs = executor.run(events);
    const double done = now(threads);
    const auto probabilities = dense.run(frame);
    const double dense_done = now(threads);
    if (t == 0) {
      continue;
    }
    ++times.frames;
    times.encode += encoded - start;
    times.sigma_delta += done - encoded;
    times.dense += dense_done - done;
    times.agreement += largest(outputs) == largest(probabilities) ? 1 : 0;
    for (const Work& work : executor.work()) {
      times.updates += static_cast<double>(work[Tally::kUpdates]);
      times.paper_adds += static_cast<double>(work[Tally::kPaperAdds]);
    }
  }
  for (double* sum :
       {&times.encode, &times.sigma_delta, &times.dense, &times.updates, &times.paper_adds, &times.agreement}) {
    *sum /= static_cast<double>(times.frames);
  }
  return times;
}

}  // namespace sigdel::bench
