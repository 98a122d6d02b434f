#include "models/reference/float_graph.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "models/reference/float_primitives.hpp"

namespace sigdel::reference {
namespace {

constexpr std::size_t kBlockFrames = 8;  ///< run at once: an image's tensors take up to tens of megabytes a frame

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

  void set_input(std::span<const float> frames) { tensors_.front().assign(frames.begin(), frames.end()); }

  const Values& run(std::size_t i) {
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

}  // namespace

FloatTensors run_graph(const network::Graph& graph, std::span<const float> frames, std::size_t count,
                       const Observer& observer) {
  const auto inputs = static_cast<std::size_t>(network::element_count(graph.input_shape()));
  if (frames.size() != count * inputs) {
    throw std::logic_error("run_graph: frames do not have the network's size");
  }
  const Library library;
  const std::vector<std::size_t> last = last_readers(graph);
  FloatTensors result{{}, std::vector<float>(graph.nodes.size())};
  for (std::size_t first = 0; first < count; first += kBlockFrames) {
    const std::size_t batch = std::min(kBlockFrames, count - first);
    Block block(library, graph, batch);
    block.set_input(frames.subspan(first * inputs, batch * inputs));
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      const Values& values = block.run(i);
      result.ranges[i] = std::max(result.ranges[i], largest_magnitude(values));
      if (observer) {
        observer(i, first, values);
      }
      if (i + 1 == graph.nodes.size()) {
        result.outputs.insert(result.outputs.end(), values.begin(), values.end());
      }
      block.free_behind(i, last);
    }
  }
  return result;
}

}  // namespace sigdel::reference
