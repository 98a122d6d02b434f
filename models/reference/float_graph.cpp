#include "models/reference/float_graph.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <thread>

#include "models/base/workers.hpp"
#include "models/reference/float_primitives.hpp"

namespace sigdel::reference {
namespace {

constexpr std::size_t kMostThreads = 8;  // each has a block

/// Frames of a block: more where tensors are small, so that a block's memory stays at some tens of megabytes. Whatever
/// the number of threads, as the last bits of a frame's values may depend on how many are run at once.
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
  MeanSquare() = default;
  explicit MeanSquare(const Values& values) {
    for (const float value : values) {
      sum_ += double{value} * double{value};
      count_ += value != 0 ? 1 : 0;
    }
  }
  void add(const MeanSquare& other) {
    sum_ += other.sum_;
    count_ += other.count_;
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

/// The values of the tensors of some frames, each freed behind its last reader.
class Block {
 public:
  Block(const network::Graph& graph, const FrameReader& frames, std::size_t first, std::size_t batch)
      : graph_(graph), first_(first), batch_(batch), tensors_(graph.nodes.size()) {
    const auto size = static_cast<std::size_t>(network::element_count(graph_.input_shape()));
    tensors_.front().resize(batch_ * size);
    for (std::size_t i = 0; i < batch_; ++i) {
      frames(first + i, std::span(tensors_.front()).subspan(i * size, size));
    }
  }

  /// The node's values and what is told of them, on any thread.
  void run(std::size_t i) {
    const network::Node& node = graph_.nodes[i];
    std::vector<const Values*> inputs;
    for (const std::size_t input : node.inputs) {
      inputs.push_back(&tensors_[input]);
    }
    if (!inputs.empty()) {
      tensors_[i] = forward(graph_, node, batch_, inputs);
    }
    largest_ = largest_magnitude(tensors_[i]);
    square_ = MeanSquare(tensors_[i]);
  }

  void round(std::size_t i, const Rounding& rounding) {
    round_to_grid(rounding.scales[i], rounding.clamp, tensors_[i].size() / batch_, tensors_[i]);
  }

  void free_behind(std::size_t i, const std::vector<std::size_t>& last) {
    for (const std::size_t input : graph_.nodes[i].inputs) {
      if (last[input] == i) {
        Values().swap(tensors_[input]);
      }
    }
  }

  [[nodiscard]] std::size_t first() const { return first_; }
  [[nodiscard]] const Values& values(std::size_t i) const { return tensors_[i]; }
  /// Of the node that was run last.
  [[nodiscard]] float largest() const { return largest_; }
  [[nodiscard]] const MeanSquare& square() const { return square_; }

 private:
  const network::Graph& graph_;
  std::size_t first_;
  std::size_t batch_;
  std::vector<Values> tensors_;
  float largest_ = 0;
  MeanSquare square_;
};

}  // namespace

FloatTensors run_graph(const network::Graph& graph, const FrameReader& frames, std::size_t count,
                       const Observer& observer, const Rounding& rounding) {
  const std::vector<std::size_t> last = last_readers(graph);
  FloatTensors result{{}, std::vector<float>(graph.nodes.size()), {}};
  std::vector<MeanSquare> squares(graph.nodes.size());
  const std::size_t most = block_of(graph);
  const std::size_t threads = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kMostThreads);
  Workers workers(static_cast<unsigned>(std::min(threads, (count + most - 1) / most)));
  for (std::size_t first = 0; first < count;) {
    std::vector<Block> blocks;
    for (; blocks.size() < workers.threads() && first < count; first += most) {
      blocks.emplace_back(graph, frames, first, std::min(most, count - first));
    }
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      workers.run(blocks.size(), [&](std::size_t b) { blocks[b].run(i); });
      for (const Block& block : blocks) {
        const Values& values = block.values(i);
        result.ranges[i] = std::max(result.ranges[i], block.largest());
        squares[i].add(block.square());
        if (observer) {
          observer(i, block.first(), values);
        }
        if (i + 1 == graph.nodes.size()) {
          result.outputs.insert(result.outputs.end(), values.begin(), values.end());
        }
      }
      const bool rounds = !rounding.scales.empty() && !rounding.scales[i].empty();
      workers.run(blocks.size(), [&](std::size_t b) {
        if (rounds) {
          blocks[b].round(i, rounding);
        }
        blocks[b].free_behind(i, last);
      });
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
