#include "models/reference/float_graph.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>

#include "models/reference/float_primitives.hpp"

namespace sigdel::reference {
namespace {

/// Frames that are run at once: more where tensors are small, so that memory stays at some tens of megabytes.
std::size_t block_of(const network::Graph& graph) {
  std::int64_t largest = 1;
  for (const network::Node& node : graph.nodes) {
    largest = std::max(largest, network::element_count(node.shape));
  }
  constexpr std::int64_t kValues = 1 << 22;
  return static_cast<std::size_t>(std::clamp<std::int64_t>(kValues / largest, 1, 256));
}

/// Per node the last that reads it; itself if none does.
std::vector<std::size_t> last_readers(const network::Graph& graph) {
  std::vector<std::size_t> last(graph.nodes.size());
  for (std::size_t i = 0; i < last.size(); ++i) {
    last[i] = i;
    for (const std::size_t input : graph.nodes[i].inputs) {
      last[input] = i;
    }
  }
  return last;
}

/// The values of the tensors of one block, each freed behind its last reader.
class Block {
 public:
  Block(const Library& library, const network::Graph& graph, std::size_t batch)
      : library_(library), graph_(graph), batch_(batch), tensors_(graph.nodes.size()) {}

  void read(const FrameReader& frames, std::size_t first) {
    const auto size = static_cast<std::size_t>(network::element_count(graph_.input_shape()));
    tensors_.front().resize(batch_ * size);
    for (std::size_t i = 0; i < batch_; ++i) {
      frames(first + i, std::span(tensors_.front()).subspan(i * size, size));
    }
  }

  Values& run(std::size_t i) {
    const network::Node& node = graph_.nodes[i];
    std::vector<const Values*> inputs;
    for (const std::size_t input : node.inputs) {
      inputs.push_back(&tensors_[input]);
    }
    if (!inputs.empty()) {
      tensors_[i] = forward(library_, graph_, node, batch_, inputs);
    }
    return tensors_[i];
  }

  void free_behind(std::size_t i, const std::vector<std::size_t>& last) {
    for (const std::size_t input : graph_.nodes[i].inputs) {
      if (last[input] == i) {
        Values().swap(tensors_[input]);
      }
    }
  }

 private:
  const Library& library_;
  const network::Graph& graph_;
  std::size_t batch_;
  std::vector<Values> tensors_;
};

float largest_magnitude(const Values& values) {
  float largest = 0;
  for (const float value : values) {
    largest = std::max(largest, std::abs(value));
  }
  return largest;
}

/// The mean square of what is not zero.
class MeanSquare {
 public:
  void add(const Values& values) {
    double sum = 0;
    std::uint64_t count = 0;
    for (const float value : values) {
      sum += double{value} * double{value};
      count += value != 0 ? 1 : 0;
    }
    sum_ += sum;
    count_ += count;
  }
  [[nodiscard]] double root() const { return count_ == 0 ? 0 : std::sqrt(sum_ / static_cast<double>(count_)); }

 private:
  double sum_ = 0;
  std::uint64_t count_ = 0;
};

/// rha(k a) / k, clamped, as docs/arithmetic.md has it for the integers. `scales`: one, or one for each channel.
void round_to_grid(const std::vector<double>& scales, std::int32_t clamp, std::size_t elements, Values& values) {
  const double limit = clamp;
  const std::size_t of_channel = elements / scales.size();
  for (std::size_t first = 0, channel = 0; first < values.size(); first += of_channel, ++channel) {
    const double k = scales[channel % scales.size()];
    for (float& value : std::span(values).subspan(first, of_channel)) {
      value = static_cast<float>(std::clamp(std::round(k * double{value}), -limit, limit) / k);
    }
  }
}

}  // namespace

FloatTensors run_graph(const network::Graph& graph, const FrameReader& frames, std::size_t count,
                       const Observer& observer, const Rounding& rounding) {
  const Library library;
  const std::vector<std::size_t> last = last_readers(graph);
  FloatTensors result{{}, std::vector<float>(graph.nodes.size()), {}};
  std::vector<MeanSquare> squares(graph.nodes.size());
  const std::size_t most = block_of(graph);
  for (std::size_t first = 0; first < count; first += most) {
    const std::size_t batch = std::min(most, count - first);
    Block block(library, graph, batch);
    block.read(frames, first);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      Values& values = block.run(i);
      result.ranges[i] = std::max(result.ranges[i], largest_magnitude(values));
      squares[i].add(values);
      if (observer) {
        observer(i, first, values);
      }
      if (i + 1 == graph.nodes.size()) {
        result.outputs.insert(result.outputs.end(), values.begin(), values.end());
      }
      if (!rounding.scales.empty() && !rounding.scales[i].empty()) {
        round_to_grid(rounding.scales[i], rounding.clamp, values.size() / batch, values);
      }
      block.free_behind(i, last);
    }
  }
  for (const MeanSquare& square : squares) {
    result.rms.push_back(square.root());
  }
  return result;
}

FloatTensors run_graph(const network::Graph& graph, std::span<const float> frames, std::size_t count,
                       const Observer& observer) {
  const auto size = static_cast<std::size_t>(network::element_count(graph.input_shape()));
  if (frames.size() != count * size) {
    throw std::logic_error("run_graph: frames do not have the network's size");
  }
  const auto read = [&](std::size_t i, std::span<float> values) {
    const auto frame = frames.subspan(i * size, size);
    std::copy(frame.begin(), frame.end(), values.begin());
  };
  return run_graph(graph, read, count, observer);
}

}  // namespace sigdel::reference
